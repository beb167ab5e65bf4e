package platter.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import platter.id.JobIds;

/**
 * A data folder whose database has many finished createVolume jobs: the server makes the tables and
 * stops, the rows are written straight into the file, with the columns as {@code job.JobStore}
 * writes them.
 *
 * @param ids 32 bytes each, in the order of time
 */
record FilledDatabase(Path data, byte[] ids, int jobs) {
  private static final int ID_BYTES = 32;
  private static final int ROWS_AT_ONCE = 1000;

  /** A job each tenth of a second, the last one now. */
  private static final int MILLIS_APART = 100;

  private static final String INSERT =
      """
      insert into job (number, id, project, type, parent, entities, params, begin_time,
          state, open_children, end_time, owner, epoch)
      values (?, ?, ?, 'createVolume', null, ?, ?, ?, 'succeeded', 0, ?, 'node-1', 1)\
      """;

  /** In the embedded database of a data folder. */
  static FilledDatabase fill(Path data, int jobs) throws Exception {
    Child.platter(data).close();
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("platter.db"));
        var statement = db.createStatement()) {
      statement.execute("pragma synchronous = off");
      return fill(data, jobs, db);
    }
  }

  /** In a PostgreSQL database, for servers with that data folder. */
  static FilledDatabase fill(Path data, String url, int jobs) throws Exception {
    Child.platter(data, url).close();
    try (var db = DriverManager.getConnection(url + "&reWriteBatchedInserts=true");
        var statement = db.createStatement()) {
      var filled = fill(data, jobs, db);
      db.setAutoCommit(true);
      statement.execute("vacuum analyze job"); // as it would have done itself by then
      return filled;
    }
  }

  private static FilledDatabase fill(Path data, int jobs, Connection db) throws SQLException {
    long started = System.nanoTime();
    var ids = new byte[jobs * ID_BYTES];
    var random = new SplittableRandom(42);
    var clock = new long[] {System.currentTimeMillis() - (long) jobs * MILLIS_APART};
    InstantSource past = () -> java.time.Instant.ofEpochMilli(clock[0]);
    var names = new JobIds(past, random::nextLong, 0);
    db.setAutoCommit(false);
    try (var insert = db.prepareStatement(INSERT)) {
      for (int i = 0; i < jobs; i++) {
        var id = names.next();
        System.arraycopy(id.text().getBytes(US_ASCII), 0, ids, i * ID_BYTES, ID_BYTES);
        var volume = new UUID(random.nextLong(), random.nextLong());
        insert.setLong(1, id.number());
        insert.setString(2, id.text());
        insert.setString(3, Child.PROJECT);
        insert.setString(
            4,
            "{\"name\":\"db-%07d\",\"size\":40,\"volume_id\":\"%s\",\"volume_type\":\"SSD\"}"
                .formatted(i, volume));
        insert.setString(
            5, "{\"volume\":{\"text\":\"%s\"},\"bytes\":42949672960}".formatted(volume));
        insert.setLong(6, clock[0]);
        insert.setLong(7, clock[0] + 50);
        insert.addBatch();
        if (i % ROWS_AT_ONCE == ROWS_AT_ONCE - 1) {
          insert.executeBatch();
        }
        clock[0] += MILLIS_APART;
      }
      insert.executeBatch();
    }
    db.commit();
    System.err.printf("  filled %,d jobs in %.1f s%n", jobs, (System.nanoTime() - started) / 1e9);
    return new FilledDatabase(data, ids, jobs);
  }

  String id(int number) {
    return new String(ids, number * ID_BYTES, ID_BYTES, US_ASCII);
  }
}
