package platter.db;

import static java.lang.System.Logger.Level.INFO;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

  /** None when nothing was written. */
  private static final String NUMBER = "select pg_current_xact_id_if_assigned()::text";

  private static final String STATUS = "select pg_xact_status(cast(? as text)::xid8)";
  private static final int PAUSE_MILLIS = 100;

  private record Open(Connection connection, Tx tx) {}

  private final DataSource source;
  private final String settings;
  private final Duration outcomeWithin;
  private final Duration answer;
  private volatile Optional<Open> open = Optional.empty();
  private volatile boolean aborted;

  /**
   * @param settings SQL that every new connection begins with
   * @param answer so long it waits for the network
   * @param outcomeWithin how long to find out whether a commit went through whose answer was lost
   */
  PostgresSession(DataSource source, String settings, Duration answer, Duration outcomeWithin) {
    this.source = source;
    this.settings = settings;
    this.answer = answer;
    this.outcomeWithin = outcomeWithin;
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
      pause(); // callers who try again at once are not to keep this thread busy
      throw new DatabaseException("the database cannot be reached", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the database is being closed
    }
  }

  /** When the answer is lost, the server is asked again by the number of the transaction. */
  @Override
  public void commit() {
    var now = open.orElseThrow();
    var number = now.tx.find(NUMBER, row -> Optional.ofNullable(row.getString(1))).flatMap(n -> n);
    try {
      now.connection.commit();
    } catch (SQLException e) {
      var failure = new DatabaseException("cannot commit", e);
      if (!failure.connectionLost()) {
        throw failure;
      }
      LOG.log(INFO, "the connection to the database was lost in a commit: " + e.getMessage());
      drop();
      if (number.isPresent() && !wasCommitted(number.get(), e)) {
        throw failure;
      }
    }
  }

  /**
   * Waits for the server to come back, and to find out itself that the line was cut.
   *
   * @throws DatabaseException of unknown outcome when that takes too long
   */
  private boolean wasCommitted(String number, SQLException lost) {
    long until = System.nanoTime() + outcomeWithin.toNanos();
    while (!aborted && !Thread.currentThread().isInterrupted() && System.nanoTime() < until) {
      try {
        switch (statusOf(number)) {
          case "committed" -> {
            return true;
          }
          case "aborted" -> {
            return false;
          }
          default -> {} // in progress
        }
      } catch (DatabaseException e) {
        rollback(); // drops what is lost again
      }
      pause();
    }
    throw DatabaseException.outcomeUnknown(lost);
  }

  private String statusOf(String number) {
    var tx = open.orElseGet(this::connect).tx;
    var status = tx.find(STATUS, row -> String.valueOf(row.getString(1)), number).orElseThrow();
    rollback();
    return status;
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
