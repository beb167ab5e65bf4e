package platter.error;

import java.sql.SQLException;

/** The database could not do it: a full disk, a lost file, or a mistake of ours in the SQL. */
public final class DatabaseException extends RuntimeException {
  public DatabaseException(String message, SQLException cause) {
    super(message + ": " + cause.getMessage(), cause);
  }

  public DatabaseException(String message) {
    super(message);
  }
}
