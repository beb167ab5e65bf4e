package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Client;
import platter.auth.TestClock;
import platter.db.TestPostgres;
import platter.nbd.PacedDriver;

/** How far a long copy is, on whichever node one asks, and when it counts as stuck. */
class CopyProgressTest {
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final long FIRST = 3L << 30;
  private static final long SECOND = 6L << 30;
  private static final String STUCK = "/platter/v1/{project_id}/jobs?stuck=true";

  @TempDir private Path folder;
  private Optional<PacedDriver> paced = Optional.empty();

  private TestServer server(Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put("storage", "dir:" + folder.resolve("storage"));
    return TestServer.with(settings)
        .aroundDriver(
            real -> {
              var held = new PacedDriver(real);
              if (paced.isEmpty()) {
                paced = Optional.of(held); // of the first server
              }
              return held;
            });
  }

  private PacedDriver paced() {
    return paced.orElseThrow();
  }

  /** A volume with data at 30 and 60 percent, of which a snapshot is being made. */
  private String copying(Client client) throws IOException {
    Assumptions.assumeFalse(paced().snapshotsAreInstant(), "this file system copies in an instant");
    var volume = client.volume("v", 10);
    var file = folder.resolve("storage/volumes/" + volume.substring(34) + "/" + volume + ".raw");
    try (var bytes = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      for (long at : List.of(FIRST, SECOND)) {
        assertThat(bytes.position(at).write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
      }
    }
    return client
        .post(
            "/v2/{project_id}/cloudsnapshots",
            "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
        .is(202)
        .header("X-Platter-Job")
        .orElseThrow();
  }

  private static int percent(Client client, String job) {
    var step =
        client
            .get("/platter/v1/{project_id}/jobs/" + job + "/explain")
            .is(200)
            .at("steps[0].percent");
    return step.isNumber() ? step.intValue() : 0;
  }

  private static int stuck(Client client) {
    return client.get(STUCK).is(200).at("jobs").size();
  }

  @Test
  void aCopyBeyondItsDeadlineIsStuckWhenItDoesNotGoOn() throws IOException {
    var clock = new TestClock(Instant.parse("2026-11-22T10:00:00Z"));
    try (var server = server(Map.of("step_deadline", "20s")).clock(clock).run()) {
      var alice = server.alice();
      var first = paced().hold(FIRST);
      var job = copying(alice);
      first.untilThere();
      assertThat(stuck(alice)).isZero();
      untilStuck(clock, alice);
      var second = paced().hold(SECOND);
      first.release();
      second.untilThere();
      Awaitility.await().atMost(PATIENCE).until(() -> stuck(alice) == 0);
      assertThat(percent(alice, job)).isEqualTo(60);
      untilStuck(clock, alice);
      second.release();
      alice.job(job).ends("SUCCESS");
      assertThat(stuck(alice)).isZero();
    }
  }

  /** What it has done it may tell a little later, by the clock of then. */
  private static void untilStuck(TestClock clock, Client client) {
    clock.advance(Duration.ofMinutes(30));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(Duration.ofMinutes(2));
              return stuck(client) == 1;
            });
  }

  @Test
  void anyNodeTellsHowFarItIs() throws IOException {
    var database = TestPostgres.newDatabase();
    try (var one = server(Map.of("node", "one")).onPostgres(database).run();
        var two = server(Map.of("node", "two")).onPostgres(database).run()) {
      var held = paced().hold(FIRST);
      var job = copying(one.alice());
      held.untilThere();
      Awaitility.await().atMost(PATIENCE).until(() -> percent(two.alice(), job) == 30);
      assertThat(percent(one.alice(), job)).isEqualTo(30);
      var snapshot =
          two.alice().get("/v2/{project_id}/cloudsnapshots/detail").is(200).at("snapshots[0]");
      assertThat(snapshot.at("/os-extended-snapshot-attributes:progress").asString(""))
          .isEqualTo("30%");
      held.release();
      two.alice().job(job).ends("SUCCESS");
    } finally {
      TestPostgres.drop(database);
    }
  }
}
