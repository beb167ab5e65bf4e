package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.db.Database;
import platter.db.DirectDatabase;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.node.Alone;
import platter.node.Owner;

class RetentionTest {
  private static final ProjectId PROJECT = new ProjectId("a11ce000000000000000000000000001");

  private final Database db = new DirectDatabase();
  private final Owner me = Alone.join(db, "node").owner();
  private final JobStore store = new JobStore();
  private final ThreadCrew crew = new ThreadCrew(1, 1);
  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
  private final JobIds ids = new JobIds(this::now, new AtomicLong()::incrementAndGet, 0);
  private final Retention retention = new Retention(db, this::now, crew, Duration.ofDays(30));

  private Instant now() {
    return Instant.ofEpochMilli(now.get());
  }

  private void pass(Duration time) {
    now.addAndGet(time.toMillis());
  }

  @AfterEach
  void close() {
    crew.close();
    db.close();
  }

  private Job accepted(@Nullable Job parent) {
    var job =
        new Job(
            ids.next(),
            PROJECT,
            "t",
            parent == null ? null : parent.id().number(),
            "{}",
            "{}",
            now.get(),
            new JobState.Init(),
            0);
    return db.inTx(
        tx -> {
          store.insert(tx, job, me, new JobStore.Accepted(0, "me", 0, null));
          tx.settle();
          return job;
        });
  }

  private void end(Job job) {
    db.inTx(
        tx -> {
          store.endWithoutSteps(tx, job.ended(new JobState.Succeeded(), now.get()), me);
          return true;
        });
  }

  private void key(String key, Job job) {
    db.inTx(
        tx ->
            tx.update(
                """
                insert into idempotency (project, key, request_hash, job, body, since)
                values (?, ?, 'h', ?, '{}', ?)\
                """,
                PROJECT.text(),
                key,
                job.id().text(),
                now.get()));
  }

  private List<Map.Entry<Long, String>> left(String of) {
    return db.read(tx -> tx.list(of, row -> Map.entry(row.getLong(1), row.getString(2))));
  }

  @Test
  void whatEndedLateIsCollectedAlsoWhenThereIsMoreInEachRound() {
    var late = accepted(null);
    end(accepted(null));
    var next = accepted(null);
    pass(Duration.ofDays(31));
    assertThat(retention.collect()).isEqualTo(1);
    end(late);
    end(next);
    pass(Duration.ofDays(31));
    assertThat(retention.collect()).isEqualTo(2);
    assertThat(left("select number, id from job")).isEmpty();
    assertThat(left("select number, id from tombstone")).hasSize(3);
  }

  @Test
  void keysOfSubJobsGoWithTheirBatch() {
    var batch = accepted(null);
    var child = accepted(batch);
    end(child);
    end(batch);
    pass(Duration.ofDays(29));
    key("of the batch", batch);
    key("of a sub-job", child);
    var other = accepted(null);
    key("of another", other);
    pass(Duration.ofDays(2));
    assertThat(retention.collect()).isEqualTo(1);
    assertThat(left("select 0, key from idempotency")).containsExactly(Map.entry(0L, "of another"));
  }
}
