package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * The task-status document made true: its three examples, and every status and failure that it
 * names, each by a real operation on a storage with a gate.
 */
class GoldenJobsTest {
  /**
   * The field table of the document has them, its 2016 examples do not: entities of a single-volume
   * job carry them beside {@code volume_id} (design, section 5).
   */
  private static final Set<String> ENTITIES_BEYOND_THE_EXAMPLES =
      Set.of("name", "size", "volume_type");

  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
  private static final String JOB_ID = "[0-9a-f]{32}";

  private final List<GatedDriver> drivers = new ArrayList<>();
  private TestServer server = start(Map.of());
  private Client alice = server.alice();

  private TestServer start(Map<String, String> flags) {
    var all = new HashMap<>(flags);
    all.put("step_deadline", "0s"); // what fails here fails for good
    return TestServer.with(all)
        .aroundDriver(
            real -> {
              drivers.add(new GatedDriver(real));
              return drivers.getLast();
            })
        .run();
  }

  private void startAgainWith(Map<String, String> flags) {
    server.close();
    server = start(flags);
    alice = server.alice();
  }

  private GatedDriver driver() {
    return drivers.getLast();
  }

  @AfterEach
  void stop() {
    drivers.forEach(GatedDriver::release);
    server.close();
  }

  private Answer create(String name, int count) {
    return alice
        .post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"name": "%s", "size": 10, "count": %d, "volume_type": "SAS", "availability_zone": "az1"}}"""
                .formatted(name, count))
        .is(202);
  }

  private Answer extend(String volume, int newSize) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
        "{\"os-extend\": {\"new_size\": %d}}".formatted(newSize));
  }

  private Answer delete(String volume) {
    return alice.delete("/v2/{project_id}/cloudvolumes/" + volume);
  }

  private static JsonNode seed(String name) {
    return Examples.json("showJob.seed." + name + ".response");
  }

  /** Same members, same order, same JSON types; the one exception is named above. */
  private static void assertGolden(JsonNode ours, JsonNode example, String at) {
    assertThat(ours.getNodeType()).as("type of %s", at).isEqualTo(example.getNodeType());
    if (example.isObject()) {
      var members = new ArrayList<>(ours.propertyNames());
      if (at.endsWith(".entities")) {
        members.removeAll(ENTITIES_BEYOND_THE_EXAMPLES);
      }
      assertThat(members)
          .as("members of %s", at)
          .isEqualTo(new ArrayList<>(example.propertyNames()));
      for (var member : example.properties()) {
        assertGolden(ours.get(member.getKey()), member.getValue(), at + "." + member.getKey());
      }
    } else if (example.isArray()) {
      assertThat(ours.size()).as("length of %s", at).isEqualTo(example.size());
      for (int i = 0; i < example.size(); i++) {
        assertGolden(ours.get(i), example.get(i), at + "[" + i + "]");
      }
    }
  }

  @Test
  void aRunningCreateLooksLikeTheRunningExample() throws Exception {
    driver().hold();
    var created = create("db-1", 1);
    var job = alice.job(created.text("job_id")).reaches("RUNNING");
    assertGolden(job.json(), seed("createVolume.running"), "job");
    job.has("status", "RUNNING")
        .has("job_id", created.text("job_id"))
        .has("job_type", "createVolume")
        .has("end_time", "")
        .has("entities.volume_id", created.text("volume_ids[0]"));
    assertThat(job.text("job_id")).matches(JOB_ID);
    assertThat(job.text("begin_time")).matches(TIME);
  }

  @Test
  void aFinishedBatchLooksLikeTheSuccessExample() throws Exception {
    var created = create("db", 2);
    var job = alice.job(created.text("job_id")).ends("SUCCESS");
    assertGolden(job.json(), seed("batchCreateVolume.success"), "job");
    job.has("job_type", "batchCreateVolume");
    for (int i = 0; i < 2; i++) {
      var child = "entities.sub_jobs[" + i + "].";
      job.has(child + "status", "SUCCESS")
          .has(child + "job_type", "createVolume")
          .has(child + "entities.volume_id", created.text("volume_ids[" + i + "]"))
          .has(child + "entities.name", "db-000" + (i + 1));
      assertThat(job.text(child + "job_id")).matches(JOB_ID);
      assertThat(job.text(child + "begin_time"))
          .matches(TIME)
          .isGreaterThanOrEqualTo(job.text("begin_time"));
      assertThat(job.text(child + "end_time"))
          .matches(TIME)
          .isLessThanOrEqualTo(job.text("end_time"));
    }
  }

  @Test
  void aRefusedQueryLooksLikeTheErrorExample() throws Exception {
    var refused = alice.get("/v1/{project_id}/jobs/4010a32d535527910153552b492c0002").is(400);
    assertGolden(refused.json(), seed("error"), "error body");
  }

  @Test
  void entitiesOfASingleVolumeJobHaveTheFourMembersOfTheFieldTableFromTheFirstAnswerOn() {
    driver().hold();
    var created = create("db-1", 1);
    var job = alice.job(created.text("job_id")).now();
    assertThat(new ArrayList<>(job.at("entities").propertyNames()))
        .containsExactly("name", "size", "volume_id", "volume_type");
    assertThat(job.at("entities.size").isInt()).isTrue();
    job.has("entities.name", "db-1").has("entities.size", "10").has("entities.volume_type", "SAS");
  }

  @Test
  void aJobIsInitThenRunningThenSuccessAndItsEndTimeIsEmptyExactlyUntilThen() {
    startAgainWith(Map.of("jobs_at_once", "1"));
    driver().hold();
    var first = create("first", 1).text("job_id");
    alice.job(first).reaches("RUNNING");
    var second = create("second", 1).text("job_id");
    alice.job(second).now().has("status", "INIT").has("end_time", "");
    var batch = create("batch", 2).text("job_id");
    alice
        .job(batch)
        .now()
        .has("status", "INIT")
        .has("end_time", "")
        .has("entities.sub_jobs[1].status", "INIT")
        .has("entities.sub_jobs[1].end_time", "");
    driver().release();
    for (var job : List.of(first, second, batch)) {
      var ended = alice.job(job).ends("SUCCESS");
      assertThat(ended.text("end_time")).matches(TIME);
      assertThat(ended.at("error_code").isNull()).isTrue();
      assertThat(ended.at("fail_reason").isNull()).isTrue();
    }
  }

  @Test
  void bothPathsOfAJobAnswerTheSame() {
    driver().hold();
    var job = create("db-1", 1).text("job_id");
    alice.job(job).reaches("RUNNING");
    assertThat(alice.get("/v2/{project_id}/jobs/" + job).is(200).body())
        .isEqualTo(alice.get("/v1/{project_id}/jobs/" + job).body());
    alice.get("/v2/{project_id}/jobs/nonsense").isRefused(400, "Common.0011");
    alice.get("/v2/{project_id}/jobs/").isRefused(400, "Common.0011");
  }

  @Test
  void oneBadChildFailsTheBatchWhenAllHaveEndedAndTheGoodOnesStay() {
    driver().hold();
    var created = create("db", 3);
    driver().breakDown(created.text("volume_ids[1]"));
    driver().release();
    var job = alice.job(created.text("job_id")).ends("FAIL");
    var cause = "volume " + created.text("volume_ids[1]") + " is held by a test";
    job.has("error_code", "EVS.2024")
        .has(
            "fail_reason",
            "1 of 3 failed: db-0002: EbsCreateVolumeTask-fail:volume is error! " + cause)
        .has("entities.sub_jobs[0].status", "SUCCESS")
        .has("entities.sub_jobs[1].status", "FAIL")
        .has("entities.sub_jobs[1].error_code", "EVS.2024")
        .has(
            "entities.sub_jobs[1].fail_reason",
            "EbsCreateVolumeTask-fail:volume is error! " + cause)
        .has("entities.sub_jobs[2].status", "SUCCESS");
    assertThat(job.at("entities.sub_jobs[0].fail_reason").isNull()).isTrue();
    assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("available");
    assertThat(alice.statusOf(created.text("volume_ids[1]"))).isEqualTo("error");
    assertThat(alice.statusOf(created.text("volume_ids[2]"))).isEqualTo("available");
    nothingDiffers();
  }

  @Test
  void aBatchEndsWithItsLastChildAndNotBefore() {
    startAgainWith(Map.of("jobs_at_once", "1"));
    var volumes = List.of(alice.volume("a", 10), alice.volume("b", 10));
    driver().hold();
    var batch =
        alice
            .post(
                "/v5/{project_id}/volumes/batch-delete",
                "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}]}"
                    .formatted(volumes.get(0), volumes.get(1)))
            .is(202)
            .text("job_id");
    alice
        .job(batch)
        .reaches("RUNNING")
        .has("job_type", "bulkDeleteVolume")
        .has("end_time", "")
        .has("entities.sub_jobs[0].status", "RUNNING")
        .has("entities.sub_jobs[0].job_type", "deleteSingleVolume")
        .has("entities.sub_jobs[1].status", "INIT");
    assertThat(alice.statusOf(volumes.get(0))).isEqualTo("deleting");
    assertThat(alice.statusOf(volumes.get(1))).isEqualTo("deleting");
    driver().release();
    var ended = alice.job(batch).ends("SUCCESS");
    assertThat(ended.text("end_time"))
        .isGreaterThanOrEqualTo(ended.text("entities.sub_jobs[0].end_time"))
        .isGreaterThanOrEqualTo(ended.text("entities.sub_jobs[1].end_time"));
    volumes.forEach(
        id -> alice.get("/v2/{project_id}/cloudvolumes/" + id).isRefused(404, "EVS.5404"));
    nothingDiffers();
  }

  @Test
  void aSubJobIsAskedForByItsOwnId() {
    driver().hold();
    var batch = create("db", 2).text("job_id");
    var running = alice.job(batch).reaches("RUNNING");
    var child = running.text("entities.sub_jobs[0].job_id");
    alice.job(child).reaches("RUNNING").has("job_type", "createVolume").has("job_id", child);
    driver().release();
    var ended = alice.job(batch).ends("SUCCESS");
    assertThat(alice.job(child).now().json()).isEqualTo(ended.at("entities.sub_jobs[0]"));
  }

  @Test
  void theStatusOfAVolumeTellsWhatIsBeingDoneToIt() {
    driver().hold();
    var created = create("db-1", 1);
    var volume = created.text("volume_ids[0]");
    assertThat(alice.statusOf(volume)).isEqualTo("creating");
    extend(volume, 20).isRefused(400, "EVS.1064");
    delete(volume).isRefused(400, "EVS.1046");
    driver().release();
    alice.job(created.text("job_id")).ends("SUCCESS");
    assertThat(alice.statusOf(volume)).isEqualTo("available");

    driver().hold();
    var extend = extend(volume, 20).is(202).text("job_id");
    alice
        .get("/v2/{project_id}/cloudvolumes/" + volume)
        .has("volume.status", "extending")
        .has("volume.size", "10");
    alice.job(extend).now().has("job_type", "extendVolume").has("entities.size", "20");
    extend(volume, 30).isRefused(400, "EVS.1064");
    delete(volume).isRefused(400, "EVS.1046");
    driver().release();
    alice.job(extend).ends("SUCCESS");
    alice
        .get("/v2/{project_id}/cloudvolumes/" + volume)
        .has("volume.status", "available")
        .has("volume.size", "20");

    driver().hold();
    var delete = delete(volume).is(200).text("job_id");
    assertThat(alice.statusOf(volume)).isEqualTo("deleting");
    extend(volume, 30).isRefused(400, "EVS.1064");
    driver().release();
    alice.job(delete).ends("SUCCESS").has("job_type", "deleteVolume");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aCreateThatFailsLeavesAVolumeInErrorThatCanBeDeleted() {
    driver().hold();
    var created = create("db-1", 1);
    var volume = created.text("volume_ids[0]");
    driver().breakDown(volume);
    driver().release();
    alice
        .job(created.text("job_id"))
        .ends("FAIL")
        .has("error_code", "EVS.2024")
        .has(
            "fail_reason",
            "EbsCreateVolumeTask-fail:volume is error! volume " + volume + " is held by a test")
        .has("entities.volume_id", volume);
    assertThat(alice.statusOf(volume)).isEqualTo("error");
    extend(volume, 20).isRefused(400, "EVS.1064");
    nothingDiffers();
    alice.job(delete(volume).is(200).text("job_id")).ends("SUCCESS");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void anExtendThatFailsLeavesErrorExtendingWithTheOldSize() {
    var volume = alice.volume("db-1", 10);
    driver().breakDown(volume);
    alice
        .job(extend(volume, 20).is(202).text("job_id"))
        .ends("FAIL")
        .has("error_code", "EVS.2026")
        .has(
            "fail_reason",
            "EbsExtendVolumeTask-fail:volume is error_extending! volume "
                + volume
                + " is held by a test");
    alice
        .get("/v2/{project_id}/cloudvolumes/" + volume)
        .has("volume.status", "error_extending")
        .has("volume.size", "10");
    nothingDiffers();
    extend(volume, 20).isRefused(400, "EVS.1064");
    driver().mend(volume);
    alice.job(delete(volume).is(200).text("job_id")).ends("SUCCESS");
    nothingDiffers();
  }

  @Test
  void aDeleteThatFailsLeavesErrorDeletingAndMayBeAskedForAgain() {
    var volume = alice.volume("db-1", 10);
    driver().breakDown(volume);
    alice
        .job(delete(volume).is(200).text("job_id"))
        .ends("FAIL")
        .has("error_code", "EVS.2020")
        .has(
            "fail_reason",
            "EbsDeleteVolumeTask-fail:volume is error_deleting! volume "
                + volume
                + " is held by a test");
    assertThat(alice.statusOf(volume)).isEqualTo("error_deleting");
    nothingDiffers();
    driver().mend(volume);
    alice.job(delete(volume).is(200).text("job_id")).ends("SUCCESS");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void deletingAVolumeThatIsBeingDeletedAnswersWithTheRunningJob() {
    var volume = alice.volume("db-1", 10);
    driver().hold();
    var job = delete(volume).is(200).text("job_id");
    delete(volume).is(200).has("job_id", job);
  }

  @Test
  void withStrictDeleteAVolumeThatIsBeingDeletedIsRefusedAsInTheCloud() {
    startAgainWith(Map.of("strict_delete", "true"));
    var volume = alice.volume("db-1", 10);
    driver().hold();
    delete(volume).is(200);
    delete(volume).isRefused(400, "EVS.1046");
  }

  @Test
  void aFinishedJobAnswersTheSameAfterARestart() {
    var job = create("db", 2).text("job_id");
    var before = alice.job(job).ends("SUCCESS").body();
    server.stop();
    server.run();
    assertThat(server.alice().job(job).now().body()).isEqualTo(before);
  }

  @Test
  void aNameWithEveryKindOfCharacterStaysWholeInTheJob() {
    var name = "\"\\/é–磁盘\uD83D\uDCBE";
    var created =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                new String(
                    Json.write(
                        g -> {
                          g.writeStartObject();
                          g.writeObjectPropertyStart("volume");
                          g.writeStringProperty("name", name);
                          g.writeNumberProperty("size", 10);
                          g.writeStringProperty("volume_type", "SAS");
                          g.writeStringProperty("availability_zone", "az1");
                          g.writeEndObject();
                          g.writeEndObject();
                        }),
                    UTF_8))
            .is(202);
    alice.job(created.text("job_id")).ends("SUCCESS").has("entities.name", name);
    alice
        .get("/v2/{project_id}/cloudvolumes/" + created.text("volume_ids[0]"))
        .has("volume.name", name);
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }
}
