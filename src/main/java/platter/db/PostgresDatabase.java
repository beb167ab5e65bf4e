package platter.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import platter.error.DatabaseException;

/**
 * PostgreSQL, which several nodes may share. Isolation is READ COMMITTED: what is read to be
 * decided upon is locked ({@link Dialect#forUpdate}) or changed in one statement.
 *
 * <p>Two writers commit in groups, see {@link GroupWriter}: one for those who wait, one for {@link
 * #inTxLater}, so that the one works while the other is being synced; more of them would wait for
 * each other's rows. Unguarded writes have a connection of their own; readers have a pool. All are
 * opened again when they were lost.
 */
public final class PostgresDatabase implements Database {
  private static final int READERS = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);

  /** Longer than any statement may take: then it is the network or the server that is gone. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(40);

  /** A restart of the server takes less. Until then the node acknowledges nothing else. */
  private static final Duration OUTCOME_WITHIN = Duration.ofSeconds(10);

  private static final int READ_TRIES = 2;

  /** The second try finds a new connection, when the first one's was lost. */
  private static final int UNGUARDED_TRIES = 2;

  private final GroupWriter writer;
  private final GroupWriter later;
  private final GroupWriter unguarded;
  private final Lines lines;
  private final HikariDataSource readers;

  private PostgresDatabase(
      Lines source, Lines ofUnguarded, Duration patience, Duration outcomeWithin) {
    lines = source;
    var settings = settings(patience, STATEMENT_TIMEOUT);
    var pool = new HikariConfig();
    pool.setPoolName("database-readers");
    pool.setDataSource(source);
    pool.setConnectionInitSql(settings);
    pool.setMaximumPoolSize(READERS);
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    pool.setInitializationFailTimeout(-1); // what is not there yet is taken later
    readers = new HikariDataSource(pool);
    Supplier<GroupWriter.Session> session =
        () -> new PostgresSession(source, settings, SOCKET_TIMEOUT, outcomeWithin);
    var order = new CommitOrder();
    writer = GroupWriter.start("database-writer", session.get(), order);
    later = GroupWriter.start("database-later", session.get(), order);
    var shortly = patience.dividedBy(2);
    unguarded =
        GroupWriter.start(
            "database-unguarded",
            new PostgresSession(ofUnguarded, settings(patience, shortly), shortly, shortly),
            new CommitOrder(), // nothing follows its commits that others wait for
            UNGUARDED_TRIES);
  }

  /**
   * Opens the database and brings its tables up to date; several nodes may do so at once.
   *
   * @param patience so long the server waits for the next statement of a transaction; an unguarded
   *     write waits for half of it
   * @throws DatabaseException when it cannot be reached or used; without the password
   */
  public static PostgresDatabase open(Place.Shared place, Duration patience) {
    return open(place, patience, OUTCOME_WITHIN);
  }

  /** As {@link #open(Place.Shared, Duration)}, for a test that does not wait so long. */
  static PostgresDatabase open(Place.Shared place, Duration patience, Duration outcomeWithin) {
    var source = source(place, CONNECT_TIMEOUT, SOCKET_TIMEOUT);
    try (var _ = source.getConnection()) {
      Tables.migrate(source, "db/postgres", "the database " + place);
    } catch (SQLException e) {
      throw new DatabaseException("the database " + place + " cannot be opened", e);
    }
    var shortly = patience.dividedBy(2);
    return new PostgresDatabase(source, source(place, shortly, shortly), patience, outcomeWithin);
  }

  private static Lines source(Place.Shared place, Duration connect, Duration answer) {
    var source = new Lines();
    source.setConnectTimeout(wholeSeconds(connect));
    source.setSocketTimeout(wholeSeconds(answer));
    source.setTcpKeepAlive(true);
    source.setApplicationName("platter");
    source.setReWriteBatchedInserts(true);
    source.setTargetServerType("primary"); // of several in the URL; a standby may be late
    source.setUrl(place.url()); // its parameters win over those above
    source.setLogServerErrorDetail(false); // the detail of an error shows whole rows
    place.user().ifPresent(source::setUser);
    place.password().ifPresent(source::setPassword);
    return source;
  }

  /** Rounded up: 0 would be for ever. */
  private static int wholeSeconds(Duration time) {
    return (int) time.plusMillis(999).toSeconds();
  }

  private static String settings(Duration idleInTransaction, Duration statement) {
    return """
    set synchronous_commit = on; set default_transaction_isolation = 'read committed';
    set statement_timeout = %d; set idle_in_transaction_session_timeout = %d\
    """
        .formatted(statement.toMillis(), idleInTransaction.toMillis());
  }

  @Override
  public <T> T inTx(Work<T> work) {
    return writer.run(work, true);
  }

  @Override
  public <T> void inTxLater(Work<T> work, Outcome<T> then) {
    later.run(work, true, then);
  }

  @Override
  public <T> T inTxUnguarded(Work<T> work) {
    return unguarded.run(work, false);
  }

  @Override
  public void guardedBy(Guard guard) {
    writer.guardedBy(guard);
    later.guardedBy(guard);
  }

  @Override
  public void observedBy(Commits commits) {
    writer.observedBy(commits);
    later.observedBy(commits);
  }

  @Override
  public <T> T read(Work<T> work) {
    return lookUp(
        tx -> {
          tx.update("begin isolation level repeatable read, read only");
          try {
            return work.in(tx);
          } finally {
            tx.update("rollback"); // it changed nothing, and may have failed
          }
        });
  }

  @Override
  public <T> T lookUp(Work<T> work) {
    for (int tries = 1; ; tries++) {
      try (var connection = readers.getConnection()) {
        return work.in(new Tx(connection, Dialect.POSTGRES));
      } catch (DatabaseException e) {
        if (!e.connectionLost() || tries == READ_TRIES) {
          throw e;
        }
      } catch (SQLException e) {
        throw new DatabaseException("the database cannot be reached", e);
      }
    }
  }

  @Override
  public void reconnect() {
    lines.breakAll();
    readers.getHikariPoolMXBean().softEvictConnections();
  }

  @Override
  public void close() {
    try (var hands = Executors.newVirtualThreadPerTaskExecutor()) { // each may wait for its answer
      List.of(writer, later, unguarded).forEach(one -> hands.execute(one::close));
    }
    readers.close();
  }
}
