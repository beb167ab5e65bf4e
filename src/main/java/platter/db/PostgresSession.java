package platter.db;

import static java.lang.System.Logger.Level.INFO;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import platter.error.DatabaseException;

/** A connection that writes. It is opened when it is needed, and again when it was lost. */
final class PostgresSession implements GroupWriter.Session {
  private static final System.Logger LOG = System.getLogger(PostgresSession.class.getName());

  /**
   * A group holds the locks of all its works, so two groups easily wait for each other: they give
   * up long before the server would look for a deadlock, and run one by one, then patiently.
   */
  private static final String GIVES_WAY = "set lock_timeout = 100";

  private static final String PATIENT = "set local lock_timeout = 0";

  /**
   * Each statement is planned once, and by keys: what is written is found by its key, and a plan
   * from the day when the tables were empty would read all of them.
   */
  private static final String PLANS =
      """
      set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
      set enable_hashjoin = off; set enable_mergejoin = off\
      """;

  /**
   * Both in one round trip, and what comes before them. It fails when somebody has taken it for
   * lost: then it came so late that its work may run again already.
   */
  private static final String COMMIT =
      """
      insert into commit_mark (session, last) values (?, ?)
      on conflict (session) do update set at = now(),
          last = excluded.last / (case when commit_mark.last < excluded.last then 1 else 0 end);
      COMMIT\
      """;

  /**
   * Takes a commit for lost, unless it has come. Waits for one that is under way, since that holds
   * the row. What this writes lies between its mark and the next one.
   */
  private static final String LOST =
      """
      insert into commit_mark (session, last) values (?, ?)
      on conflict (session) do update set last = greatest(commit_mark.last, excluded.last)
          where commit_mark.last <> excluded.last - 1\
      """;

  private static final String LAST = "select last from commit_mark where session = ?";

  private static final String FORGET =
      "delete from commit_mark where at < now() - interval '30 days'";

  private static final int PAUSE_MILLIS = 100;

  private record Open(Connection connection, Tx tx) {}

  private final DataSource source;
  private final String settings;
  private final Duration outcomeWithin;
  private final Duration answer;
  private volatile Optional<Open> open = Optional.empty();
  private volatile boolean aborted;

  /** Under which it marks what it commits, and twice the number of those it has tried to. */
  private final String name = UUID.randomUUID().toString();

  private long commits;

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
  public Tx begin(boolean patient) {
    var tx = open.orElseGet(this::connect).tx; // the driver begins with the first statement
    if (patient) {
      tx.update(PATIENT);
    }
    return tx;
  }

  private Open connect() {
    try {
      var connection = source.getConnection();
      boolean ready = false;
      try (var statement = connection.createStatement()) {
        statement.execute(settings);
        statement.execute(GIVES_WAY);
        statement.execute(PLANS);
        statement.execute(FORGET); // also tells whether this server writes
        connection.setAutoCommit(false);
        connection.setNetworkTimeout(Runnable::run, (int) answer.toMillis());
        ready = true;
      } finally {
        if (!ready) {
          connection.abort(Runnable::run);
        }
      }
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

  /** When the answer is lost, the server is asked again by the mark of the transaction. */
  @Override
  public void commit(List<Tx.Call> last) {
    var now = open.orElseThrow();
    commits += 2;
    var sql = new StringBuilder();
    var args = new ArrayList<@Nullable Object>();
    for (var call : last) {
      sql.append(call.sql()).append(";\n");
      args.addAll(call.args());
    }
    args.add(name);
    args.add(commits);
    try {
      now.tx.update(sql.append(COMMIT).toString(), args.toArray());
    } catch (DatabaseException e) {
      if (!e.connectionLost()) {
        throw e;
      }
      LOG.log(INFO, "the connection to the database was lost in a commit: " + e.getMessage());
      drop();
      if (!wasCommitted(e)) {
        throw e;
      }
    }
  }

  /**
   * Waits for the server to come back, and to find out itself that the line was cut.
   *
   * @throws DatabaseException of unknown outcome when that takes too long
   */
  private boolean wasCommitted(DatabaseException lost) {
    long until = System.nanoTime() + outcomeWithin.toNanos();
    while (!aborted && !Thread.currentThread().isInterrupted() && System.nanoTime() < until) {
      try {
        var tx = begin(false);
        tx.update(LOST, name, commits + 1);
        long last = tx.find(LAST, row -> row.getLong(1), name).orElseThrow();
        open.orElseThrow().connection.commit();
        return last == commits;
      } catch (DatabaseException | SQLException e) { // it is under way, or the server is away
        rollback(); // drops what is lost again
      }
      pause();
    }
    throw DatabaseException.ofUnknownOutcome(lost);
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
