package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code POST /v5/{project_id}/volumes/batch-extend}. */
class BatchExtendTest {
  private static final String PATH = "/v5/{project_id}/volumes/batch-extend";
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

  private final List<GatedDriver> drivers = new ArrayList<>();
  private final TestServer server =
      TestServer.with(Map.of("quota_gigabytes", "100", "step_deadline", "300ms"))
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

  private static String to(String id, int newSize) {
    return "{\"id\": \"%s\", \"new_size\": %d}".formatted(id, newSize);
  }

  private Answer extend(String... volumes) {
    return alice.post(PATH, "{\"volumes\": [" + String.join(",", volumes) + "]}");
  }

  private void has(String id, int size, String status) {
    alice
        .get("/v2/{project_id}/cloudvolumes/" + id)
        .is(200)
        .has("volume.size", String.valueOf(size))
        .has("volume.status", status);
  }

  private void nothingDiffers() {
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  @Test
  void eachVolumeGrowsByASubJobOfItsOwn() {
    var one = alice.volume("one", 10);
    var two = alice.volume("two", 10);
    var answer = extend(to(one, 20), to(two, 30)).is(202);
    assertThat(answer.json().propertyNames()).containsExactly("job_id");
    var job =
        alice
            .job(answer.text("job_id"))
            .ends("SUCCESS")
            .has("job_type", "batchExtendVolume")
            .hasSize("entities.sub_jobs", 2)
            .has("entities.sub_jobs[0].job_type", "extendVolume")
            .has("entities.sub_jobs[0].entities.volume_id", one)
            .has("entities.sub_jobs[0].entities.size", "20")
            .has("entities.sub_jobs[1].entities.volume_id", two);
    assertThat(job.at("entities").propertyNames()).containsExactly("sub_jobs");
    has(one, 20, "available");
    has(two, 30, "available");
    nothingDiffers();
  }

  @Test
  void oneThatCannotGrowDoesNotStopTheOthers() {
    var one = alice.volume("one", 10);
    var two = alice.volume("two", 10);
    drivers.getLast().breakDown(one);
    var job = extend(to(one, 20), to(two, 20)).is(202);
    var ended = alice.job(job.text("job_id")).ends("FAIL").has("error_code", "EVS.2026");
    assertThat(ended.text("fail_reason"))
        .startsWith("1 of 2 failed: one: EbsExtendVolumeTask-fail:volume is error_extending!");
    has(one, 10, "error_extending");
    has(two, 20, "available");
    nothingDiffers();
    drivers.getLast().mend(one);
    var retry = alice.post("/platter/v1/{project_id}/jobs/" + job.text("job_id") + "/retry", "");
    alice
        .job(retry.is(202).text("job_id"))
        .ends("SUCCESS")
        .has("job_type", "batchExtendVolume")
        .hasSize("entities.sub_jobs", 1);
    has(one, 20, "available");
  }

  @Test
  void oneThatIsRefusedRefusesAllAndNothingChanges() {
    var one = alice.volume("one", 10);
    var two = alice.volume("two", 10);
    var bobs = server.bob().volume("bobs", 10);
    extend(to(one, 20), to(two, 10)).isRefused(400, "EVS.1015");
    extend(to(one, 20), to(two, 32_769)).isRefused(400, "EVS.1010");
    extend(to(one, 20), to(UNKNOWN, 20)).isRefused(404, "EVS.5404");
    extend(to(one, 20), to(bobs, 20)).isRefused(404, "EVS.5404");
    extend(to(one, 20), to(one, 30)).isRefused(400, "EVS.1032");
    extend(to(one, 20), to("111", 30)).isRefused(400, "EVS.1002");
    extend(to(one, 60), to(two, 60)).isRefused(400, "EVS.1042"); // either alone would do
    has(one, 10, "available");
    has(two, 10, "available");
    nothingDiffers();
    assertThat(alice.get("/platter/v1/{project_id}/jobs?type=batchExtendVolume").is(200).at("jobs"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false", "\"true\"", "\"false\"", "null"})
  void autoPayMayBeABooleanOrAString(String autoPay) {
    var one = alice.volume("one", 10);
    var answer =
        alice.post(
            PATH,
            "{\"volumes\": [%s], \"bss_param\": {\"is_auto_pay\": %s}}"
                .formatted(to(one, 11), autoPay));
    alice.job(answer.is(202).text("job_id")).ends("SUCCESS");
  }

  @Test
  void aBadBodyIsRefused() {
    var one = to(alice.volume("one", 10), 20);
    alice.post(PATH, "").isRefused(400, "EVS.1011");
    alice.post(PATH, "{").isRefused(400, "EVS.1052");
    alice.post(PATH, "{}").isRefused(400, "EVS.1011");
    alice.post(PATH, "{\"volumes\": {}}").isRefused(400, "EVS.1018");
    alice.post(PATH, "{\"volumes\": [7]}").isRefused(400, "EVS.1018");
    extend().isRefused(400, "EVS.1021");
    extend(Collections.nCopies(101, one).toArray(String[]::new)).isRefused(400, "EVS.1021");
    extend("{\"new_size\": 20}").isRefused(400, "EVS.1032");
    extend("{\"id\": \"" + UNKNOWN + "\"}").isRefused(400, "EVS.1011");
    alice
        .post(PATH, "{\"volumes\": [" + one + "], \"bss_param\": {\"is_auto_pay\": \"yes\"}}")
        .isRefused(400, "EVS.2147");
    alice
        .post(PATH, "{\"volumes\": [" + one + "], \"bss_param\": {\"is_auto_pay\": 1}}")
        .isRefused(400, "EVS.1018");
    alice.get("/v2/{project_id}/cloudvolumes/detail").has("volumes[0].size", "10");
  }
}
