package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import platter.api.Answer;
import platter.api.Client;

/**
 * Stops after and before every commit and every change of the storage of every job type, starts
 * again, and compares the world with that of a run without a crash.
 */
class CrashTest {
  private static final String CREATE =
      """
      {"volume": {"name": "new", "size": 10, "volume_type": "SSD", "availability_zone": "az1"%s}}""";

  private static final byte[] OLD = {1, 2, 3, 4};
  private static final byte[] NEW = {5, 6, 7, 8};

  /**
   * An operation: what is there before it, and the call.
   *
   * @param snapshot whether the first volume has one, and was written to since
   */
  private record Operation(
      String name, int volumesBefore, boolean snapshot, Function<World, Answer> call) {
    Operation(String name, int volumesBefore, Function<World, Answer> call) {
      this(name, volumesBefore, false, call);
    }
  }

  private record World(Client client, List<String> volumes, String snapshot) {}

  private static final List<Operation> OPERATIONS =
      List.of(
          new Operation(
              "createVolume",
              0,
              world -> world.client.post("/v2.1/{project_id}/cloudvolumes", CREATE.formatted(""))),
          new Operation(
              "batchCreateVolume",
              0,
              world ->
                  world.client.post(
                      "/v2.1/{project_id}/cloudvolumes", CREATE.formatted(", \"count\": 2"))),
          new Operation(
              "extendVolume",
              1,
              world ->
                  world.client.post(
                      "/v2.1/{project_id}/cloudvolumes/" + world.volumes.getFirst() + "/action",
                      "{\"os-extend\": {\"new_size\": 20}}")),
          new Operation(
              "deleteVolume",
              1,
              world ->
                  world.client.delete("/v2/{project_id}/cloudvolumes/" + world.volumes.getFirst())),
          new Operation(
              "bulkDeleteVolume",
              2,
              world ->
                  world.client.post(
                      "/v5/{project_id}/volumes/batch-delete",
                      "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}]}"
                          .formatted(world.volumes.get(0), world.volumes.get(1)))),
          new Operation(
              "createSnapshot",
              1,
              world ->
                  world.client.post(
                      "/v5/{project_id}/snapshots",
                      "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"new\"}}"
                          .formatted(world.volumes.getFirst()))),
          new Operation(
              "rollbackSnapshot",
              1,
              true,
              world ->
                  world.client.post(
                      "/v2/{project_id}/cloudsnapshots/" + world.snapshot + "/rollback",
                      "{\"rollback\": {\"volume_id\": \"%s\"}}"
                          .formatted(world.volumes.getFirst()))),
          new Operation(
              "deleteSnapshot",
              1,
              true,
              world -> world.client.delete("/v2/{project_id}/cloudsnapshots/" + world.snapshot)),
          new Operation(
              "createVolume of a snapshot",
              1,
              true,
              world ->
                  world.client.post(
                      "/v2.1/{project_id}/cloudvolumes",
                      CREATE.formatted(", \"snapshot_id\": \"" + world.snapshot + "\""))),
          new Operation(
              "deleteVolume with its snapshot",
              1,
              true,
              world ->
                  world.client.delete(
                      "/v2/{project_id}/cloudvolumes/"
                          + world.volumes.getFirst()
                          + "?cascade=true")));

  @TestFactory
  Stream<DynamicTest> afterACrashAtAnyInstantTheWorldIsThatOfARunWithoutOne() {
    return OPERATIONS.stream()
        .flatMap(
            operation -> {
              var whole = new Crash(-1, false);
              var wanted = run(operation, whole);
              return Stream.iterate(0, at -> at < whole.events(), at -> at + 1)
                  .flatMap(
                      at ->
                          Stream.of(true, false)
                              .map(
                                  before ->
                                      DynamicTest.dynamicTest(
                                          operation.name
                                              + ", "
                                              + (before ? "before" : "after")
                                              + " write "
                                              + at,
                                          () -> check(operation, at, before, wanted))));
            });
  }

  private static void check(Operation operation, int at, boolean before, Outcome wanted) {
    var got = run(operation, new Crash(at, before));
    if (at == 0 && before) {
      assertThat(got.answer).as("lost before it was accepted").isEqualTo(500);
      assertThat(got.world).isEqualTo(got.worldBefore);
    } else {
      assertThat(got.world).isEqualTo(wanted.world);
    }
  }

  /**
   * @param answer the status of the call's answer
   * @param worldBefore what was there before the call
   * @param world what was there when all jobs had ended
   */
  private record Outcome(int answer, Object worldBefore, Object world) {}

  private static Outcome run(Operation operation, Crash crash) {
    try (var server =
        TestServer.with(Map.of()).aroundDatabase(crash::around).aroundDriver(crash::around).run()) {
      var alice = server.alice();
      var volumes = new ArrayList<String>();
      for (int i = 0; i < operation.volumesBefore; i++) {
        volumes.add(alice.volume("old-" + i, 10));
      }
      var snapshot = operation.snapshot ? snapshot(server, volumes.getFirst()) : "";
      var worldBefore = world(server);
      crash.arm();
      var answer = operation.call.apply(new World(alice, volumes, snapshot));
      if (crash.willHappen()) {
        assertThat(crash.happened().await(60, TimeUnit.SECONDS)).isTrue();
        server.stop();
        server.aroundDatabase(db -> db).aroundDriver(driver -> driver).run();
      }
      if (answer.status() < 300) {
        var job = answer.header("X-Platter-Job").orElseGet(() -> answer.text("job_id"));
        server.alice().job(job).ends("SUCCESS");
      }
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> allEnded(server.alice()));
      server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
      return new Outcome(answer.status(), worldBefore, world(server));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Of a volume that holds something else afterwards. */
  private static String snapshot(TestServer server, String volume) {
    var file = server.data().resolve("storage/volumes/" + volume.substring(0, 2));
    write(file.resolve(volume + ".raw"), OLD);
    var answer =
        server
            .alice()
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"" + volume + "\", \"name\": \"old\"}}")
            .is(202);
    server.alice().job(answer.text("job_id")).ends("SUCCESS");
    write(file.resolve(volume + ".raw"), NEW);
    return answer.text("snapshot_id");
  }

  private static void write(Path path, byte[] bytes) {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean allEnded(Client alice) {
    for (var job : alice.get("/platter/v1/{project_id}/jobs?limit=1000").is(200).at("jobs")) {
      if (job.path("end_time").asString("").isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Rows, jobs, files: by name, since ids differ from run to run. */
  private static Object world(TestServer server) {
    var alice = server.alice();
    var rows = new TreeMap<String, String>();
    for (var volume : alice.get("/v2/{project_id}/cloudvolumes/detail").is(200).at("volumes")) {
      rows.put(
          volume.path("name").asString(""),
          volume.path("status").asString("") + " " + volume.path("size").asInt());
    }
    for (var snapshot :
        alice.get("/v2/{project_id}/cloudsnapshots/detail").is(200).at("snapshots")) {
      rows.put(
          "snapshot " + snapshot.path("name").asString(""), snapshot.path("status").asString(""));
    }
    var jobs = new ArrayList<String>();
    for (var job : alice.get("/platter/v1/{project_id}/jobs?limit=1000").is(200).at("jobs")) {
      jobs.add(job.path("job_type").asString("") + " " + job.path("status").asString(""));
    }
    return List.of(
        rows,
        jobs,
        files(server.data().resolve("storage/volumes")),
        files(server.data().resolve("storage/snapshots/kept")));
  }

  private static List<String> files(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(CrashTest::sizeAndBegin).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sizeAndBegin(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Files.size(file) + " " + Arrays.toString(in.readNBytes(OLD.length));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
