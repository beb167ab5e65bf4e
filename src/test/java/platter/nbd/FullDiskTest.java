package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import platter.SmallDisk;
import platter.TestServer;
import platter.api.Answer;
import platter.api.Client;

/** A disk that is really full, under hosts that write, under copies and under the database. */
class FullDiskTest {
  private static final int MIB = 1 << 20;
  private static final int PIECE = 64 << 10;
  private static final int DISK_MIB = 64;
  private static final int ENOSPC = 28;
  private static final int TRIES = 2 * DISK_MIB * (MIB / PIECE);
  private static final String NO_SPACE = "No space left on device";

  private final AtomicReference<PacedDriver> driver = new AtomicReference<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Random random = new Random(42);

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <C extends AutoCloseable> C opened(C part) {
    open.push(part);
    return part;
  }

  private SmallDisk disk(SmallDisk.Kind kind) throws IOException {
    return opened(SmallDisk.of(kind, DISK_MIB));
  }

  private TestServer server(Map<String, String> flags) {
    return opened(
        TestServer.with(flags)
            .aroundDriver(
                real -> {
                  driver.set(new PacedDriver(real));
                  return driver.get();
                })
            .run());
  }

  private TestServer serverOn(SmallDisk disk) {
    return server(Map.of("storage", "dir:" + disk.root().resolve("storage")));
  }

  /** A host, and all that was acknowledged to it, by where it is. */
  private final class Host {
    private final AttachedVolume volume;
    private final Map<Long, byte[]> acknowledged = new HashMap<>();

    Host(Client who, String name) throws IOException {
      volume = opened(AttachedVolume.of(who, who.volume(name, 10)));
    }

    /** Returns the number of the error. */
    int write(long at) throws IOException {
      var bytes = new byte[PIECE];
      random.nextBytes(bytes);
      int error = volume.client().write(0, at, bytes);
      if (error == 0) {
        acknowledged.put(at, bytes);
      }
      return error;
    }

    void fill(long from, int bytes) throws IOException {
      for (long at = from; at < from + bytes; at += PIECE) {
        assertThat(write(at)).isZero();
      }
      volume.client().flush();
    }

    /** Writes where nothing was, until it is told that there is no room. */
    void writeUntilFull(long from) throws IOException {
      for (int i = 0; i < TRIES; i++) {
        int error = write(from + (long) i * PIECE);
        if (error != 0) {
          assertThat(error).isEqualTo(ENOSPC);
          return;
        }
      }
      throw new AssertionError("the disk does not become full");
    }

    void hasAllThatWasAcknowledged() throws IOException {
      volume.client().flush();
      for (var piece : acknowledged.entrySet()) {
        assertThat(volume.client().read(piece.getKey(), PIECE))
            .as("at " + piece.getKey())
            .isEqualTo(piece.getValue());
      }
    }
  }

  private static void nothingDiffers(TestServer server) {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aHostIsToldThatThereIsNoRoomAndGoesOnWhenThereIsAndNobodyLosesAByte(SmallDisk.Kind kind)
      throws Exception {
    var disk = disk(kind);
    var server = serverOn(disk);
    var writer = new Host(server.alice(), "writer");
    var neighbour = new Host(server.bob(), "neighbour");
    writer.fill(0, 4 * MIB);
    neighbour.fill(1L << 30, 4 * MIB);
    disk.fill();
    writer.writeUntilFull(2L << 30);
    assertThat(neighbour.write(5L << 30)).isEqualTo(ENOSPC);
    // over what it has, everybody can write
    writer.fill(MIB, 2 * MIB);
    neighbour.fill((1L << 30) + MIB, 2 * MIB);
    writer.hasAllThatWasAcknowledged();
    neighbour.hasAllThatWasAcknowledged();
    disk.free();
    writer.fill(3L << 30, 4 * MIB);
    neighbour.fill(5L << 30, 4 * MIB);
    writer.hasAllThatWasAcknowledged();
    neighbour.hasAllThatWasAcknowledged();
    nothingDiffers(server);
  }

  private static Answer snapshot(Client who, String volume) {
    return AttachedVolume.snapshot(who, volume);
  }

  private static Answer volumeOf(Client who, String snapshot) {
    return who.post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1",
            "snapshot_id": "%s"}}\
            """
                .formatted(snapshot))
        .is(202);
  }

  private static void failsForSpace(Client who, String job) {
    assertThat(who.job(job).ends("FAIL").text("fail_reason")).contains(NO_SPACE);
  }

  @ParameterizedTest
  @EnumSource
  void copiesFailWithTheCauseAndLeaveNothingAndAnExtendNeedsNoRoom(SmallDisk.Kind kind)
      throws Exception {
    var disk = disk(kind);
    var server = serverOn(disk);
    var alice = server.alice();
    var host = new Host(alice, "host");
    host.fill(0, 4 * MIB);
    var made = snapshot(alice, host.volume.id());
    alice.job(AttachedVolume.job(made)).ends("SUCCESS");
    disk.fill();
    var snapshot = snapshot(alice, host.volume.id());
    failsForSpace(alice, AttachedVolume.job(snapshot));
    var copy = volumeOf(alice, made.text("snapshot.id"));
    failsForSpace(alice, copy.text("job_id"));
    assertThat(alice.statusOf(copy.text("volume_ids[0]"))).isEqualTo("error");
    var extend =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + host.volume.id() + "/action",
                "{\"os-extend\": {\"new_size\": 20}}")
            .is(202);
    alice.job(extend.text("job_id")).ends("SUCCESS");
    nothingDiffers(server);
    host.hasAllThatWasAcknowledged();
    disk.free();
    var again = volumeOf(alice, made.text("snapshot.id"));
    alice.job(again.text("job_id")).ends("SUCCESS");
    nothingDiffers(server);
  }

  @Test
  void aCreateThatFindsNoRoomForItsFolderFailsWithTheCause() throws Exception {
    var disk = disk(SmallDisk.Kind.EXT4);
    var server = serverOn(disk);
    var alice = server.alice();
    disk.fill();
    var batch =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": 10, "count": 50, "volume_type": "SSD",
                "availability_zone": "az1"}}\
                """)
            .is(202);
    failsForSpace(alice, batch.text("job_id"));
    nothingDiffers(server);
    disk.free();
    alice.volume("after", 10);
    nothingDiffers(server);
  }

  /** What a host is about to change has to be copied first, and there is no room for that. */
  @ParameterizedTest
  @EnumSource
  void aSnapshotUnderWayFailsAndTheHostThatWritesMeanwhileLosesNothing(SmallDisk.Kind kind)
      throws Exception {
    var disk = disk(kind);
    var server = serverOn(disk);
    Assumptions.assumeFalse(
        driver.get().snapshotsAreInstant(), "this file system copies in an instant");
    var alice = server.alice();
    var host = new Host(alice, "host");
    host.fill(0, 16 * MIB);
    var hold = driver.get().hold(4 * MIB);
    var made = snapshot(alice, host.volume.id());
    hold.untilThere();
    disk.fill();
    host.fill(12 * MIB, 2 * MIB); // not copied yet
    hold.release();
    failsForSpace(alice, AttachedVolume.job(made));
    AttachedVolume.show(alice, made.text("snapshot.id")).has("snapshot.status", "error");
    host.fill(0, 16 * MIB);
    host.hasAllThatWasAcknowledged();
    nothingDiffers(server);
    disk.free();
    driver.get().pace((_, _, _) -> {});
    var again = snapshot(alice, host.volume.id());
    alice.job(AttachedVolume.job(again)).ends("SUCCESS");
    nothingDiffers(server);
  }

  @ParameterizedTest
  @EnumSource
  void ofADatabaseOnTheFullDiskNothingAcknowledgedIsLost(SmallDisk.Kind kind) throws Exception {
    var disk = disk(kind);
    var server = server(Map.of("data", disk.root().resolve("data").toString()));
    var alice = server.alice();
    var jobs = new HashMap<String, String>(); // the job of each volume
    for (var name : List.of("one", "two", "three")) {
      var created =
          alice
              .post(
                  "/v2.1/{project_id}/cloudvolumes",
                  """
                  {"volume": {"name": "%s", "size": 10, "volume_type": "SSD",
                  "availability_zone": "az1"}}\
                  """
                      .formatted(name))
              .is(202);
      jobs.put(created.text("volume_ids[0]"), created.text("job_id"));
      alice.job(created.text("job_id")).ends("SUCCESS");
    }
    // its end has to be written when there is no room for it
    var hold = driver.get().hold(0);
    var snapshot = snapshot(alice, jobs.keySet().iterator().next());
    hold.untilThere();
    disk.fill();
    var refused = Optional.<Answer>empty();
    for (int i = 0; i < TRIES && refused.isEmpty(); i++) { // some room is in its files
      var answer =
          alice.post(
              "/v2.1/{project_id}/cloudvolumes",
              """
              {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"}}\
              """);
      if (answer.status() == 202) {
        jobs.put(answer.text("volume_ids[0]"), answer.text("job_id"));
      } else {
        refused = Optional.of(answer);
      }
    }
    assertThat(refused).as("the database becomes full").isPresent();
    refused.orElseThrow().isRefused(500, "EVS.2001");
    for (var one : jobs.values()) { // who asks is answered all the same
      alice.get("/v1/{project_id}/jobs/" + one).is(200);
    }
    hold.release();
    alice.get("/v1/{project_id}/jobs/" + AttachedVolume.job(snapshot)).is(200);
    disk.free();
    for (var one : jobs.values()) {
      Awaitility.await().until(() -> !alice.job(one).now().text("end_time").isEmpty());
    }
    var job = AttachedVolume.job(snapshot);
    Awaitility.await().until(() -> !alice.job(job).now().text("end_time").isEmpty());
    jobs.put(alice.volume("goes-on", 10), "");
    var volumes = alice.get("/v2/{project_id}/cloudvolumes/detail?limit=1000").is(200);
    assertThat(volumes.at("volumes").valueStream().map(v -> v.get("id").asString()))
        .containsExactlyInAnyOrderElementsOf(jobs.keySet());
    nothingDiffers(server);
    server.stop();
    server.run();
    var later = server.alice();
    var after = later.get("/v2/{project_id}/cloudvolumes/detail?limit=1000").is(200);
    assertThat(after.at("volumes").valueStream().map(v -> v.get("id").asString()))
        .containsExactlyInAnyOrderElementsOf(jobs.keySet());
    later.volume("after", 10);
    nothingDiffers(server);
  }
}
