package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.db.TestPostgres;
import platter.db.Tx;
import platter.error.Failure;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.node.Alone;
import platter.node.Owner;

/** Who looks from the number on misses no unfinished job, also not one that comes late. */
class FloorTest {
  private static final ProjectId PROJECT = new ProjectId("a11ce000000000000000000000000001");
  private static final InstantSource CLOCK = InstantSource.system();

  private final Database db =
      Databases.open(
          Place.of(TestPostgres.newDatabase(), "", ""), Path.of("unused"), Duration.ofSeconds(60));
  private final Alone node = Alone.join(db, "node");
  private final JobIds ids = new JobIds(CLOCK, new AtomicLong()::incrementAndGet, 0);
  private final JobStore store = new JobStore();
  private final OwnedJobs owned = new OwnedJobs();
  private final ThreadCrew crew = new ThreadCrew(1, 1);
  private final Floor floor = new Floor(db, ids, node, crew, owned);

  @AfterEach
  void close() {
    crew.close();
    db.close();
  }

  private Job accept(Tx tx) {
    floor.hold(tx, node.owner());
    var job =
        new Job(ids.next(), PROJECT, "t", null, "{}", "{}", CLOCK.millis(), new JobState.Init(), 0);
    store.insert(tx, job, node.owner(), new JobStore.Accepted(0, "me", 0, null));
    return job;
  }

  private Job accepted() {
    return db.inTx(this::accept);
  }

  private void end(Job job) {
    db.inTx(
        tx -> {
          var how = new JobState.Failed(new Failure("c", "r"));
          store.endWithoutSteps(tx, job.ended(how, CLOCK.millis()), node.owner());
          return true;
        });
  }

  private long from() {
    return db.lookUp(tx -> owned.from(tx, "node")).orElseThrow().number();
  }

  private void raise() {
    for (int i = 0; i < 3; i++) {
      floor.raise();
    }
  }

  @Test
  void itFollowsTheOldestUnfinishedJob() {
    var first = accepted();
    var second = accepted();
    var third = accepted();
    assertThat(from()).isLessThanOrEqualTo(first.id().number());
    raise();
    assertThat(from()).isEqualTo(first.id().number());
    end(second);
    raise();
    assertThat(from()).isEqualTo(first.id().number());
    end(first);
    raise();
    assertThat(from()).isEqualTo(third.id().number());
    end(third);
    raise();
    assertThat(from()).isGreaterThan(third.id().number());
    assertThat(accepted().id().number()).isGreaterThanOrEqualTo(from());
  }

  @Test
  void itWaitsForWhoIsStillAccepting() throws Exception {
    end(accepted());
    var hasItsNumber = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var late = new CompletableFuture<Job>();
    db.inTxLater(
        tx -> {
          tx.number("select txid_current()"); // as the guard's lock does: from now on it writes
          var job = accept(tx);
          hasItsNumber.countDown();
          await(goOn);
          return job;
        },
        new Database.Outcome<>() {
          @Override
          public void done(Job job) {
            late.complete(job);
          }

          @Override
          public void failed(RuntimeException why) {
            late.completeExceptionally(why);
          }
        });
    await(hasItsNumber);
    end(accepted());
    raise();
    long meanwhile = from();
    goOn.countDown();
    var job = late.get(30, TimeUnit.SECONDS);
    assertThat(meanwhile).isLessThanOrEqualTo(job.id().number());
    raise();
    assertThat(from()).isEqualTo(job.id().number());
    assertThat(db.<List<Long>>lookUp(tx -> owned.numbers(tx, node.owner())))
        .containsExactly(job.id().number());
  }

  @Test
  void jobsOfAnotherNodeLowerIt() {
    var other = new Owner("dead", 1);
    var job = accepted();
    db.inTx(
        tx -> {
          tx.update(
              "insert into node (name, epoch, slot, unfinished_from) values ('dead', 1, 9, ?)",
              job.id().number());
          return tx.update("update job set owner = 'dead', epoch = 1");
        });
    end(accepted());
    raise();
    assertThat(from()).isGreaterThan(job.id().number());
    var known = db.lookUp(tx -> owned.from(tx, "node")).orElseThrow();
    assertThat(db.<Integer>inTx(tx -> owned.claim(tx, other, node.owner()))).isEqualTo(1);
    assertThat(from()).isEqualTo(job.id().number());
    assertThat(db.<Optional<OwnedJobs.From>>lookUp(tx -> owned.from(tx, "dead"))).isEmpty();
    db.inTx(
        tx -> { // who looked before they came may not raise it
          owned.raise(tx, node.owner(), known, ids.least());
          owned.raise(tx, node.owner(), new OwnedJobs.From(from(), known.claims()), ids.least());
          return true;
        });
    assertThat(from()).isEqualTo(job.id().number());
    assertThat(db.<Map<String, Long>>lookUp(owned::byNode)).containsEntry("node", 1L);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Numbers never go back, whatever the clock does. */
  @Test
  void theLeastNumberIsNeverPassedFromBelow() {
    var time = new AtomicLong(1_000_000);
    var later = new JobIds(() -> Instant.ofEpochMilli(time.get()), () -> 0, 5);
    long least = later.least();
    time.set(0);
    JobId next = later.next();
    assertThat(next.number()).isGreaterThanOrEqualTo(least);
    assertThat(later.next().number()).isGreaterThanOrEqualTo(later.least() - 1);
    assertThat(later.least()).isGreaterThan(next.number());
  }
}
