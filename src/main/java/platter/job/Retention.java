package platter.job;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * Collects jobs whose time is over, a few in each transaction so that nobody waits for it, and
 * leaves tombstones. Nothing unfinished and nothing stuck is ever collected.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  /** Jobs and batches collected in one transaction. */
  private static final int AT_ONCE = 100;

  /** Between two transactions while there is more to collect. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long it is known that a job existed. */
  private static final Duration KEEP_TOMBSTONES = Duration.ofDays(365);

  private final Database db;
  private final InstantSource clock;
  private final Crew crew;
  private final Duration keep;
  private long passed; // all up to this number were looked at in this round
  private volatile boolean closed;

  Retention(Database db, InstantSource clock, Crew crew, Duration keep) {
    this.db = db;
    this.clock = clock;
    this.crew = crew;
    this.keep = keep;
  }

  /** What is left of a job. */
  record Tombstone(String type, String status, long endMillis, long removedMillis) {
    /** For the answer of its query. */
    String text() {
      return "The job existed: "
          + type
          + ", ended "
          + status
          + " at "
          + JobTime.text(endMillis)
          + ", removed at "
          + JobTime.text(removedMillis)
          + ".";
    }
  }

  void start() {
    crew.aside(pause(), this::round);
  }

  private Duration pause() {
    var tenth = keep.dividedBy(10);
    return tenth.compareTo(PAUSE) < 0
        ? PAUSE
        : tenth.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : tenth;
  }

  private void round() {
    boolean more = false;
    try {
      more = collect() == AT_ONCE;
    } catch (DatabaseException e) {
      LOG.log(WARNING, "finished jobs are not collected: " + e.getMessage());
    }
    if (!closed) {
      crew.aside(more ? PAUSE : pause(), this::round);
    }
  }

  /** Waits for no round: that may wait for the database. */
  void stop() {
    closed = true;
  }

  /** Collects some. Returns how many. */
  synchronized int collect() {
    long before = clock.millis() - keep.toMillis();
    var old =
        db.lookUp(
            tx ->
                tx.list(
                    "select number from job where parent is null and number > ? and number < ?"
                        + " and end_time < ? and state in ('succeeded', 'failed')"
                        + " and not exists (select 1 from job child where child.parent = job.number"
                        + " and child.state not in ('succeeded', 'failed'))"
                        + " order by number limit ?",
                    row -> row.getLong(1),
                    passed,
                    JobId.firstNumber(before),
                    before,
                    AT_ONCE));
    if (!old.isEmpty()) {
      db.inTx(tx -> bury(tx, old));
      LOG.log(INFO, "collected {0} finished jobs and batches", old.size());
    }
    if (old.size() == AT_ONCE) {
      passed = old.getLast();
    } else { // there is no more: what ends late, or is not stuck any more, is seen in the next
      // round
      passed = 0;
      forget(before);
    }
    return old.size();
  }

  private boolean bury(Tx tx, List<Long> old) {
    for (long number : old) {
      tx.update(
          """
          insert into tombstone (number, id, project, type, status, end_time, removed_time)
          select number, id, project, type, case when state = 'succeeded' then 'SUCCESS'
              else 'FAIL' end, end_time, ?
          from job where number = ? or parent = ? on conflict (number) do nothing\
          """,
          clock.millis(),
          number,
          number);
      tx.update(
          "delete from job_event where job in (select number from job where number = ? or parent ="
              + " ?)",
          number,
          number);
      tx.update(
          "delete from idempotency where job in (select id from job where number = ? or parent = ?)",
          number,
          number);
      tx.update("delete from job where parent = ?", number);
      tx.update("delete from job where number = ?", number);
    }
    return true;
  }

  /** Old tombstones, and keys of calls that started no job; of either some. */
  private void forget(long keysBefore) {
    long before = clock.millis() - KEEP_TOMBSTONES.toMillis();
    db.inTx(
        tx -> {
          tx.update(
              """
              delete from idempotency where (project, key) in
                  (select project, key from idempotency where since < ? order by since limit ?)\
              """,
              keysBefore,
              AT_ONCE);
          return tx.update(
              """
              delete from tombstone where number in
                  (select number from tombstone where number < ? and removed_time < ?
                      order by number limit ?)\
              """,
              JobId.firstNumber(before),
              before,
              AT_ONCE);
        });
  }

  /** Whether a collected job was of that type, and failed. */
  static boolean hasFailed(Tx tx, JobId id, String type) {
    return tx.number(
            """
            select count(*) from tombstone
            where number = ? and id = ? and type = ? and status = 'FAIL'\
            """,
            id.number(),
            id.text(),
            type)
        == 1;
  }

  /** What is left of a job of this project. */
  Optional<Tombstone> find(ProjectId project, JobId id) {
    return db.lookUp(
        tx ->
            tx.find(
                """
                select type, status, end_time, removed_time from tombstone
                where number = ? and id = ? and project = ?\
                """,
                row ->
                    new Tombstone(
                        row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)),
                id.number(),
                id.text(),
                project.text()));
  }
}
