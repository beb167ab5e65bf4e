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
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import platter.api.Answer;
import platter.api.Client;

/**
 * Stops after and before every commit and every change of the storage of every job type, starts
 * again, and compares the world with that of a run without a crash. Repairs are jobs in name only:
 * each is one transaction that changes no storage (RepairTest).
 */
class CrashTest {
  /**
   * An operation: what is there before it, and the call.
   *
   * @param typeBefore of the volumes that are there, as members of the request
   * @param snapshot whether the first volume has one, and was written to since
   * @param before done without a crash; its answer's job, or attachment, is told to the call
   * @param ends how its job ends
   */
  private record Operation(
      String name,
      int volumesBefore,
      String typeBefore,
      boolean snapshot,
      Function<World, Optional<String>> before,
      Function<World, Answer> call,
      String ends) {
    private static final String SSD = "\"volume_type\": \"SSD\"";

    Operation(String name, int volumesBefore, Function<World, Answer> call) {
      this(name, volumesBefore, SSD, call);
    }

    Operation(String name, int volumesBefore, String typeBefore, Function<World, Answer> call) {
      this(name, volumesBefore, typeBefore, false, _ -> Optional.empty(), call, "SUCCESS");
    }

    Operation(String name, int volumesBefore, boolean snapshot, Function<World, Answer> call) {
      this(name, volumesBefore, SSD, snapshot, _ -> Optional.empty(), call, "SUCCESS");
    }

    Operation(
        String name,
        int volumesBefore,
        Function<World, Optional<String>> before,
        Function<World, Answer> call,
        String ends) {
      this(name, volumesBefore, SSD, false, before, call, ends);
    }
  }

  /**
   * @param snapshot of the first volume, or nothing
   * @param job of what was done before
   */
  private record World(
      Client client, Faults faults, List<String> volumes, String snapshot, Optional<String> job) {
    Answer create(String more) {
      return client.post(
          "/v2.1/{project_id}/cloudvolumes",
          """
          {"volume": {"name": "new", "size": 10, "volume_type": "SSD", "availability_zone": "az1"%s}}\
          """
              .formatted(more));
    }

    Answer takeSnapshot() {
      return client.post(
          "/v5/{project_id}/snapshots",
          "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"new\"}}"
              .formatted(volumes.getFirst()));
    }

    Answer rollback() {
      return client.post(
          "/v2/{project_id}/cloudsnapshots/" + snapshot + "/rollback",
          "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(volumes.getFirst()));
    }

    /** A job that has failed, and the storage is well again. */
    Optional<String> failed(String more) {
      faults.fullForOne();
      var job = create(more).is(202).text("job_id");
      client.job(job).ends("FAIL");
      faults.heal();
      return Optional.of(job);
    }

    /** A job whose storage is busy, and that waits for its next attempt. */
    Optional<String> waiting() {
      faults.busy();
      var job = create("").is(202).text("job_id");
      Awaitility.await().until(() -> faults.attempts() == WAITS_LONG);
      return Optional.of(job);
    }

    Answer attach() {
      return client.call(
          "POST",
          "/v3/{project_id}/attachments",
          """
          {"attachment": {"volume_uuid": "%s", "connector": {"host": "h"}}}"""
              .formatted(volumes.getFirst()),
          ATTACHMENTS);
    }

    Answer detach() {
      return client.call(
          "DELETE", "/v3/{project_id}/attachments/" + job.orElseThrow(), "", ATTACHMENTS);
    }

    Answer of(String what) {
      return client.post("/platter/v1/{project_id}/jobs/" + job.orElseThrow() + "/" + what, "");
    }
  }

  /** After so many attempts it waits for more than a second. */
  private static final int WAITS_LONG = 5;

  private static final Map<String, String> ATTACHMENTS =
      Map.of("OpenStack-API-Version", "volume 3.44");

  private static final byte[] OLD = {1, 2, 3, 4};
  private static final byte[] NEW = {5, 6, 7, 8};

  private static final List<Operation> OPERATIONS =
      List.of(
          new Operation("createVolume", 0, world -> world.create("")),
          new Operation("batchCreateVolume", 0, world -> world.create(", \"count\": 2")),
          new Operation(
              "createVolume without space",
              0,
              world -> {
                world.faults.full();
                return Optional.empty();
              },
              world -> world.create(""),
              "FAIL"),
          new Operation(
              "batchCreateVolume without space for one",
              0,
              world -> {
                world.faults.fullForOne();
                return Optional.empty();
              },
              world -> world.create(", \"count\": 2"),
              "FAIL"),
          new Operation(
              "retry of createVolume",
              0,
              world -> world.failed(""),
              world -> world.of("retry"),
              "SUCCESS"),
          new Operation(
              "retry of batchCreateVolume",
              0,
              world -> world.failed(", \"count\": 2"),
              world -> world.of("retry"),
              "SUCCESS"),
          new Operation(
              "cancel of createVolume", 0, World::waiting, world -> world.of("cancel"), "FAIL"),
          new Operation(
              "extendVolume without space",
              1,
              world -> {
                world.faults.full();
                return Optional.empty();
              },
              world ->
                  world.client.post(
                      "/v2.1/{project_id}/cloudvolumes/" + world.volumes.getFirst() + "/action",
                      "{\"os-extend\": {\"new_size\": 20}}"),
              "FAIL"),
          new Operation(
              "extendVolume",
              1,
              world ->
                  world.client.post(
                      "/v2.1/{project_id}/cloudvolumes/" + world.volumes.getFirst() + "/action",
                      "{\"os-extend\": {\"new_size\": 20}}")),
          new Operation(
              "batchExtendVolume",
              2,
              world ->
                  world.client.post(
                      "/v5/{project_id}/volumes/batch-extend",
                      "{\"volumes\": [{\"id\": \"%s\", \"new_size\": 20}, {\"id\": \"%s\", \"new_size\": 30}]}"
                          .formatted(world.volumes.get(0), world.volumes.get(1)))),
          new Operation(
              "retypeVolume",
              1,
              world ->
                  world.client.post(
                      "/v2/{project_id}/volumes/" + world.volumes.getFirst() + "/retype",
                      "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": 5000}}")),
          new Operation(
              "modifyVolumeQos",
              1,
              "\"volume_type\": \"ESSD2\", \"iops\": 5000",
              world ->
                  world.client.put(
                      "/v5/{project_id}/cloudvolumes/" + world.volumes.getFirst() + "/qos",
                      "{\"qos_modify\": {\"iops\": 6000}}")),
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
          new Operation("createSnapshot", 1, World::takeSnapshot),
          new Operation("attach", 1, World::attach),
          new Operation(
              "detach",
              1,
              world -> Optional.of(world.attach().is(202).text("attachment.id")),
              World::detach,
              ""),
          new Operation(
              "createSnapshot without space",
              1,
              world -> {
                world.faults.full();
                return Optional.empty();
              },
              World::takeSnapshot,
              "FAIL"),
          new Operation(
              "retry of createSnapshot",
              1,
              world -> {
                world.faults.full();
                var job = world.takeSnapshot().is(202).text("job_id");
                world.client.job(job).ends("FAIL");
                world.faults.heal();
                return Optional.of(job);
              },
              world -> world.of("retry"),
              "SUCCESS"),
          new Operation("rollbackSnapshot", 1, true, World::rollback),
          new Operation(
              "rollbackSnapshot without space",
              1,
              Operation.SSD,
              true,
              world -> {
                world.faults.full();
                return Optional.empty();
              },
              World::rollback,
              "FAIL"),
          new Operation(
              "deleteSnapshot",
              1,
              true,
              world -> world.client.delete("/v2/{project_id}/cloudsnapshots/" + world.snapshot)),
          new Operation(
              "createVolume of a snapshot",
              1,
              true,
              world -> world.create(", \"snapshot_id\": \"" + world.snapshot + "\"")),
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
        .filter(operation -> takes(operation.name))
        .flatMap(
            operation -> {
              var whole = new Crash(-1, false);
              var wanted = run(operation, whole);
              return Stream.iterate(0, at -> at < whole.events(), at -> at + 1)
                  .flatMap(
                      at ->
                          Stream.of(true, false)
                              .filter(before -> everyInstant() || before == (at % 2 == 0))
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

  /** Else before one write and after the next in turn: for a second database, in half the time. */
  boolean everyInstant() {
    return true;
  }

  /** Else only some operations: for a storage of its own, which takes its time. */
  boolean takes(String operation) {
    return true;
  }

  /** Of each server: its storage is fresh. */
  Map<String, String> settings() {
    return Map.of();
  }

  private void check(Operation operation, int at, boolean before, Outcome wanted) {
    var got = run(operation, new Crash(at, before));
    if (at == 0 && before) {
      assertThat(got.answer).as("lost before it was accepted").isEqualTo(500);
      if (!operation.name.startsWith("cancel")) { // else the job goes on
        assertThat(got.world).isEqualTo(got.worldBefore);
      }
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

  private Outcome run(Operation operation, Crash crash) {
    var faults = new Faults();
    try (var server =
        TestServer.with(settings())
            .aroundDatabase(crash::around)
            .aroundDriver(driver -> crash.around(faults.around(driver)))
            .run()) {
      var alice = server.alice();
      var volumes = new ArrayList<String>();
      for (int i = 0; i < operation.volumesBefore; i++) {
        volumes.add(volume(alice, "old-" + i, operation.typeBefore));
      }
      var snapshot = operation.snapshot ? snapshot(server, volumes.getFirst()) : "";
      var fresh = new World(alice, faults, volumes, snapshot, Optional.empty());
      var before = operation.before.apply(fresh);
      var world = new World(alice, faults, volumes, snapshot, before);
      var worldBefore = world(server);
      crash.arm();
      var answer = operation.call.apply(world);
      if (crash.willHappen() && crashes(crash, alice)) {
        server.stop();
        server.aroundDatabase(db -> db).aroundDriver(faults::around).run();
      }
      if (answer.status() < 300) {
        answer
            .header("X-Platter-Job")
            .or(() -> Optional.of(answer.at("job_id").asString("")).filter(id -> !id.isEmpty()))
            .ifPresent(job -> server.alice().job(job).ends(operation.ends));
      } else if (operation.name.startsWith("cancel")) {
        faults.heal(); // what was there before ends by itself
      }
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> allEnded(server.alice()));
      if (operation.name.startsWith("cancel") && answer.status() < 300) {
        assertThat(faults.attempts()).as("no attempt after it").isEqualTo(WAITS_LONG);
      }
      server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
      return new Outcome(answer.status(), worldBefore, world(server));
    }
  }

  /** Not when it was to crash at a write that only another run makes: one more attempt. */
  private static boolean crashes(Crash crash, Client alice) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> crash.hasHappened() || allEnded(alice));
    return crash.hasHappened();
  }

  private static String volume(Client alice, String name, String type) {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "%s", "size": 10, %s, "availability_zone": "az1"}}\
                """
                    .formatted(name, type))
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    return answer.text("volume_ids[0]");
  }

  /** Of a volume that holds something else afterwards. */
  private String snapshot(TestServer server, String volume) {
    write(server, volume, OLD);
    var answer =
        server
            .alice()
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"" + volume + "\", \"name\": \"old\"}}")
            .is(202);
    server.alice().job(answer.text("job_id")).ends("SUCCESS");
    write(server, volume, NEW);
    return answer.text("snapshot_id");
  }

  /** To the beginning of a volume. */
  void write(TestServer server, String volume, byte[] bytes) {
    var folder = server.data().resolve("storage/volumes/" + volume.substring(34));
    try (var file = new RandomAccessFile(folder.resolve(volume + ".raw").toFile(), "rw")) {
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
  private Object world(TestServer server) {
    var alice = server.alice();
    var rows = new ArrayList<String>();
    for (var volume : alice.get("/v2/{project_id}/cloudvolumes/detail").is(200).at("volumes")) {
      var name = volume.path("name").asString("").replaceAll("^new-.*", "new"); // no matter which
      rows.add(
          name
              + " "
              + volume.path("status").asString("")
              + " "
              + volume.path("size").asInt()
              + " "
              + volume.path("volume_type").asString("")
              + volume.path("iops").path("total_val").asInt(0));
    }
    for (var snapshot :
        alice.get("/v2/{project_id}/cloudsnapshots/detail").is(200).at("snapshots")) {
      rows.add(
          "snapshot "
              + snapshot.path("name").asString("")
              + " "
              + snapshot.path("status").asString(""));
    }
    rows.sort(null);
    var jobs = new ArrayList<String>();
    for (var job : alice.get("/platter/v1/{project_id}/jobs?limit=1000").is(200).at("jobs")) {
      jobs.add(job.path("job_type").asString("") + " " + job.path("status").asString(""));
    }
    return List.of(rows, jobs, volumes(server), snapshots(server));
  }

  /** How large each volume on the storage is, and how it begins; sorted. */
  List<String> volumes(TestServer server) {
    return files(server.data().resolve("storage/volumes"));
  }

  /** As {@link #volumes}, of snapshots. */
  List<String> snapshots(TestServer server) {
    return files(server.data().resolve("storage/snapshots/kept"));
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
