package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** Snapshots: {@code cloudsnapshots}, Cinder's {@code snapshots}, those of v5; volumes of them. */
class SnapshotsTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  private static final byte[] OLD = "what was there before".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "what was written then".getBytes(StandardCharsets.UTF_8);
  private static final long END = 10L << 30; // of a volume of 10 GiB

  private final AtomicReference<GatedDriver> gate = new AtomicReference<>();
  private TestServer server = server(Map.of("zones", "az1,az2"));
  private Client alice = server.alice();

  private TestServer server(Map<String, String> flags) {
    return TestServer.with(flags)
        .aroundDriver(
            driver -> {
              gate.set(new GatedDriver(driver));
              return gate.get();
            })
        .run();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void startAgainWith(Map<String, String> flags) {
    server.close();
    server = server(flags);
    alice = server.alice();
  }

  private static final String ALL = "/v2/{project_id}/cloudsnapshots";
  private static final String CINDER = "/v3/{project_id}/snapshots";
  private static final String V5 = "/v5/{project_id}/snapshots";

  private Answer create(String volume, String more) {
    return alice.post(
        ALL,
        """
        {"snapshot": {"volume_id": "%s"%s}}\
        """
            .formatted(volume, more.isEmpty() ? "" : ", " + more));
  }

  /** The job that the header tells. */
  private Answer done(Answer answer) {
    alice.job(answer.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
    return answer;
  }

  private String snapshot(String volume, String name) {
    return done(create(volume, "\"name\": \"" + name + "\"").is(202)).text("snapshot.id");
  }

  private Answer show(String id) {
    return alice.get(ALL + "/" + id);
  }

  private Answer rollback(String snapshot, String volume) {
    return alice.post(
        ALL + "/" + snapshot + "/rollback",
        "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(volume));
  }

  private Answer createOf(String snapshot, int size, String more) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes",
        """
        {"volume": {"size": %d, "volume_type": "SSD", "availability_zone": "az1",
        "snapshot_id": "%s"%s}}\
        """
            .formatted(size, snapshot, more));
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  private static List<String> ids(Answer list) {
    return list.is(200).at("snapshots").valueStream().map(s -> s.get("id").asString()).toList();
  }

  private Path file(String volume) {
    return server
        .data()
        .resolve("storage/volumes/" + volume.substring(0, 2) + "/" + volume + ".raw");
  }

  private void write(String volume, long at, byte[] bytes) {
    try (var file = new RandomAccessFile(file(volume).toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] read(String volume, long at) {
    var bytes = new byte[OLD.length];
    try (var file = new RandomAccessFile(file(volume).toFile(), "r")) {
      file.seek(at);
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] zeros() {
    return new byte[OLD.length];
  }

  // create, show

  @Test
  void creatingAnswersWithASnapshotThatIsCreatingAndBecomesAvailable() {
    var volume = alice.volume("db", 10);
    gate.get().hold();
    var answer =
        create(
                volume,
                """
                "name": "snap-001", "description": "Daily backup", "force": false, \
                "metadata": {"k": "v"}\
                """)
            .is(202)
            .has("snapshot.status", "creating")
            .has("snapshot.name", "snap-001")
            .has("snapshot.description", "Daily backup")
            .has("snapshot.volume_id", volume)
            .has("snapshot.size", "10")
            .has("snapshot.metadata.k", "v");
    assertThat(answer.at("snapshot").propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "name",
            "description",
            "status",
            "volume_id",
            "size",
            "metadata",
            "created_at",
            "updated_at");
    var id = answer.text("snapshot.id");
    show(id)
        .is(200)
        .has("snapshot.status", "creating")
        .has("snapshot.os-extended-snapshot-attributes:progress", "0%");
    gate.get().release();
    done(answer);
    show(id)
        .is(200)
        .has("snapshot.status", "available")
        .has("snapshot.os-extended-snapshot-attributes:progress", "100%")
        .has("snapshot.os-extended-snapshot-attributes:project_id", alice.project());
    assertThat(show(id).text("snapshot.created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    nothingDiffers();
  }

  @Test
  void itsJobTellsTheSnapshotAndTheVolume() {
    var volume = alice.volume("db", 10);
    var answer = done(create(volume, "\"name\": \"s\""));
    alice
        .job(answer.header("X-Platter-Job").orElseThrow())
        .now()
        .has("job_type", "createSnapshot")
        .has("entities.snapshot_id", answer.text("snapshot.id"))
        .has("entities.volume_id", volume)
        .has("entities.name", "s")
        .has("entities.size", "10")
        .has("entities.volume_type", "SSD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|400|EVS.5400",
        "{|400|EVS.1052",
        "[]|400|EVS.1018",
        "{}|400|EVS.5400",
        "{\"snapshot\": 1}|400|EVS.1018",
        "{\"snapshot\": {}}|400|EVS.1002",
        "{\"snapshot\": {\"volume_id\": \"x\"}}|400|EVS.1002",
        "{\"snapshot\": {\"volume_id\": 1}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"00000000-0000-4000-8000-000000000000\"}}|404|EVS.5404",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"name\": \"\\u0007\"}}|400|EVS.1003",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"description\": \"\\u0007\"}}|400|EVS.1004",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"force\": \"yes\"}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"\": \"v\"}}}|400|EVS.1005",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"k\": 1}}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"__system__x\":"
            + " \"1\"}}}|403|EVS.5403",
      })
  void aBadCreateIsRefusedAndChangesNothing(String body, int status, String code) {
    var volume = alice.volume("db", 10);
    alice.post(ALL, body.replace("VOLUME", volume)).isRefused(status, code);
    assertThat(ids(alice.get(ALL + "/detail"))).isEmpty();
    nothingDiffers();
  }

  @Test
  void namesAndDescriptionsHave255Bytes() {
    var volume = alice.volume("db", 10);
    create(volume, "\"name\": \"%s\"".formatted("n".repeat(256))).isRefused(400, "EVS.1003");
    create(volume, "\"description\": \"%s\"".formatted("n".repeat(256))).isRefused(400, "EVS.1004");
    create(volume, "\"name\": \"%s\"".formatted("n".repeat(255))).is(202);
  }

  @Test
  void aVolumeThatIsBusyHasNoSnapshotMade() {
    var volume = alice.volume("db", 10);
    gate.get().hold();
    alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
        "{\"os-extend\": {\"new_size\": 20}}");
    create(volume, "\"force\": true").isRefused(400, "EVS.5400");
    gate.get().release();
  }

  @Test
  void theSameCallUnderAKeyMakesOneSnapshot() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}";
    var key = Map.of("Idempotency-Key", "once");
    var first = done(alice.call("POST", ALL, body, key).is(202));
    var second = alice.call("POST", ALL, body, key).is(202);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(ids(alice.get(ALL + "/detail"))).hasSize(1);
    done(alice.delete(ALL + "/" + first.text("snapshot.id")).is(202));
    assertThat(alice.call("POST", ALL, body, key).is(202).body()).isEqualTo(first.body());
    assertThat(ids(alice.get(ALL + "/detail"))).isEmpty();
  }

  @Test
  void aSnapshotThatCannotBeMadeIsInErrorAndCanBeDeleted() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    gate.get().breakDown(volume);
    var answer = create(volume, "").is(202);
    var job = answer.header("X-Platter-Job").orElseThrow();
    alice.job(job).ends("FAIL").has("error_code", "EVS.5500");
    var id = answer.text("snapshot.id");
    show(id).has("snapshot.status", "error");
    nothingDiffers();
    gate.get().mend(volume);
    var again = alice.post("/platter/v1/{project_id}/jobs/" + job + "/retry", "").is(202);
    alice.job(again.text("job_id")).ends("SUCCESS");
    show(id).has("snapshot.status", "available");
    done(alice.delete(ALL + "/" + id).is(202));
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  private Answer extend(String volume) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
        "{\"os-extend\": {\"new_size\": 20}}");
  }

  private Answer retry(Answer failed) {
    var job = failed.header("X-Platter-Job").orElseThrow();
    return alice.post("/platter/v1/{project_id}/jobs/" + job + "/retry", "");
  }

  @Test
  void aSnapshotHasTheSizeThatItsVolumeHadWhenItWasAskedFor() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    gate.get().breakDown(volume);
    var answer = create(volume, "").is(202);
    alice.job(answer.header("X-Platter-Job").orElseThrow()).ends("FAIL");
    gate.get().mend(volume);
    alice.job(extend(volume).text("job_id")).ends("SUCCESS");
    alice.job(retry(answer).is(202).text("job_id")).ends("SUCCESS");
    show(answer.text("snapshot.id")).has("snapshot.size", "10");
    nothingDiffers();
    var copy = createOf(answer.text("snapshot.id"), 10, "").is(202);
    alice.job(copy.text("job_id")).ends("SUCCESS");
    assertThat(read(copy.text("volume_ids[0]"), 0)).isEqualTo(OLD);
  }

  private Answer act(String volume, String action) {
    return alice.post("/v3/{project_id}/volumes/" + volume + "/action", action);
  }

  private static final String ATTACH =
      "{\"os-attach\": {\"instance_uuid\": \"9b1c9b1c-0000-4000-8000-000000000001\","
          + " \"mountpoint\": \"/dev/vdb\"}}";

  @Test
  void whereItIsCopiedNobodyBeginsToWriteMeanwhile() {
    var volume = alice.volume("db", 10);
    gate.get().snapshotsAreInstant(false);
    gate.get().hold();
    var answer = create(volume, "").is(202);
    act(volume, "{\"os-reserve\": {}}").is(400).has("badRequest.code", "400");
    act(volume, ATTACH).is(400).has("badRequest.code", "400");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    gate.get().snapshotsAreInstant(true);
    act(volume, ATTACH).is(202);
    gate.get().release();
    done(answer);
  }

  @Test
  void whereItIsCopiedAnAttachedVolumeNeedsForce() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    gate.get().snapshotsAreInstant(false);
    gate.get().breakDown(volume);
    var failed = create(volume, "").is(202);
    alice.job(failed.header("X-Platter-Job").orElseThrow()).ends("FAIL");
    gate.get().mend(volume);
    act(volume, ATTACH).is(202);
    create(volume, "").isRefused(400, "EVS.5400");
    alice
        .post(V5, "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
        .isRefused(400, "EVS.5400");
    retry(failed).isRefused(409, "PLATTER.0003");
    show(failed.text("snapshot.id")).has("snapshot.status", "error");
    done(create(volume, "\"force\": true").is(202));
    done(
        alice
            .post(V5, "{\"snapshot\": {\"volume_id\": \"" + volume + "\", \"force\": true}}")
            .is(202));
    nothingDiffers();
  }

  @Test
  void aForeignSnapshotDoesNotExist() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    var bob = server.bob();
    var bobs = bob.volume("bobs", 10);
    for (var path : List.of(ALL, V5)) {
      bob.get(path + "/" + id).isRefused(404, "EVS.5404");
      bob.put(path + "/" + id, "{\"snapshot\": {\"name\": \"mine\"}}").isRefused(404, "EVS.5404");
      bob.delete(path + "/" + id).isRefused(404, "EVS.5404");
      bob.post(path + "/" + id + "/rollback", "{\"rollback\": {\"volume_id\": \"" + bobs + "\"}}")
          .isRefused(404, "EVS.5404");
    }
    bob.post(ALL, "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}").isRefused(404, "EVS.5404");
    bob.get(CINDER + "/" + id).is(404).has("itemNotFound.code", "404");
    bob.get(CINDER + "/" + id + "/metadata").is(404);
    bob.post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1",
            "snapshot_id": "%s"}}\
            """
                .formatted(id))
        .isRefused(400, "EVS.2045");
    assertThat(ids(bob.get(ALL + "/detail?id=" + id))).isEmpty();
    bob.get(ALL + "/detail?marker=" + id).isRefused(400, "EVS.1024");
    show(id).has("snapshot.name", "s");
  }

  @Test
  void theNumberOfSnapshotsHasAQuota() {
    startAgainWith(Map.of("quota_snapshots", "2"));
    var volume = alice.volume("db", 10);
    var first = snapshot(volume, "a");
    snapshot(volume, "b");
    create(volume, "").isRefused(413, "EVS.5413");
    alice
        .post(CINDER, "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
        .is(413)
        .has("overLimit.code", "413");
    done(alice.delete(ALL + "/" + first).is(202));
    snapshot(volume, "c");
    nothingDiffers();
  }

  // update

  @Test
  void nameAndDescriptionCanBeChanged() {
    var id = snapshot(alice.volume("db", 10), "before");
    alice
        .put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"after\", \"description\": \"d\"}}")
        .is(200)
        .has("snapshot.name", "after")
        .has("snapshot.description", "d");
    alice.put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"again\"}}").is(200);
    show(id).has("snapshot.name", "again").has("snapshot.description", "d");
    alice.put(ALL + "/" + id, "{\"snapshot\": {}}").isRefused(400, "EVS.1007");
    alice.put(ALL + "/" + id, "{}").isRefused(400, "EVS.5400");
    alice
        .put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"" + "n".repeat(256) + "\"}}")
        .isRefused(400, "EVS.1003");
    alice.put(ALL + "/" + UNKNOWN, "{\"snapshot\": {\"name\": \"x\"}}").isRefused(404, "EVS.5404");
  }

  // rollback

  @Test
  void rollingBackBringsTheBytesBackAndThoseBehindAreZeros() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    write(volume, 700_000_000, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    write(volume, 5_000_000, NEW);
    var extend =
        alice.post(
            "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
            "{\"os-extend\": {\"new_size\": 20}}");
    alice.job(extend.text("job_id")).ends("SUCCESS");
    write(volume, END + 100, NEW);
    gate.get().hold();
    var answer = rollback(id, volume).is(202).has("rollback.volume_id", volume);
    assertThat(alice.statusOf(volume)).isEqualTo("rollbacking");
    show(id).has("snapshot.status", "rollbacking");
    rollback(id, volume).isRefused(400, "EVS.2043");
    alice.delete(ALL + "/" + id).isRefused(400, "EVS.1047");
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.1046");
    nothingDiffers();
    gate.get().release();
    done(answer);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    show(id).has("snapshot.status", "available");
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(read(volume, 700_000_000)).isEqualTo(OLD);
    assertThat(read(volume, 5_000_000)).isEqualTo(zeros());
    assertThat(read(volume, END + 100)).isEqualTo(zeros());
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).has("volume.size", "20");
    nothingDiffers();
  }

  @Test
  void aBadRollbackIsRefused() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var id = snapshot(volume, "s");
    var path = ALL + "/" + id + "/rollback";
    rollback(UNKNOWN, volume).isRefused(404, "EVS.5404");
    rollback("x", volume).isRefused(404, "EVS.5404");
    rollback(id, other).isRefused(400, "EVS.1002");
    rollback(id, UNKNOWN).isRefused(400, "EVS.1002");
    alice.post(path, "{}").isRefused(400, "EVS.5400");
    alice.post(path, "{\"rollback\": {\"name\": \"db\"}}").isRefused(400, "EVS.1002");
    alice
        .post(
            path,
            "{\"rollback\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}"
                .formatted(volume, "n".repeat(256)))
        .isRefused(400, "EVS.1003");
    var backups = snapshot(volume, "autobk_snapshot_1");
    rollback(backups, volume).isRefused(400, "EVS.1070");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
  }

  @Test
  void aRollbackWaitsForNoSnapshotThatIsBeingMade() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var first = snapshot(volume, "first");
    write(volume, 0, NEW);
    gate.get().hold();
    var safety = create(volume, "").is(202);
    rollback(first, volume).isRefused(400, "EVS.5400");
    gate.get().release();
    done(safety);
    done(rollback(first, volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(OLD);
    done(rollback(safety.text("snapshot.id"), volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(NEW);
  }

  @Test
  void aRollbackThatFailsLeavesTheVolumeInErrorRollbackingUntilItIsRepeated() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    gate.get().breakDown(volume);
    var job = rollback(id, volume).is(202).header("X-Platter-Job").orElseThrow();
    alice.job(job).ends("FAIL").has("error_code", "EVS.5500");
    assertThat(alice.statusOf(volume)).isEqualTo("error_rollbacking");
    show(id).has("snapshot.status", "available");
    assertThat(read(volume, 0)).isEqualTo(NEW);
    nothingDiffers();
    gate.get().mend(volume);
    done(rollback(id, volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    nothingDiffers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v3"})
  void theOlderPathsRollBackToo(String version) {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    done(
        alice
            .post(
                version + "/{project_id}/os-vendor-snapshots/" + id + "/rollback",
                "{\"rollback\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202));
    assertThat(read(volume, 0)).isEqualTo(zeros());
  }

  // delete

  @Test
  void deletingASnapshotLeavesItsVolumeAndThoseMadeOfIt() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    var made = createOf(id, 10, "").is(202);
    alice.job(made.text("job_id")).ends("SUCCESS");
    var answer = alice.delete(ALL + "/" + id).is(202);
    assertThat(answer.body()).isEmpty();
    done(answer);
    show(id).isRefused(404, "EVS.5404");
    alice.delete(ALL + "/" + id).isRefused(404, "EVS.5404");
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(read(made.text("volume_ids[0]"), 0)).isEqualTo(OLD);
    nothingDiffers();
  }

  @Test
  void aSnapshotOfWhichAVolumeIsBeingMadeStays() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    gate.get().hold();
    var made = createOf(id, 10, "").is(202);
    alice.delete(ALL + "/" + id).isRefused(400, "EVS.1047");
    alice
        .delete("/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true")
        .isRefused(400, "EVS.1047");
    gate.get().release();
    alice.job(made.text("job_id")).ends("SUCCESS");
    done(alice.delete(ALL + "/" + id).is(202));
  }

  @Test
  void aSnapshotThatCannotBeDeletedIsInErrorDeletingAndMayBeDeletedAgain() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var id = snapshot(alice.volume("db", 10), "s");
    gate.get().breakDown(id);
    var job = alice.delete(ALL + "/" + id).is(202).header("X-Platter-Job").orElseThrow();
    alice.job(job).ends("FAIL").has("error_code", "EVS.2019");
    show(id).has("snapshot.status", "error_deleting");
    gate.get().mend(id);
    done(alice.delete(ALL + "/" + id).is(202));
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aVolumeWithSnapshotsGoesOnlyWithThem() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    var second = snapshot(volume, "t");
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.5400");
    alice
        .post(
            "/v5/{project_id}/volumes/batch-delete",
            "{\"volumes\": [{\"id\": \"" + volume + "\"}]}")
        .isRefused(400, "EVS.5400");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    var answer = alice.delete("/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true").is(200);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    show(id).isRefused(404, "EVS.5404");
    show(second).isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aBatchDeleteTakesSnapshotsAlong() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var id = snapshot(volume, "s");
    var answer =
        alice
            .post(
                "/v5/{project_id}/volumes/batch-delete",
                "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}], \"cascade\": true}"
                    .formatted(volume, other))
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aCascadeThatFailsMayBeRepeated() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    gate.get().fasten(volume);
    var path = "/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true";
    alice.job(alice.delete(path).is(200).text("job_id")).ends("FAIL");
    show(id).has("snapshot.status", "error_deleting");
    assertThat(alice.statusOf(volume)).isEqualTo("error_deleting");
    nothingDiffers();
    gate.get().mend(volume);
    alice.job(alice.delete(path).is(200).text("job_id")).ends("SUCCESS");
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  // volumes of snapshots

  @Test
  void aVolumeMadeOfASnapshotHasItsBytesAndZerosBehind() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    write(volume, END - OLD.length, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    for (var path : List.of("/v2.1", "/v2", "/v3")) {
      var answer =
          alice.post(
              path + "/{project_id}/cloudvolumes",
              """
              {"volume": {"name": "of-%s", "size": 20, "volume_type": "SSD",
              "availability_zone": "az1", "snapshot_id": "%s", "metadata": {"full_clone": "0"}}}\
              """
                  .formatted(path.substring(1), id));
      alice.job(answer.text("job_id")).ends("SUCCESS");
    }
    var made =
        alice.get("/v2/{project_id}/cloudvolumes/detail?name=of-").is(200).hasSize("volumes", 3);
    for (var one : made.at("volumes")) {
      var copy = one.get("id").asString();
      assertThat(one.get("snapshot_id").asString()).isEqualTo(id);
      assertThat(read(copy, 0)).isEqualTo(OLD);
      assertThat(read(copy, END - OLD.length)).isEqualTo(OLD);
      assertThat(read(copy, END)).isEqualTo(zeros());
    }
    assertThat(read(volume, 0)).isEqualTo(NEW);
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).hasNull("volume.snapshot_id");
    nothingDiffers();
  }

  @Test
  void manyVolumesAreMadeOfOneSnapshotAtOnce() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    var answer =
        createOf(id, 10, ", \"name\": \"copy\", \"count\": 3").is(202).hasSize("volume_ids", 3);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    for (var copy : answer.at("volume_ids")) {
      assertThat(read(copy.asString(), 0)).isEqualTo(OLD);
    }
    nothingDiffers();
  }

  @Test
  void whatDoesNotSuitTheSnapshotIsRefused() {
    var volume = alice.volume("db", 20);
    var id = snapshot(volume, "s");
    createOf(UNKNOWN, 20, "").isRefused(400, "EVS.2045");
    createOf("x", 20, "").isRefused(400, "EVS.2045");
    createOf(id, 19, "").isRefused(400, "EVS.1010");
    createOf(id, 20, ", \"imageRef\": \"i\"").isRefused(400, "EVS.1016");
    createOf(id, 20, ", \"metadata\": {\"hw:passthrough\": \"true\"}").isRefused(400, "EVS.1043");
    createOf(id, 20, ", \"tags\": {\"\": \"v\"}").isRefused(400, "EVS.1062");
    var body =
        """
        {"volume": {"size": 20, "volume_type": "%s", "availability_zone": "%s", "snapshot_id": "%s"}}\
        """;
    alice
        .post("/v2.1/{project_id}/cloudvolumes", body.formatted("SSD", "az2", id))
        .isRefused(400, "EVS.2054");
    alice
        .post("/v2.1/{project_id}/cloudvolumes", body.formatted("SAS", "az1", id))
        .isRefused(400, "EVS.2096")
        .has("error.message", "Target volumeType[SAS] is not matched with snapshot[" + id + "] !");
    gate.get().hold();
    var busy = create(volume, "").is(202);
    createOf(busy.text("snapshot.id"), 20, "").isRefused(400, "EVS.2043");
    gate.get().release();
    done(busy);
    alice.get("/v2/{project_id}/cloudvolumes/detail").hasSize("volumes", 1);
    nothingDiffers();
  }

  // list

  @Test
  void listsAreFilteredAndPaged() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var a = snapshot(volume, "a");
    var b = snapshot(volume, "b");
    var c = snapshot(other, "ab");
    var list = ALL + "/detail";
    assertThat(ids(alice.get(list))).containsExactly(c, b, a);
    assertThat(ids(alice.get(list + "?sort_key=created_at&sort_dir=asc"))).containsExactly(a, b, c);
    assertThat(ids(alice.get(list + "?name=a"))).containsExactly(a);
    assertThat(ids(alice.get(list + "?volume_id=" + volume))).containsExactly(b, a);
    assertThat(ids(alice.get(list + "?status=available"))).hasSize(3);
    assertThat(ids(alice.get(list + "?status=error"))).isEmpty();
    assertThat(ids(alice.get(list + "?availability_zone=az1"))).hasSize(3);
    assertThat(ids(alice.get(list + "?availability_zone=az2"))).isEmpty();
    assertThat(ids(alice.get(list + "?id=" + a + "&id=" + c))).containsExactly(c, a);
    assertThat(ids(alice.get(list + "?service_type=EVS"))).hasSize(3);
    assertThat(ids(alice.get(list + "?service_type=DSS"))).isEmpty();
    assertThat(ids(alice.get(list + "?dedicated_storage_id=x"))).isEmpty();
    assertThat(ids(alice.get(list + "?enterprise_project_id=all_granted_eps"))).hasSize(3);
    assertThat(ids(alice.get(list + "?offset=3"))).isEmpty();
    var page = alice.get(list + "?limit=2&volume_id=" + volume + "&name=b").is(200);
    page.has("count", "1").hasSize("snapshots_links", 0);
    var first = alice.get(list + "?limit=2").is(200).has("count", "3").hasSize("snapshots", 2);
    first.has("snapshots_links[0].rel", "next");
    var next = first.text("snapshots_links[0].href");
    assertThat(next).endsWith("/detail?limit=2&marker=" + b);
    assertThat(ids(alice.get(next.substring(next.indexOf("/v2/"))))).containsExactly(a);
    first
        .has("snapshots[0].service_type", "EVS")
        .hasNull("snapshots[0].dedicated_storage_id")
        .hasNull("snapshots[0].dedicated_storage_name");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0,EVS.1023",
    "limit=x,EVS.1023",
    "limit=1001,EVS.2142",
    "offset=x,EVS.5400",
    "offset=-1,EVS.5400",
    "marker=x,EVS.1024",
    "marker=00000000-0000-4000-8000-000000000000,EVS.1024",
    "status=gone,EVS.1031",
    "sort_key=name,EVS.1039",
    "sort_dir=up,EVS.1040",
    "availability_zone=az9,EVS.1041",
    "service_type=x,EVS.1070",
  })
  void aBadFilterIsRefused(String query, String code) {
    alice.get(ALL + "/detail?" + query).isRefused(400, code);
    alice
        .get(V5 + "/detail?" + query.replace("service_type", "snapshot_type"))
        .isRefused(400, code);
  }

  // Cinder

  @ParameterizedTest
  @ValueSource(strings = {"/v2/{project_id}/snapshots", "/v3/{project_id}/snapshots"})
  void cinderShowsTheSameSnapshots(String path) {
    var volume = alice.volume("db", 10);
    var answer =
        alice
            .post(
                path,
                """
                {"snapshot": {"name": "snap-001", "description": "Daily backup",
                "volume_id": "%s", "force": false, "metadata": {}}}\
                """
                    .formatted(volume))
            .is(202)
            .has("snapshot.size", "10")
            .has("snapshot.name", "snap-001");
    var id = answer.text("snapshot.id");
    Awaitility.await()
        .until(() -> alice.get(path + "/" + id).text("snapshot.status").equals("available"));
    alice
        .get(path + "/" + id)
        .is(200)
        .has("snapshot.os-extended-snapshot-attributes:progress", "100%")
        .has("snapshot.os-extended-snapshot-attributes:project_id", alice.project());
    assertThat(alice.get(path + "/" + id).text("snapshot.user_id")).hasSize(32);
    show(id).has("snapshot.name", "snap-001");
    alice.get(path).is(200).has("count", "1").hasSize("snapshots", 1);
    alice.get(path + "/detail").is(200).has("snapshots[0].id", id);
    assertThat(alice.get(path + "/detail").json().has("count")).isFalse();
    alice
        .put(path + "/" + id, "{\"snapshot\": {\"name\": \"other\"}}")
        .is(200)
        .has("snapshot.name", "other");
    var gone = alice.delete(path + "/" + id).is(202);
    assertThat(gone.body()).isEmpty();
    Awaitility.await().until(() -> alice.get(path + "/" + id).status() == 404);
    alice
        .get(path + "/" + id)
        .is(404)
        .has("itemNotFound.code", "404")
        .has("itemNotFound.message", "this project has no snapshot " + id);
    alice.post(path, "{\"snapshot\": {}}").is(400).has("badRequest.code", "400");
    alice.get(path + "/x").is(404);
    alice.get(path + "?limit=x").is(400).has("badRequest.code", "400");
    nothingDiffers();
  }

  @Test
  void cinderChangesMetadata() {
    var id = snapshot(alice.volume("db", 10), "s");
    var metadata = CINDER + "/" + id + "/metadata";
    alice.get(metadata).is(200).has("metadata", "(absent)");
    alice
        .post(metadata, "{\"metadata\": {\"key1\": \"value1\", \"key2\": \"value2\"}}")
        .is(200)
        .has("metadata.key1", "value1");
    alice.post(metadata, "{\"metadata\": {\"key2\": \"other\"}}").has("metadata.key1", "value1");
    alice.get(metadata + "/key2").is(200).has("meta.key2", "other");
    alice
        .put(metadata + "/key3", "{\"meta\": {\"key3\": \"three\"}}")
        .is(200)
        .has("meta.key3", "three");
    alice
        .put(metadata + "/key3", "{\"meta\": {\"key4\": \"x\"}}")
        .is(400)
        .has("badRequest.code", "400");
    alice.put(metadata, "{\"metadata\": {\"only\": \"one\"}}").is(200);
    var after = alice.get(metadata).is(200);
    assertThat(after.at("metadata").propertyNames()).containsExactly("only");
    assertThat(alice.delete(metadata + "/only").is(200).body()).isEmpty();
    alice.delete(metadata + "/only").is(404).has("itemNotFound.code", "404");
    alice.get(metadata + "/only").is(404);
    alice
        .post(metadata, "{\"metadata\": {\"__system__x\": \"1\"}}")
        .is(403)
        .has("forbidden.code", "403");
    alice.put(metadata, "{\"metadata\": {\"__system__x\": \"1\"}}").is(403);
    alice.put(metadata + "/__system__x", "{\"meta\": {\"__system__x\": \"1\"}}").is(403);
    alice.post(metadata, "{}").is(400);
    alice
        .post(metadata, "{\"metadata\": {\"k\": \"" + "v".repeat(256) + "\"}}")
        .is(400)
        .has("badRequest.code", "400");
  }

  @Test
  void microversionsBringMoreParameters() {
    var volume = alice.volume("db", 10);
    var ab = snapshot(volume, "ab");
    var bc = snapshot(volume, "bc");
    var detail = CINDER + "/detail";
    alice.get(detail + "?sort_key=name").is(400);
    assertThat(ids(cinder(detail + "?sort_key=name&sort_dir=asc", "3.30"))).containsExactly(ab, bc);
    assertThat(ids(cinder(detail + "?name~=a", "3.30"))).hasSize(2);
    assertThat(ids(cinder(detail + "?name~=a", "3.31"))).containsExactly(ab);
    cinder(detail + "?with_count=true&limit=1", "3.45").has("count", "2").hasSize("snapshots", 1);
    assertThat(cinder(detail + "?with_count=true", "3.44").json().has("count")).isFalse();
  }

  private Answer cinder(String path, String version) {
    return alice
        .call("GET", path, "", Map.of("OpenStack-API-Version", "volume " + version))
        .is(200);
  }

  // v5

  @Test
  void v5TellsTheJobAndShowsMore() {
    var volume = alice.volume("db", 10);
    var answer =
        alice
            .post(
                V5,
                """
                {"snapshot": {"volume_id": "%s", "name": "s", "description": "d",
                "instant_access": true, "incremental": false, "tags": {"k": "v"},
                "enterprise_project_id": "0"}}\
                """
                    .formatted(volume))
            .is(202);
    assertThat(answer.json().propertyNames()).containsExactly("snapshot_id", "job_id");
    alice.job(answer.text("job_id")).ends("SUCCESS");
    alice.get("/v2/{project_id}/jobs/" + answer.text("job_id")).is(200).has("status", "SUCCESS");
    var one = V5 + "/" + answer.text("snapshot_id");
    alice
        .get(one)
        .is(200)
        .has("snapshot.status", "available")
        .has("snapshot.tags.k", "v")
        .has("snapshot.instant_access", "true")
        .has("snapshot.incremental", "false")
        .has("snapshot.encrypted", "false")
        .has("snapshot.progress", "100%")
        .has("snapshot.snapshot_type", "user")
        .has("snapshot.category", "standard")
        .has("snapshot.availability_zone", "az1")
        .has("snapshot.enterprise_project_id", "0")
        .hasSize("snapshot.snapshot_chains", 0);
    alice
        .put(one, "{\"snapshot\": {\"name\": \"t\", \"instant_access\": false}}")
        .is(200)
        .has("snapshot.instant_access", "false")
        .has("snapshot.description", "d");
    alice.put(one, "{\"snapshot\": {}}").isRefused(400, "EVS.1007");
    alice.post(one + "/tags/create", "{\"tags\": [{\"key\": \"a\", \"value\": \"b\"}]}").is(204);
    alice.get(one).has("snapshot.tags.k", "v").has("snapshot.tags.a", "b");
    alice.post(one + "/tags/delete", "{\"tags\": [{\"key\": \"k\", \"value\": \"!\"}]}").is(204);
    alice.get(one).has("snapshot.tags.k", "(absent)").has("snapshot.tags.a", "b");
    alice.post(one + "/tags/create", "{\"tags\": []}").isRefused(400, "EVS.1062");
    alice
        .post(one + "/tags/create", "{\"tags\": [{\"key\": \"!\", \"value\": \"b\"}]}")
        .isRefused(400, "EVS.1062");
    done(
        alice
            .post(one + "/rollback", "{\"rollback\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202));
    done(alice.delete(one).is(202));
    alice.get(one).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void v5RefusesASecondSnapshotWhileOneIsBeingMade() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}";
    gate.get().hold();
    var first = alice.post(V5, body).is(202);
    alice.post(V5, body).isRefused(409, "EVS.2409");
    gate.get().release();
    alice.job(first.text("job_id")).ends("SUCCESS");
    alice.job(alice.post(V5, body).is(202).text("job_id")).ends("SUCCESS");
  }

  @Test
  void v5CountsCharacters() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"%s\", \"%s\": \"%s\"}}";
    alice.post(V5, body.formatted(volume, "name", "ü".repeat(65))).isRefused(400, "EVS.1003");
    alice
        .post(V5, body.formatted(volume, "description", "ü".repeat(86)))
        .isRefused(400, "EVS.1004");
    alice.post(V5, body.formatted(volume, "name", "ü".repeat(64))).is(202);
  }

  @Test
  void v5ListsByTagsAndIds() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"%s\", \"tags\": %s}}";
    var a = alice.post(V5, body.formatted(volume, "{\"env\": \"test\"}")).is(202);
    alice.job(a.text("job_id")).ends("SUCCESS");
    var b = alice.post(V5, body.formatted(volume, "{\"env\": \"prod\", \"x\": \"y\"}")).is(202);
    alice.job(b.text("job_id")).ends("SUCCESS");
    var first = a.text("snapshot_id");
    var second = b.text("snapshot_id");
    var list = V5 + "/detail";
    assertThat(ids(alice.get(list))).containsExactly(second, first);
    assertThat(ids(alice.get(list + "?tag_key=x"))).containsExactly(second);
    assertThat(ids(alice.get(list + "?tag_key=y"))).isEmpty();
    assertThat(ids(alice.get(list + "?tag_key=" + encoded("env\":\"prod\",\"x")))).isEmpty();
    assertThat(ids(alice.get(list + "?tags=" + encoded("{\"env\": \"test\"}"))))
        .containsExactly(first);
    alice.get(list + "?tags=x").isRefused(400, "EVS.1062");
    assertThat(ids(alice.get(list + "?ids=" + first + "," + UNKNOWN))).containsExactly(first);
    assertThat(ids(alice.get(list + "?ids=,"))).isEmpty();
    assertThat(ids(alice.get(list + "?ids="))).isEmpty();
    assertThat(ids(alice.get(list + "?id=" + second))).containsExactly(second);
    assertThat(ids(alice.get(list + "?snapshot_type=auto"))).isEmpty();
    assertThat(ids(alice.get(list + "?limit=1&offset=1"))).containsExactly(first);
    assertThat(ids(alice.get(list + "?snapshot_group_id=x"))).isEmpty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // verify

  @Test
  void aSnapshotWhoseStorageIsLostIsToldAndPutInError() throws IOException {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    server.stop();
    var file =
        server.data().resolve("storage/snapshots/kept/" + id.substring(0, 2) + "/" + id + ".raw");
    var foreign = file.resolveSibling(id.substring(0, 2) + UNKNOWN.substring(2) + ".raw");
    Files.move(file, foreign);
    server.run();
    alice = server.alice();
    var operator = server.operator();
    var report = operator.get("/platter/v1/verify").is(200).hasSize("differences", 2);
    assertThat(report.text("differences[0]"))
        .isEqualTo("snapshot " + id + " (available) has no storage");
    assertThat(report.text("differences[1]")).contains("of which there is no row");
    var outcome = operator.post("/platter/v1/verify/repair", "{\"delete_data\": false}").is(200);
    outcome.hasSize("done", 1).hasSize("left", 1);
    show(id).has("snapshot.status", "error");
    alice
        .job(outcome.text("done[0].job_id"))
        .now()
        .has("job_type", "repairSnapshot")
        .has("status", "FAIL");
    operator.post("/platter/v1/verify/repair", "{\"delete_data\": true}").hasSize("done", 1);
    nothingDiffers();
    done(alice.delete(ALL + "/" + id).is(202));
    nothingDiffers();
  }
}
