package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.db.Databases;
import platter.db.Place;
import platter.db.TestPostgres;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.node.Heart;
import platter.node.Membership;
import platter.node.Owner;

/** A node dies and leaves a great many jobs. */
class ManyJobsTest {
  private static final int MANY = 10_000;
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void whoTakesThemOverGoesOnAcceptingAndIsNotTakenForDead() throws Exception {
    var url = TestPostgres.newDatabase();
    var place = Place.of(url, "", "");
    try (var db = Databases.open(place, Path.of("unused"), LEASE)) {
      db.inTx(
          tx ->
              tx.update("insert into node (name, epoch, slot) values ('dead', 1, 99)")
                  + tx.update(
                      """
                      insert into job (number, id, project, type, entities, params, begin_time,
                          state, open_children, owner, epoch)
                      select n, lpad(to_hex(n), 16, '0') || '0000000000000000', ?, 'doNothing',
                          '{}', '{}', 1, 'init', 0, 'dead', 1
                      from generate_series(1, ?) n\
                      """,
                      "a11ce000000000000000000000000001",
                      MANY));
      var member = new Membership(db, "taker", "folder", LEASE, System::nanoTime);
      var other = new Membership(db, "other", "other folder", LEASE, System::nanoTime);
      assertThat(member.join()).isTrue();
      assertThat(other.join()).isTrue();
      db.guardedBy(member::check);
      var clock = InstantSource.system();
      try (var beating = Heart.start(member);
          var watching = Heart.start(other);
          var jobs =
              new Jobs(
                  db,
                  new JobIds(clock, new SecureRandom()::nextLong, member.slot()),
                  clock,
                  member,
                  new ThreadCrew(8, 1),
                  Jobs.Limits.DEFAULT)) {
        var type = new DoNothing();
        jobs.start(List.of(type));
        beating.lookAfterOthers(jobs);
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(5))
            .until(
                () ->
                    db.lookUp(
                            tx ->
                                tx.number(
                                    "select count(*) from job where epoch = 1 and owner = 'taker'"))
                        > 0);
        watching.lookAfterOthers(new Nobody());
        var asked = new Asked(new ProjectId("a11ce000000000000000000000000001"), "a test");
        Awaitility.await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  db.inTx(tx -> jobs.submit(tx, asked, type, new DoNothing.Nothing(), "{}"));
                  long left =
                      db.lookUp(
                          tx ->
                              tx.number(
                                  "select count(*) from job where number <= ? and end_time is null",
                                  MANY));
                  return left == 0;
                });
        assertThat(member.owner()).isEqualTo(new Owner("taker", 1));
      }
    } finally {
      TestPostgres.drop(url);
    }
  }

  /** Looks, and takes nothing. */
  private static final class Nobody implements Membership.Jobs {
    @Override
    public int claim(platter.db.Tx tx, Owner dead) {
      return 0;
    }

    @Override
    public void adopt() {}

    @Override
    public void lost(Owner incarnation) {}

    @Override
    public void noticeCancelled() {}
  }
}
