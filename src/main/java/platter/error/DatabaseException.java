package platter.error;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The database could not do it: a full disk, a lost connection, or a mistake of ours in the SQL.
 */
public final class DatabaseException extends RuntimeException {
  /** Deadlock, serialization, lock not available, and a row that somebody else was first with. */
  private static final Set<String> CONFLICTS = Set.of("40P01", "40001", "55P03", "23505");

  /** Shut down by the operator, by a crash; not ready yet; idle in a transaction for too long. */
  private static final Set<String> LOST = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

  private final boolean outcomeUnknown;

  public DatabaseException(String message, SQLException cause) {
    this(message, cause, false);
  }

  public DatabaseException(String message) {
    super(message);
    outcomeUnknown = false;
  }

  private DatabaseException(String message, Exception cause, boolean outcomeUnknown) {
    super(message + ": " + cause.getMessage(), cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** The connection was lost between asking for the commit and hearing of it. */
  public static DatabaseException ofUnknownOutcome(DatabaseException cause) {
    return new DatabaseException("it is not known whether this was committed", cause, true);
  }

  /**
   * Whether all of it may be there, or nothing: who cares must look. Otherwise nothing of it is.
   */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }

  /** Whether somebody else's transaction was in the way: it may go through when run again. */
  public boolean conflict() {
    return CONFLICTS.contains(sqlState());
  }

  /** Whether the connection is gone; the next transaction takes a new one. */
  public boolean connectionLost() {
    return sqlState().startsWith("08") || LOST.contains(sqlState());
  }

  private String sqlState() {
    @Nullable String state = getCause() instanceof SQLException cause ? cause.getSQLState() : null;
    return state == null ? "" : state;
  }
}
