package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code recycle-bin-volumes}. */
class RecycleBinTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  private static final String BIN = "/v3/{project_id}/recycle-bin-volumes";
  private static final String ON = "{\"switch\": true, \"threshold_time\": 2, \"keep_time\": 3}";

  /** Members that a volume has everywhere, and not in the examples of the bin. */
  private static final String MORE =
      "attachments|consistencygroup_id|dedicated_storage_id|dedicated_storage_name|"
          + "description|encrypted|links|os-vol-host-attr:host|"
          + "os-vol-mig-status-attr:migstat|os-vol-mig-status-attr:name_id|"
          + "os-vol-tenant-attr:tenant_id|os-volume-replication:extended_status|"
          + "replication_status|shareable|snapshot_id|source_volid|user_id|wwn";

  private final Days clock = new Days();
  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  private final TestServer server =
      TestServer.with(Map.of("zones", "az1,az2", "jobs_at_once", "1", "step_deadline", "300ms"))
          .clock(clock)
          .aroundDriver(
              real -> {
                driver.set(new GatedDriver(real));
                return driver.get();
              })
          .run();
  private Client alice = server.alice();

  /** The time, some days later. */
  private static final class Days implements InstantSource {
    private volatile Duration passed = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(passed);
    }

    void pass(Duration more) {
      passed = passed.plus(more);
    }
  }

  @AfterEach
  void stop() {
    driver.get().release();
    server.close();
  }

  /** A volume that is so many days old. */
  private String volume(String name, int days) {
    var id = alice.volume(name, 10);
    clock.pass(Duration.ofDays(days));
    return id;
  }

  private void switchOn() {
    alice.put(BIN + "/policy", ON).is(200);
  }

  /** Deletes it, and waits for the end of the job. */
  private Answer deleted(String id) {
    return alice
        .job(alice.delete("/v2/{project_id}/cloudvolumes/" + id).is(200).text("job_id"))
        .ends("SUCCESS")
        .has("job_type", "deleteVolume")
        .has("entities.volume_id", id);
  }

  private Answer show(String id) {
    return alice.get("/v2/{project_id}/cloudvolumes/" + id);
  }

  private boolean hasStorage(String id) {
    try (var all = Files.walk(server.data())) {
      return all.anyMatch(path -> path.getFileName().toString().equals(id + ".raw"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String gigabytes() {
    return alice
        .get("/v3/{project_id}/os-quota-sets/" + alice.project() + "?usage=True")
        .at("quota_set.gigabytes.in_use")
        .asString();
  }

  private void becomesEmpty() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> alice.get(BIN + "/detail").is(200).at("count").asString().equals("0"));
  }

  private void restart() {
    server.stop();
    server.run();
    alice = server.alice();
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @Test
  void beforeAnybodyChoseItIsOffAndADeletedVolumeIsGone() {
    assertThat(alice.get(BIN + "/policy").is(200).body())
        .isEqualTo("{\"switch\":false,\"threshold_time\":7,\"keep_time\":7}");
    var id = volume("a", 30);
    deleted(id);
    alice.get(BIN + "/detail").is(200).has("count", "0");
    assertThat(hasStorage(id)).isFalse();
    nothingDiffers();
  }

  @Test
  void aDeletedVolumeIsInTheBinAndForEverybodyElseItIsGone() {
    switchOn();
    var id = volume("kept", 2);
    deleted(id);
    show(id).isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
    alice.delete("/v2/{project_id}/cloudvolumes/" + id).isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/" + id + "/tags").isRefused(404, "EVS.5404");
    alice
        .put("/v2/{project_id}/cloudvolumes/" + id, "{\"volume\": {\"name\": \"x\"}}")
        .isRefused(404, "EVS.5404");
    alice
        .post(
            "/v3/{project_id}/os-volume-transfer",
            "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"x\"}}".formatted(id))
        .is(404);
    alice
        .post(
            "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
            "{\"os-extend\": {\"new_size\": 20}}")
        .isRefused(404, "EVS.5404");
    var shown = alice.get(BIN + "/" + id).is(200);
    shown.has("volume.status", "restorable").has("volume.name", "kept").has("volume.size", "10");
    var put = Instant.parse(shown.text("volume.pre_deleted_at") + "Z");
    var until = Instant.parse(shown.text("volume.plan_delete_at") + "Z");
    assertThat(Duration.between(put, until)).isEqualTo(Duration.ofDays(3));
    assertThat(Duration.between(put, clock.instant())).isLessThan(Duration.ofMinutes(5));
    alice.get(BIN + "/detail").is(200).has("count", "1").has("volumes[0].id", id);
    assertThat(hasStorage(id)).isTrue();
    assertThat(gigabytes()).isEqualTo("10"); // it still takes its room
    nothingDiffers();
  }

  @Test
  void whatIsTooYoungIsDestroyedAtOnce() {
    switchOn();
    var id = volume("young", 1);
    deleted(id);
    alice.get(BIN + "/detail").has("count", "0");
    alice.get(BIN + "/" + id).isRefused(404, "EVS.5404");
    assertThat(hasStorage(id)).isFalse();
    assertThat(gigabytes()).isEqualTo("0");
  }

  @Test
  void aRevertedVolumeIsWhatItWas() {
    switchOn();
    var id = volume("back", 5);
    var before = show(id).is(200).json().get("volume");
    deleted(id);
    assertThat(alice.post(BIN + "/" + id + "/revert", "").is(204).body()).isEmpty();
    var after = show(id).is(200).has("volume.status", "available").json().get("volume");
    for (var member : before.properties()) {
      if (!member.getKey().equals("updated_at")) {
        assertThat(after.get(member.getKey())).as(member.getKey()).isEqualTo(member.getValue());
      }
    }
    alice.get(BIN + "/detail").has("count", "0");
    alice.post(BIN + "/" + id + "/revert", "").isRefused(404, "EVS.5404");
    clock.pass(Duration.ofDays(30));
    restart(); // its time in the bin would be over
    show(id).is(200);
    nothingDiffers();
  }

  @Test
  void oneMayBeDestroyedBeforeItsTime() {
    switchOn();
    var id = volume("a", 5);
    deleted(id);
    assertThat(alice.delete(BIN + "/" + id).is(204).body()).isEmpty();
    becomesEmpty();
    alice.delete(BIN + "/" + id).isRefused(404, "EVS.5404");
    show(id).isRefused(404, "EVS.5404");
    assertThat(hasStorage(id)).isFalse();
    assertThat(gigabytes()).isEqualTo("0");
    nothingDiffers();
  }

  @Test
  void whenItsTimeIsOverAJobDestroysIt() {
    switchOn();
    var over = volume("over", 3);
    deleted(over);
    clock.pass(Duration.ofDays(2));
    restart();
    alice.get(BIN + "/detail").is(200).has("count", "1");
    clock.pass(Duration.ofDays(1));
    restart();
    becomesEmpty();
    var jobs = alice.get("/platter/v1/{project_id}/jobs?type=deleteVolume&volume=" + over).is(200);
    jobs.hasSize("jobs", 2).has("jobs[0].status", "SUCCESS");
    alice
        .get("/platter/v1/{project_id}/jobs/" + jobs.text("jobs[0].job_id") + "/explain")
        .is(200)
        .has("asked_by", "the recycle bin, where its time was over");
    assertThat(hasStorage(over)).isFalse();
    assertThat(gigabytes()).isEqualTo("0");
    nothingDiffers();
  }

  private String delete(String id) {
    return alice.delete("/v2/{project_id}/cloudvolumes/" + id).is(200).text("job_id");
  }

  private String extend(String id) {
    return alice
        .post(
            "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
            "{\"os-extend\": {\"new_size\": 20}}")
        .is(202)
        .text("job_id");
  }

  private Answer retry(String job) {
    return alice.post("/platter/v1/{project_id}/jobs/" + job + "/retry", "");
  }

  private String snapshot(String volume) {
    var made =
        alice
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\"}}".formatted(volume))
            .is(202);
    alice.job(made.text("job_id")).ends("SUCCESS");
    return made.text("snapshot_id");
  }

  private void isInTheBin(String id) {
    show(id).isRefused(404, "EVS.5404");
    alice.get(BIN + "/" + id).is(200).has("volume.status", "restorable");
    assertThat(hasStorage(id)).isTrue();
    nothingDiffers();
  }

  @Test
  void aCancelledDeleteLeavesTheVolumeAsItWasAndTheNextOnePutsItIn() {
    switchOn();
    var id = volume("old", 30);
    var other = alice.volume("other", 10);
    driver.get().hold();
    var first = extend(other);
    alice.job(first).reaches("RUNNING");
    var delete = delete(id);
    alice.post("/platter/v1/{project_id}/jobs/" + delete + "/cancel", "").is(202);
    driver.get().release();
    alice.job(delete).ends("FAIL").has("error_code", "PLATTER.0002");
    assertThat(alice.statusOf(id)).isEqualTo("available");
    alice.get(BIN + "/detail").has("count", "0");
    nothingDiffers();
    deleted(id);
    isInTheBin(id);
  }

  @Test
  void aFailedDeleteLeavesTheVolumeAsItWasAndItsRetryPutsItIn() {
    switchOn();
    var id = volume("old", 30);
    var snapshot = snapshot(id);
    driver.get().breakDown(snapshot);
    var delete =
        alice
            .delete("/v2/{project_id}/cloudvolumes/" + id + "?cascade=true")
            .is(200)
            .text("job_id");
    alice.job(delete).ends("FAIL");
    assertThat(alice.statusOf(id)).isEqualTo("available");
    nothingDiffers();
    driver.get().mend(snapshot);
    alice.job(retry(delete).is(202).text("job_id")).ends("SUCCESS");
    isInTheBin(id);
    alice.get("/v2/{project_id}/cloudsnapshots/" + snapshot).isRefused(404, "EVS.5404");
  }

  @Test
  void oneThatIsNotOnTheStorageIsNotPutInAndKeepsItsSnapshots() {
    switchOn();
    var id = volume("old", 30);
    var snapshot = snapshot(id);
    driver.get().lose(id);
    var delete =
        alice
            .delete("/v2/{project_id}/cloudvolumes/" + id + "?cascade=true")
            .is(200)
            .text("job_id");
    assertThat(alice.job(delete).ends("FAIL").text("fail_reason")).contains("has no storage");
    assertThat(alice.statusOf(id)).isEqualTo("available");
    alice.get(BIN + "/detail").has("count", "0");
    driver.get().mend(id);
    nothingDiffers();
    alice.job(retry(delete).is(202).text("job_id")).ends("SUCCESS");
    isInTheBin(id);
    alice.get("/v2/{project_id}/cloudsnapshots/" + snapshot).isRefused(404, "EVS.5404");
  }

  @Test
  void aRetryIsRefusedWhenTheVolumeWasUsedSince() {
    switchOn();
    var id = volume("old", 30);
    driver.get().lose(id);
    var delete = delete(id);
    alice.job(delete).ends("FAIL");
    driver.get().mend(id);
    var snapshot = snapshot(id);
    retry(delete).isRefused(409, "PLATTER.0003");
    assertThat(alice.statusOf(id)).isEqualTo("available");
    alice.get("/v2/{project_id}/cloudsnapshots/" + snapshot).has("snapshot.status", "available");
    nothingDiffers();
  }

  @Test
  void aBatchGoesIntoTheBinToo() {
    switchOn();
    var first = volume("a", 5);
    var young = alice.volume("young", 10);
    var batch =
        alice
            .post(
                "/v5/{project_id}/volumes/batch-delete",
                "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}]}".formatted(first, young))
            .is(202);
    alice.job(batch.text("job_id")).ends("SUCCESS");
    alice.get(BIN + "/detail").has("count", "1").has("volumes[0].id", first);
    nothingDiffers();
  }

  @Test
  void itIsNotSwitchedOffWhileItHoldsVolumes() {
    switchOn();
    var id = volume("a", 5);
    deleted(id);
    alice.put(BIN + "/policy", "{\"switch\": false}").isRefused(400, "EVS.2110");
    alice.put(BIN + "/policy", "{\"keep_time\": 9}").is(200);
    alice
        .get(BIN + "/policy")
        .has("switch", "true")
        .has("threshold_time", "2")
        .has("keep_time", "9");
    alice.post(BIN + "/" + id + "/revert", "").is(204);
    alice.put(BIN + "/policy", "{\"switch\": false}").is(200);
    deleted(id);
    assertThat(hasStorage(id)).isFalse();
  }

  @Test
  void aDeleteThatWasAcceptedBeforeItWasSwitchedOffStillPutsItsVolumeIn() {
    switchOn();
    var id = volume("a", 5);
    driver.get().hold();
    var delete = delete(id);
    alice.put(BIN + "/policy", "{\"switch\": false}").is(200);
    driver.get().release();
    alice.job(delete).ends("SUCCESS");
    isInTheBin(id);
    alice.put(BIN + "/policy", "{\"keep_time\": 9}").is(200);
    alice.post(BIN + "/" + id + "/revert", "").is(204);
    assertThat(alice.statusOf(id)).isEqualTo("available");
  }

  @Test
  void listsAreFilteredAndPaged() {
    switchOn();
    var first = alice.volume("first", 10);
    var second = volume("second", 5);
    deleted(first);
    deleted(second);
    var list = BIN + "/detail";
    alice.get(list).has("count", "2").has("volumes[0].id", second).has("volumes[1].id", first);
    alice.get(list + "?limit=1&offset=1").has("count", "2").has("volumes[0].id", first);
    alice.get(list + "?name=irs").has("count", "1").has("volumes[0].id", first);
    alice.get(list + "?status=restorable&availability_zone=az1").has("count", "2");
    alice.get(list + "?availability_zone=az2").has("count", "0");
    alice.get(list + "?service_type=DSS").has("count", "0").hasSize("volumes", 0);
    alice.get(list + "?offset=7").is(200).hasSize("volumes", 0);
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, EVS.1023",
    "limit=1001, EVS.2142",
    "offset=x, EVS.5400",
    "status=no, EVS.1031",
    "availability_zone=no, EVS.1041",
    "service_type=no, EVS.1070"
  })
  void badFiltersAreRefused(String query, String code) {
    alice.get(BIN + "/detail?" + query).isRefused(400, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EVS.1052 | {",
        "EVS.1018 | []",
        "EVS.1070 | {}",
        "EVS.1018 | {'switch': 'true'}",
        "EVS.1070 | {'switch': true, 'threshold_time': 0}",
        "EVS.1070 | {'switch': true, 'threshold_time': 1001}",
        "EVS.1070 | {'switch': true, 'keep_time': 0}",
        "EVS.1070 | {'switch': true, 'keep_time': 366}",
        "EVS.1018 | {'switch': true, 'keep_time': '7'}",
      })
  void badPoliciesAreRefusedAndChangeNothing(String code, String body) {
    alice.put(BIN + "/policy", body.replace('\'', '"')).isRefused(400, code);
    alice.get(BIN + "/policy").has("switch", "false").has("keep_time", "7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET ", "DELETE ", "POST /revert"})
  void whatIsNotInTheBinIsNotFound(String call) {
    var method = call.substring(0, call.indexOf(' '));
    var rest = call.substring(call.indexOf(' ') + 1);
    var volume = alice.volume("out of it", 10);
    alice.call(method, BIN + "/" + UNKNOWN + rest, "", Map.of()).isRefused(404, "EVS.5404");
    alice.call(method, BIN + "/" + volume + rest, "", Map.of()).isRefused(404, "EVS.5404");
    alice.call(method, BIN + "/x" + rest, "", Map.of()).isRefused(400, "EVS.1002");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
  }

  @Test
  void oneWhoseDataIsLostIsFoundByVerifyAndStaysInTheBinInError() throws IOException {
    switchOn();
    var id = volume("a", 5);
    deleted(id);
    try (var all = Files.walk(server.data())) {
      Files.delete(
          all.filter(path -> path.getFileName().toString().equals(id + ".raw"))
              .findFirst()
              .orElseThrow());
    }
    server.operator().get("/platter/v1/verify").hasSize("differences", 1);
    server
        .operator()
        .post("/platter/v1/verify/repair", "{\"delete_data\": false}")
        .is(200)
        .hasSize("left", 0);
    alice.get(BIN + "/" + id).is(200).has("volume.status", "error");
    show(id).isRefused(404, "EVS.5404");
    alice.post(BIN + "/" + id + "/revert", "").isRefused(400, "EVS.1070");
    alice.delete(BIN + "/" + id).is(204);
    becomesEmpty();
    nothingDiffers();
  }

  @Test
  void aForeignProjectLearnsNothing() {
    switchOn();
    var id = volume("a", 5);
    deleted(id);
    var bob = server.bob();
    bob.get(BIN + "/policy").has("switch", "false");
    bob.get(BIN + "/detail").is(200).has("count", "0");
    assertThat(bob.get(BIN + "/" + id).isRefused(404, "EVS.5404").body())
        .isEqualTo(bob.get(BIN + "/" + UNKNOWN).body());
    bob.delete(BIN + "/" + id).isRefused(404, "EVS.5404");
    bob.post(BIN + "/" + id + "/revert", "").isRefused(404, "EVS.5404");
    bob.put(BIN + "/policy", "{\"switch\": false}").is(200);
    alice.get(BIN + "/" + id).is(200).has("volume.status", "restorable");
  }

  @Test
  void theExamplesOfTheCloud() {
    alice.put(BIN + "/policy", Examples.text("updateRecyclePolicy.request")).is(200);
    Examples.assertLike(alice.get(BIN + "/policy").is(200), "showRecyclePolicy.response");
    var id = volume("a", 8);
    deleted(id);
    Examples.assertLike(alice.get(BIN + "/" + id).is(200), "showVolumeInRecycle.response", MORE);
    Examples.assertLike(alice.get(BIN + "/detail").is(200), "listVolumesInRecycle.response", MORE);
  }
}
