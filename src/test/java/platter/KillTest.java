package platter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Answer;
import platter.api.Client;

/**
 * A server process under load from several clients is killed with SIGKILL at random moments and
 * started again: every job that was acknowledged is still there under its id and ends with the
 * truth, and nothing leaks. {@code -Dplatter.seed} repeats a run's choices, {@code -Dplatter.kills}
 * makes it longer.
 */
class KillTest {
  private static final String PROJECT = "c0ffee00000000000000000000000001";
  private static final int CLIENTS = 6;
  private static final int MAX_CALLS_BEFORE_KILL = 150;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  /** What the clients know for sure: ids of answers that reached them. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  private final Map<String, String> created = new ConcurrentHashMap<>();

  @AfterEach
  void stopAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void killedAtAnyMomentUnderLoadItLosesNothingItAcknowledged() throws Exception {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    int kills = Integer.getInteger("platter.kills", 4);
    var random = new Random(seed);
    for (int kill = 0; kill < kills; kill++) {
      var server = start();
      loadUntilKilled(server, random, seed);
      assertThat(server.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    var server = start();
    check(server.client(), "seed " + seed);
    server.process.destroy(); // SIGTERM
    assertThat(server.process.waitFor(5, TimeUnit.SECONDS)).as("stops within 5 s").isTrue();
    try (var stopped = Platter.openStopped(config())) {
      assertThat(stopped.verification().run().differences()).as("seed %d", seed).isEmpty();
    }
  }

  private record Server(Process process, URI endpoint) {
    Client client() {
      return new Client(endpoint, PROJECT, "KILLKEY", "kill-secret");
    }
  }

  /** The settings of the server. */
  Map<String, String> settings() {
    return Map.of("data", folder.resolve("data").toString());
  }

  private Config config() throws Config.BadConfig {
    return Config.read(settings(), Map.of(), Optional.empty());
  }

  private Server start() throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "platter.Main",
            "server",
            "--listen",
            "127.0.0.1:0");
    settings().forEach((name, value) -> builder.command().addAll(List.of("--" + name, value)));
    builder
        .environment()
        .putAll(
            Map.of(
                "PLATTER_PROJECT_ID", PROJECT,
                "PLATTER_ACCESS_KEY", "KILLKEY",
                "PLATTER_SECRET_KEY", "kill-secret"));
    builder.redirectError(Files.createTempFile(folder, "server", ".log").toFile());
    var process = builder.start();
    started.add(process);
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    var line = String.valueOf(out.readLine());
    assertThat(line).startsWith("Platter ready at http://");
    return new Server(process, URI.create(line.substring("Platter ready at ".length())));
  }

  /** Each client calls until the server is gone; the killer counts calls, not time. */
  private void loadUntilKilled(Server server, Random random, long seed)
      throws InterruptedException {
    var callsLeft = new CountDownLatch(1 + random.nextInt(MAX_CALLS_BEFORE_KILL));
    var problems = new ConcurrentLinkedQueue<Throwable>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      var choices = new Random(random.nextLong());
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      callUntilGone(server.client(), choices, callsLeft);
                    } catch (RuntimeException | AssertionError e) {
                      problems.add(e);
                    }
                  }));
    }
    callsLeft.await();
    server.process.destroyForcibly(); // SIGKILL
    for (var thread : threads) {
      thread.join();
    }
    assertThat(problems).as("seed %d", seed).isEmpty();
  }

  private void callUntilGone(Client client, Random choices, CountDownLatch callsLeft) {
    var mine = new ArrayList<String>();
    while (true) {
      try {
        call(client, choices, mine);
      } catch (UncheckedIOException e) {
        return; // killed
      }
      callsLeft.countDown();
    }
  }

  private void call(Client client, Random choices, List<String> mine) {
    var some = mine.isEmpty() ? "" : mine.get(choices.nextInt(mine.size()));
    switch (some.isEmpty() ? 0 : choices.nextInt(6)) {
      case 0, 1 -> create(client, 1, mine);
      case 2 -> create(client, 2 + choices.nextInt(4), mine);
      case 3 ->
          note(
              client.post(
                  "/v2.1/{project_id}/cloudvolumes/" + some + "/action",
                  "{\"os-extend\": {\"new_size\": %d}}".formatted(11 + choices.nextInt(50))),
              "extendVolume");
      case 4 -> note(client.delete("/v2/{project_id}/cloudvolumes/" + some), "deleteVolume");
      default ->
          note(
              client.post(
                  "/v5/{project_id}/volumes/batch-delete",
                  "{\"volumes\": [{\"id\": \"%s\"}]}".formatted(some)),
              "bulkDeleteVolume");
    }
  }

  private void create(Client client, int count, List<String> mine) {
    var answer =
        client
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": 10, "volume_type": "SSD", "availability_zone": "az1", "count": %d}}"""
                    .formatted(count))
            .is(202);
    var job = answer.text("job_id");
    acknowledged.put(job, count == 1 ? "createVolume" : "batchCreateVolume");
    for (var id : answer.at("volume_ids")) {
      created.put(id.asString(""), job);
      mine.add(id.asString(""));
    }
  }

  /** A refusal (it is busy, or gone) is an answer too; only jobs are remembered. */
  private void note(Answer answer, String type) {
    if (answer.status() < 300) {
      // deleting again gives the job that deletes already, maybe as part of a batch
      acknowledged.putIfAbsent(answer.text("job_id"), type);
    } else {
      assertThat(answer.status()).as(answer.body()).isIn(400, 404);
    }
  }

  private void check(Client client, String seed) {
    assertThat(acknowledged).as(seed).isNotEmpty();
    acknowledged.forEach(
        (job, type) ->
            assertThat(client.job(job).ends("SUCCESS").text("job_type"))
                .as("%s, job %s", seed, job)
                .isIn(type, "deleteSingleVolume", "deleteVolume"));
    // each volume is there with its file, or was deleted and its file is gone
    created.forEach(
        (id, job) -> {
          var volume = client.get("/v2/{project_id}/cloudvolumes/" + id);
          var file = folder.resolve("data/storage/volumes/" + id.substring(34) + "/" + id + ".raw");
          if (volume.status() == 404) {
            assertThat(file).as("%s, volume %s", seed, id).doesNotExist();
          } else {
            volume.has("volume.status", "available");
            long gib = volume.at("volume.size").asLong();
            assertThat(file).as("%s, volume %s", seed, id).hasSize(gib << 30);
          }
        });
  }
}
