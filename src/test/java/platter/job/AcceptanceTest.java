package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.db.Database;
import platter.db.SqliteDatabase;
import platter.db.Tx;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.json.Json;
import platter.node.Alone;
import platter.node.Lease;
import platter.node.Member;
import platter.node.Owner;

/** The engine with a job type that does nothing, on a real database. */
class AcceptanceTest {
  private static final ProjectId PROJECT = new ProjectId("a11ce000000000000000000000000001");

  Database open(Path folder) {
    return SqliteDatabase.open(folder.resolve("platter.db"));
  }

  private static String status(Jobs jobs, JobId id) {
    return Json.read(jobs.answer(PROJECT, id).orElseThrow()).path("status").asString("");
  }

  @Test
  void anAnswerOfTheInstantOfAcceptanceIsNotRemembered(@TempDir Path folder) {
    var clock = InstantSource.system();
    try (var db = open(folder);
        var jobs =
            new Jobs(
                db,
                new JobIds(clock, new SecureRandom()::nextLong, 0),
                clock,
                Alone.join(db, "node-1"),
                new ThreadCrew(4, 1),
                Jobs.Limits.DEFAULT)) {
      var type = new DoNothing();
      jobs.start(List.of(type));
      var accepted = new ArrayList<JobId>();
      var seen = new ArrayList<String>();
      db.inTx(
          tx -> {
            // runs when the row is committed and the engine does not know the job yet
            tx.afterCommit(() -> seen.add(status(jobs, accepted.getFirst())));
            return accepted.add(
                jobs.submit(tx, new Asked(PROJECT, "a test"), type, new DoNothing.Nothing(), "{}"));
          });
      assertThat(seen).containsExactly("INIT");
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .atMost(Duration.ofSeconds(60))
          .until(() -> status(jobs, accepted.getFirst()), "SUCCESS"::equals);
    }
  }

  /** A node that can be taken for dead, and joins again at once. */
  private static final class Reborn implements Lease {
    private final Alone real;
    private final AtomicInteger deaths = new AtomicInteger();

    Reborn(Alone real) {
      this.real = real;
    }

    @Override
    public Owner owner() {
      return new Owner(real.owner().node(), real.owner().epoch() + deaths.get());
    }

    @Override
    public boolean holds(Owner incarnation) {
      return incarnation.equals(owner());
    }

    @Override
    public boolean shared() {
      return true;
    }

    @Override
    public Duration length() {
      return real.length();
    }

    @Override
    public List<Member> members(Tx tx) {
      return real.members(tx);
    }

    @Override
    public boolean lives(Tx tx, Owner incarnation) {
      return true;
    }
  }

  /** Among them a batch, which nobody runs and so nobody lets go of. */
  @Test
  void whatIsHeardOfAfterTheNodeWasTakenForDeadIsFound(@TempDir Path folder) {
    var clock = InstantSource.system();
    try (var db = open(folder)) {
      var lease = new Reborn(Alone.join(db, "node-1"));
      try (var jobs =
          new Jobs(
              db,
              new JobIds(clock, new SecureRandom()::nextLong, 0),
              clock,
              lease,
              new ThreadCrew(4, 1),
              Jobs.Limits.DEFAULT)) {
        var type = new DoNothing();
        jobs.start(List.of(type));
        var dead = lease.owner();
        var batch =
            db.inTx(
                tx -> {
                  tx.afterCommit(
                      () -> {
                        lease.deaths.incrementAndGet();
                        jobs.lost(dead); // before it is heard of
                      });
                  return jobs.submitBatch(
                      tx,
                      new Asked(PROJECT, "a test"),
                      "batchNothing",
                      type,
                      List.of(new Jobs.Child<>(new DoNothing.Nothing(), "{}")));
                });
        jobs.adopt();
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .atMost(Duration.ofSeconds(60))
            .until(() -> status(jobs, batch.parent()), "SUCCESS"::equals);
      }
    }
  }
}
