package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** Changing a volume's type ({@code …/retype}) and its performance ({@code …/qos}). */
class RetypeTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

  private final List<GatedDriver> drivers = new ArrayList<>();
  private final TestServer server =
      TestServer.with(
              Map.of(
                  "zones", "az1,az2",
                  "volume_types", "SAS,GPSSD,SSD,ESSD@az2,GPSSD2,ESSD2",
                  "sold_out_types", "GPSSD@az1",
                  "step_deadline", "300ms"))
          .aroundDriver(
              real -> {
                var gated = new GatedDriver(real);
                drivers.add(gated);
                return gated;
              })
          .run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private String volume(String type) {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                "{\"volume\": {\"name\": \"db\", \"size\": 20, \"availability_zone\": \"az1\", %s}}"
                    .formatted(type))
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    return answer.text("volume_ids[0]");
  }

  private String ssd() {
    return volume("\"volume_type\": \"SSD\"");
  }

  private String gpssd2() {
    return volume("\"volume_type\": \"GPSSD2\", \"iops\": 3000, \"throughput\": 125");
  }

  private Answer retype(String id, String body) {
    return alice.post("/v2/{project_id}/volumes/" + id + "/retype", body);
  }

  private Answer retypeTo(String id, String newType) {
    return retype(id, "{\"os-retype\": {\"new_type\": \"%s\"}}".formatted(newType));
  }

  private Answer qos(String id, String body) {
    return alice.put("/v5/{project_id}/cloudvolumes/" + id + "/qos", body);
  }

  private Answer show(String id) {
    return alice.get("/v2/{project_id}/cloudvolumes/" + id).is(200);
  }

  private GatedDriver driver() {
    return drivers.getLast();
  }

  private void nothingDiffers() {
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  // retype

  @Test
  void aRetypeIsAJobAndThenTheVolumeHasItsNewType() {
    var id = volume("\"volume_type\": \"SAS\"");
    var answer =
        retype(
            id,
            "{\"os-retype\": {\"new_type\": \"SSD\"}, \"bssParam\": {\"isAutoPay\": \"true\"}}");
    assertThat(answer.is(202).json().propertyNames()).containsExactly("job_id");
    alice
        .job(answer.text("job_id"))
        .ends("SUCCESS")
        .has("job_type", "retypeVolume")
        .has("entities.volume_id", id)
        .has("entities.name", "db")
        .has("entities.size", "20")
        .has("entities.volume_type", "SSD");
    show(id).has("volume.volume_type", "SSD").has("volume.status", "available");
    nothingDiffers();
  }

  @Test
  void aTypeWithPerformanceToChooseGetsItAndOneWithoutLosesIt() {
    var id = ssd();
    var job =
        retype(
            id, "{\"os-retype\": {\"new_type\": \"GPSSD2\", \"iops\": 4000, \"throughput\": 500}}");
    alice.job(job.is(202).text("job_id")).ends("SUCCESS");
    show(id)
        .has("volume.volume_type", "GPSSD2")
        .has("volume.iops.total_val", "4000")
        .has("volume.throughput.total_val", "500");
    for (var version : List.of("v2", "v3")) {
      var cinder = "/" + version + "/{project_id}/volumes/";
      alice
          .get(cinder + id)
          .has("volume.iops.total_val", "4000")
          .has("volume.throughput.total_val", "500");
      alice.get(cinder + "detail").has("volumes[0].iops.total_val", "4000");
    }
    job = retype(id, "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": 20000}}");
    alice.job(job.is(202).text("job_id")).ends("SUCCESS");
    show(id).has("volume.volume_type", "ESSD2").has("volume.iops.total_val", "20000");
    assertThat(show(id).at("volume.throughput").isMissingNode()).isTrue();
    alice.job(retypeTo(id, "SSD").is(202).text("job_id")).ends("SUCCESS");
    assertThat(show(id).at("volume.iops").isMissingNode()).isTrue();
    nothingDiffers();
  }

  private void limit(String limits) {
    server
        .operator()
        .put("/v3/{project_id}/os-quota-sets/" + alice.project(), "{\"quota_set\": " + limits + "}")
        .is(200);
  }

  private void counts(String resource, int inUse) {
    alice
        .get("/v3/{project_id}/os-quota-sets/" + alice.project() + "?usage=True")
        .has("quota_set." + resource + ".in_use", String.valueOf(inUse));
  }

  @Test
  void theLimitsOfTheNewTypeHold() {
    var id = volume("\"volume_type\": \"SAS\"");
    limit("{\"gigabytes_SSD\": 19}");
    retypeTo(id, "SSD").isRefused(400, "EVS.1042");
    limit("{\"gigabytes_SSD\": 20, \"volumes_SSD\": 0}");
    retypeTo(id, "SSD").isRefused(400, "EVS.1034");
    show(id).has("volume.status", "available").has("volume.volume_type", "SAS");
    counts("gigabytes_SSD", 0);
    limit("{\"volumes_SSD\": 1, \"volumes\": 1, \"gigabytes\": 20}");
    alice.job(retypeTo(id, "SSD").is(202).text("job_id")).ends("SUCCESS");
    counts("gigabytes_SSD", 20);
    counts("gigabytes_SAS", 0);
    counts("gigabytes", 20);
    nothingDiffers();
  }

  @Test
  void ofTwoAtTheSameTimeOneGetsTheRoomAndAFailureGivesItBack() {
    var first = volume("\"volume_type\": \"SAS\"");
    var second = volume("\"volume_type\": \"SAS\"");
    limit("{\"gigabytes_SSD\": 30}");
    driver().hold();
    var job = retypeTo(first, "SSD").is(202).text("job_id");
    retypeTo(second, "SSD").isRefused(400, "EVS.1042");
    counts("gigabytes_SSD", 20);
    counts("gigabytes_SAS", 40);
    counts("volumes", 2);
    nothingDiffers();
    driver().lose(first);
    driver().release();
    alice.job(job).ends("FAIL");
    counts("gigabytes_SSD", 0);
    driver().mend(first);
    alice.job(retypeTo(second, "SSD").is(202).text("job_id")).ends("SUCCESS");
    var retry = "/platter/v1/{project_id}/jobs/" + job + "/retry";
    alice.post(retry, "").isRefused(400, "EVS.1042");
    show(first).has("volume.status", "available");
    limit("{\"gigabytes_SSD\": 40}");
    alice.job(alice.post(retry, "").is(202).text("job_id")).ends("SUCCESS");
    counts("gigabytes_SSD", 40);
    counts("gigabytes_SAS", 0);
    nothingDiffers();
  }

  @Test
  void whileItRunsTheVolumeIsRetypingAndNothingElseMayBegin() {
    var id = volume("\"volume_type\": \"SAS\"");
    driver().hold();
    var job = retypeTo(id, "SSD").is(202).text("job_id");
    show(id).has("volume.status", "retyping").has("volume.volume_type", "SAS");
    retypeTo(id, "SSD")
        .isRefused(400, "EVS.5400")
        .has("error.message", "Must specify a valid status.");
    alice
        .post(
            "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
            "{\"os-extend\": {\"new_size\": 30}}")
        .isRefused(400, "EVS.1064");
    alice.delete("/v2/{project_id}/cloudvolumes/" + id).isRefused(400, "EVS.1046");
    alice
        .get("/v2/{project_id}/cloudvolumes/detail?status=retyping")
        .is(200)
        .has("volumes[0].id", id);
    nothingDiffers();
    driver().release();
    alice.job(job).ends("SUCCESS");
    show(id).has("volume.status", "available").has("volume.volume_type", "SSD");
  }

  @Test
  void aVolumeWhoseStorageIsLostKeepsItsTypeAndTheJobSaysWhy() {
    var id = volume("\"volume_type\": \"SAS\"");
    driver().lose(id);
    var job =
        alice
            .job(retypeTo(id, "SSD").is(202).text("job_id"))
            .ends("FAIL")
            .has("error_code", "EVS.5500");
    assertThat(job.text("fail_reason"))
        .isEqualTo(
            "EbsRetypeVolumeTask-fail:Internal server error. volume " + id + " has no storage");
    show(id).has("volume.status", "available").has("volume.volume_type", "SAS");
    driver().mend(id);
    nothingDiffers();
    var retry = alice.post("/platter/v1/{project_id}/jobs/" + job.text("job_id") + "/retry", "");
    alice.job(retry.is(202).text("job_id")).ends("SUCCESS");
    show(id).has("volume.volume_type", "SSD");
    nothingDiffers();
    alice
        .post("/platter/v1/{project_id}/jobs/" + job.text("job_id") + "/retry", "")
        .isRefused(409, "PLATTER.0003");
    show(id).has("volume.status", "available");
  }

  @Test
  void aRetypeThatIsCancelledChangesNothing() {
    var id = volume("\"volume_type\": \"SAS\"");
    driver().hold();
    var job = retypeTo(id, "SSD").is(202).text("job_id");
    alice.post("/platter/v1/{project_id}/jobs/" + job + "/cancel", "").is(202);
    driver().release();
    alice.job(job).ends("FAIL").has("error_code", "PLATTER.0002");
    show(id).has("volume.status", "available").has("volume.volume_type", "SAS");
    nothingDiffers();
  }

  @Test
  void aRepeatUnderTheSameKeyIsTheSameJob() {
    var id = volume("\"volume_type\": \"SAS\"");
    var body = "{\"os-retype\": {\"new_type\": \"SSD\"}}";
    var path = "/v2/{project_id}/volumes/" + id + "/retype";
    var key = Map.of("Idempotency-Key", "retype-1");
    var first = alice.call("POST", path, body, key).is(202).text("job_id");
    alice.job(first).ends("SUCCESS");
    alice.call("POST", path, body, key).is(202).has("job_id", first);
  }

  @ParameterizedTest
  @CsvSource({
    "SSD, EVS.2087", // it is one
    "SAS, EVS.2087", // lower
    "SATA, EVS.2070", // not offered here
    "NVME, EVS.2070",
    "ssd, EVS.2070",
    "'', EVS.2070",
    "ESSD, EVS.2071", // in the other zone only
    "GPSSD, EVS.2072", // sold out
    "ESSD2, EVS.1070", // needs iops
    "GPSSD2, EVS.1070",
  })
  void aTypeThatItCannotBecomeIsRefused(String newType, String code) {
    var id = ssd();
    retypeTo(id, newType).isRefused(400, code);
    show(id).has("volume.volume_type", "SSD").has("volume.status", "available");
    nothingDiffers();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | EVS.1070",
        "{ | EVS.1052",
        "[] | EVS.1018",
        "{} | EVS.1070",
        "{\"retype\": {\"new_type\": \"GPSSD\"}} | EVS.1070", // the slip of the published example
        "{\"os-retype\": null} | EVS.1070",
        "{\"os-retype\": \"GPSSD\"} | EVS.1018",
        "{\"os-retype\": {}} | EVS.1020",
        "{\"os-retype\": {\"new_type\": 7}} | EVS.1018",
        "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": \"x\"}} | EVS.1018",
        "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": 99}} | EVS.1070",
        "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": 100, \"throughput\": 125}} | EVS.1070",
        "{\"os-retype\": {\"new_type\": \"GPSSD2\", \"iops\": 3000}} | EVS.1070",
        "{\"os-retype\": {\"new_type\": \"ESSD2\", \"iops\": 9}, \"bssParam\": {\"isAutoPay\":"
            + " \"x\"}} | EVS.2147",
      })
  void aBadBodyIsRefused(String body, String code) {
    var id = ssd();
    retype(id, body).isRefused(400, code);
    show(id).has("volume.volume_type", "SSD").has("volume.status", "available");
  }

  @Test
  void aVolumeThatIsNotThereOrNotMineIsNotFound() {
    var bobs = server.bob().volume("bobs", 10);
    for (var id : List.of(UNKNOWN, bobs)) {
      retypeTo(id, "ESSD2").isRefused(404, "EVS.5404");
      qos(id, "{\"qos_modify\": {\"iops\": 3000}}").isRefused(404, "EVS.5404");
    }
    retypeTo("nonsense", "SSD").isRefused(400, "EVS.1002");
    qos("nonsense", "{\"qos_modify\": {\"iops\": 3000}}").isRefused(400, "EVS.1002");
    server.bob().get("/v2/{project_id}/cloudvolumes/" + bobs).has("volume.volume_type", "SSD");
  }

  // QoS

  @Test
  void theQosOfAVolumeIsModifiedByAJob() {
    var id = gpssd2();
    var answer = qos(id, "{\"qos_modify\": {\"iops\": 10000, \"throughput\": 200}}");
    assertThat(answer.is(202).json().propertyNames()).containsExactly("job_id");
    alice
        .job(answer.text("job_id"))
        .ends("SUCCESS")
        .has("job_type", "modifyVolumeQos")
        .has("entities.volume_id", id)
        .has("entities.volume_type", "GPSSD2");
    show(id)
        .has("volume.status", "available")
        .has("volume.iops.total_val", "10000")
        .has("volume.iops.id", "IOPS-0e312." + id)
        .has("volume.iops.volume_id", id)
        .has("volume.throughput.total_val", "200")
        .has("volume.throughput.id", "MiBps-7151." + id);
    nothingDiffers();
  }

  @Test
  void aQosThatCannotBeSetLeavesTheOldOne() {
    var id = gpssd2();
    driver().lose(id);
    var job = qos(id, "{\"qos_modify\": {\"iops\": 10000, \"throughput\": 200}}").is(202);
    var failed = alice.job(job.text("job_id")).ends("FAIL").has("error_code", "EVS.2050");
    assertThat(failed.text("fail_reason"))
        .startsWith("EbsModifyVolumeQosTask-fail:set volume Qos failed! volume " + id);
    show(id)
        .has("volume.status", "available")
        .has("volume.iops.total_val", "3000")
        .has("volume.throughput.total_val", "125");
    driver().mend(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | EVS.1070",
        "{} | EVS.1070",
        "{\"qos_modify\": {}} | EVS.1070",
        "{\"qos_modify\": {\"throughput\": 200}} | EVS.1070",
        "{\"qos_modify\": {\"iops\": 5000}} | EVS.1070", // GPSSD2 needs both
        "{\"qos_modify\": {\"iops\": \"5000\", \"throughput\": 200}} | EVS.1018",
        "{\"qos_modify\": {\"iops\": 2999, \"throughput\": 200}} | EVS.1070",
        "{\"qos_modify\": {\"iops\": 10001, \"throughput\": 200}} | EVS.1070", // 500 for each GiB
        "{\"qos_modify\": {\"iops\": 4000, \"throughput\": 1001}} | EVS.1070",
        "{\"qos_modify\": {\"iops\": 99999999999, \"throughput\": 200}} | EVS.1070",
      })
  void aQosOutOfRangeIsRefused(String body, String code) {
    var id = gpssd2();
    qos(id, body).isRefused(400, code);
    show(id).has("volume.iops.total_val", "3000").has("volume.status", "available");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAS", "SSD"})
  void theQosOfAnotherTypeCannotBeModified(String type) {
    var id = volume("\"volume_type\": \"" + type + "\"");
    qos(id, "{\"qos_modify\": {\"iops\": 3000}}").isRefused(400, "EVS.2234");
    assertThat(show(id).at("volume.iops").isMissingNode()).isTrue();
  }

  @Test
  void theThroughputOfEssd2CannotBeChosen() {
    var id = volume("\"volume_type\": \"ESSD2\", \"iops\": 100");
    qos(id, "{\"qos_modify\": {\"iops\": 200, \"throughput\": 200}}").isRefused(400, "EVS.1070");
    var job = qos(id, "{\"qos_modify\": {\"iops\": 20000}}").is(202);
    alice.job(job.text("job_id")).ends("SUCCESS");
    show(id).has("volume.iops.total_val", "20000");
  }
}
