package platter.db;

import static java.lang.System.Logger.Level.INFO;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import platter.error.DatabaseException;

/** A connection that writes. It is opened when it is needed, and again when it was lost. */
final class PostgresSession implements GroupWriter.Session {
  private static final System.Logger LOG = System.getLogger(PostgresSession.class.getName());

  /**
   * A group holds the locks of all its works, so two groups easily wait for each other: they give
   * up long before the server would look for a deadlock, and run one by one.
   */
  private static final String GROUP_GIVES_WAY = "set local lock_timeout = 100";

  private static final String IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";

  private record Open(Connection connection, Tx tx) {}

  private final DataSource source;
  private final String settings;
  private final Duration answer;
  private volatile Optional<Open> open = Optional.empty();
  private volatile boolean aborted;

  /**
   * @param settings SQL that every new connection begins with
   * @param answer so long it waits for the network
   */
  PostgresSession(DataSource source, String settings, Duration answer) {
    this.source = source;
    this.settings = settings;
    this.answer = answer;
  }

  @Override
  public Tx begin(boolean alone) {
    var tx = open.orElseGet(this::connect).tx; // the driver begins with the first statement
    if (!alone) {
      tx.update(GROUP_GIVES_WAY);
    }
    return tx;
  }

  private Open connect() {
    try {
      var connection = source.getConnection();
      try (var statement = connection.createStatement()) {
        statement.execute(settings);
      }
      connection.setAutoCommit(false);
      connection.setNetworkTimeout(Runnable::run, (int) answer.toMillis());
      var opened = new Open(connection, new Tx(connection, Dialect.POSTGRES));
      open = Optional.of(opened);
      if (aborted) {
        abort();
      }
      return opened;
    } catch (SQLException e) {
      throw new DatabaseException("the database cannot be reached", e);
    }
  }

  @Override
  public void commit() {
    try {
      open.orElseThrow().connection.commit();
    } catch (SQLException e) {
      var failure = new DatabaseException("cannot commit", e);
      if (failure.connectionLost()) {
        drop();
        throw isDefinite(e) ? failure : DatabaseException.outcomeUnknown(e);
      }
      throw failure;
    }
  }

  /** The server had ended the transaction before it heard of the commit. */
  private static boolean isDefinite(SQLException e) {
    return IDLE_IN_TRANSACTION_SESSION_TIMEOUT.equals(e.getSQLState());
  }

  @Override
  public void rollback() {
    open.ifPresent(
        now -> {
          try {
            now.connection.rollback();
          } catch (SQLException e) {
            LOG.log(INFO, "the connection to the database is lost: " + e.getMessage());
            drop();
          }
        });
  }

  private void drop() {
    var dropped = open;
    open = Optional.empty();
    dropped.ifPresent(PostgresSession::abort);
  }

  @Override
  public void abort() {
    aborted = true;
    open.ifPresent(PostgresSession::abort);
  }

  private static void abort(Open open) {
    try {
      open.connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.log(INFO, "while leaving the database: " + e.getMessage());
    }
  }
}
