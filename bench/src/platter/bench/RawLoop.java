package platter.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the database does at best: rows of jobs inserted in batches and updated in batches, a synced
 * commit each, with nothing around it.
 */
final class RawLoop implements Contender {
  private static final int BATCH = 100;
  private static final int POSTGRES_THREADS = 8;

  private final String name;
  private final Lending connections;
  private final AutoCloseable closing;
  private final int threads;
  private final AtomicLong ids = new AtomicLong();

  /** Lends connections; what comes back stays open. */
  private interface Lending {
    void to(Borrower borrower) throws SQLException;
  }

  private interface Borrower {
    void use(Connection connection) throws SQLException;
  }

  private RawLoop(String name, Lending connections, AutoCloseable closing, int threads)
      throws SQLException {
    this.name = name;
    this.connections = connections;
    this.closing = closing;
    this.threads = threads;
    connections.to(
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute(
                """
                create table raw_job (
                  id bigint not null primary key,
                  project text not null,
                  params text not null,
                  state text not null,
                  begin_time bigint not null,
                  end_time bigint
                )\
                """);
          }
        });
  }

  static RawLoop postgres(HikariDataSource pool) throws SQLException {
    return new RawLoop(
        "bare loop, PostgreSQL",
        borrower -> {
          try (var connection = pool.getConnection()) {
            borrower.use(connection);
          }
        },
        pool,
        POSTGRES_THREADS);
  }

  /** One connection, since SQLite has one writer. */
  static RawLoop sqlite(Path file) throws SQLException {
    var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (var statement = connection.createStatement()) {
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma synchronous = full");
    }
    return new RawLoop("bare loop, SQLite", borrower -> borrower.use(connection), connection, 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double run(int jobs) throws Exception {
    long start = System.nanoTime();
    Threads.split(
        threads,
        jobs,
        (from, to) ->
            connections.to(
                connection -> {
                  connection.setAutoCommit(false);
                  for (int at = from; at < to; at += BATCH) {
                    batch(connection, Math.min(BATCH, to - at));
                  }
                  connection.setAutoCommit(true);
                }));
    return jobs / ((System.nanoTime() - start) / 1e9);
  }

  private void batch(Connection connection, int count) throws SQLException {
    long first = ids.getAndAdd(count);
    try (var insert =
        connection.prepareStatement(
            "insert into raw_job (id, project, params, state, begin_time) values (?, ?, ?, ?, ?)")) {
      for (long id = first; id < first + count; id++) {
        insert.setLong(1, id);
        insert.setString(2, Child.PROJECT);
        insert.setString(3, "{\"volume\":\"00000000-0000-4000-8000-000000000000\",\"bytes\":1}");
        insert.setString(4, "init");
        insert.setLong(5, System.currentTimeMillis());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    connection.commit();
    try (var update =
        connection.prepareStatement(
            "update raw_job set state = 'succeeded', end_time = ? where id >= ? and id < ?")) {
      update.setLong(1, System.currentTimeMillis());
      update.setLong(2, first);
      update.setLong(3, first + count);
      update.executeUpdate();
    }
    connection.commit();
  }

  /**
   * How long a job that does nothing must take: a row inserted and updated, a synced commit each.
   *
   * @param millis where the times go
   */
  void twoCommits(int times, Numbers... millis) throws SQLException {
    connections.to(
        connection -> {
          connection.setAutoCommit(false);
          for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            batch(connection, 1);
            double took = (System.nanoTime() - start) / 1e6;
            for (var numbers : millis) {
              numbers.add(took);
            }
          }
          connection.setAutoCommit(true);
        });
  }

  @Override
  public void close() {
    try {
      closing.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
