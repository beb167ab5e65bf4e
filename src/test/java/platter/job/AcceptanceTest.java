package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.db.Database;
import platter.db.SqliteDatabase;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.json.Json;
import platter.node.Alone;

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
}
