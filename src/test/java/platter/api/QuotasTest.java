package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code os-quota-sets} and {@code os-availability-zone}. */
class QuotasTest {
  private final TestServer server =
      TestServer.with(Map.of("zones", "az1,az2", "quota_gigabytes", "100", "quota_snapshots", "7"))
          .run();
  private final Client alice = server.alice();
  private final Client operator = server.operator();

  @AfterEach
  void stop() {
    server.close();
  }

  private static String path(String project) {
    return "/v3/{project_id}/os-quota-sets/" + project;
  }

  private Answer usage() {
    return alice.get(path(alice.project()) + "?usage=True").is(200);
  }

  private Answer set(String limits) {
    return operator.put(path(alice.project()), "{\"quota_set\": {" + limits + "}}");
  }

  private Answer create(String type, int size) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes",
        """
        {"volume": {"size": %d, "volume_type": "%s", "availability_zone": "az1"}}\
        """
            .formatted(size, type));
  }

  private void nothingDiffers() {
    var report = operator.get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void theUseIsWhatTheVolumesMakeAndTheLimitsAreThoseOfTheSettings(String version) {
    alice.volume("a", 40);
    var set =
        alice
            .get("/" + version + "/{project_id}/os-quota-sets/" + alice.project() + "?usage=True")
            .is(200)
            .has("quota_set.id", alice.project())
            .has("quota_set.gigabytes.in_use", "40")
            .has("quota_set.gigabytes.limit", "100")
            .has("quota_set.gigabytes.reserved", "0")
            .has("quota_set.volumes.in_use", "1")
            .has("quota_set.volumes.limit", "-1")
            .has("quota_set.volumes_SSD.in_use", "1")
            .has("quota_set.gigabytes_SSD.in_use", "40")
            .has("quota_set.gigabytes_SAS.in_use", "0")
            .has("quota_set.snapshots.limit", "7")
            .has("quota_set.per_volume_gigabytes.limit", "-1")
            .has("quota_set.backups.in_use", "0");
    assertThat(set.at("quota_set.gigabytes.limit").isInt()).isTrue();
  }

  @Test
  void withoutUsageTheLimitsAreNumbers() {
    var set = alice.get(path(alice.project())).is(200).has("quota_set.gigabytes", "100");
    assertThat(set.at("quota_set.volumes").isInt()).isTrue();
    alice.get(path(alice.project()) + "?usage=False").has("quota_set.volumes", "-1");
    alice.get(path(alice.project()) + "?usage=x").is(400).has("badRequest.code", "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cinderListQuotas.response",
        "cinderV3ShowQuotas.response",
        "cinderListQuotas.otc.response"
      })
  void theExamplesOfTheCloud(String example) {
    Examples.assertLike(
        usage(), example, "per_volume_gigabytes|(volumes|snapshots|gigabytes)_[A-Z]+2?");
  }

  @Test
  void anOperatorSetsLimitsWhichHoldAtOnce() {
    set("\"volumes\": 2, \"gigabytes\": 1000, \"volumes_SAS\": 1, \"tenant_id\": null")
        .is(200)
        .has("quota_set.volumes", "2")
        .has("quota_set.gigabytes", "1000");
    alice.volume("a", 200);
    create("SAS", 10).is(202);
    create("SSD", 10).isRefused(400, "EVS.1034");
    set("\"volumes\": -1").is(200);
    create("SAS", 10).isRefused(400, "EVS.1034"); // of this type
    create("SSD", 10).is(202);
    usage().has("quota_set.volumes.in_use", "3").has("quota_set.volumes_SAS.limit", "1");
    server
        .bob()
        .get("/v2/{project_id}/os-quota-sets/" + server.bob().project())
        .has("quota_set.gigabytes", "100"); // a limit is a project's own
    nothingDiffers();
  }

  @Test
  void gigabytesOfATypeAndOfOneVolumeHaveLimits() {
    set("\"gigabytes_SSD\": 30, \"per_volume_gigabytes\": 20").is(200);
    var id = alice.volume("a", 20);
    create("SSD", 11).isRefused(400, "EVS.1042");
    create("SAS", 21).isRefused(400, "EVS.1042");
    create("SSD", 10).is(202);
    alice
        .post(
            "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
            "{\"os-extend\": {\"new_size\": 21}}")
        .isRefused(400, "EVS.1042");
    assertThat(alice.statusOf(id)).isEqualTo("available");
    usage().has("quota_set.gigabytes.in_use", "30");
    nothingDiffers();
  }

  @Test
  void aLimitBelowTheUseTakesNothingAwayAndAResetBringsTheDefaultsBack() {
    var id = alice.volume("a", 40);
    set("\"gigabytes\": 10").is(200);
    usage().has("quota_set.gigabytes.in_use", "40").has("quota_set.gigabytes.limit", "10");
    create("SSD", 10).isRefused(400, "EVS.1042");
    operator.delete(path(alice.project())).is(200);
    usage().has("quota_set.gigabytes.limit", "100");
    create("SSD", 10).is(202);
    alice.job(alice.delete("/v2/{project_id}/cloudvolumes/" + id).text("job_id")).ends("SUCCESS");
    usage().has("quota_set.gigabytes.in_use", "10");
    nothingDiffers();
  }

  @Test
  void ofManyAtTheSameTimeAsManyGetThroughAsTheLimitAllows() throws Exception {
    set("\"volumes\": 5, \"gigabytes_SAS\": 20").is(200);
    int accepted = 0;
    try (var threads = Executors.newFixedThreadPool(16)) {
      var calls =
          IntStream.range(0, 32)
              .<Callable<Integer>>mapToObj(
                  i -> () -> create(i % 2 == 0 ? "SSD" : "SAS", 10).status())
              .toList();
      for (var call : threads.invokeAll(calls)) {
        accepted += call.get() == 202 ? 1 : 0;
      }
    }
    assertThat(accepted).isEqualTo(5);
    var usage = usage().has("quota_set.volumes.in_use", "5");
    assertThat(usage.at("quota_set.gigabytes_SAS.in_use").intValue()).isLessThanOrEqualTo(20);
    nothingDiffers();
  }

  @Test
  void limitsSurviveARestart() {
    set("\"volumes\": 3").is(200);
    server.stop();
    server.run();
    server.alice().get(path(alice.project())).is(200).has("quota_set.volumes", "3");
  }

  @Test
  void othersMaySetNothingAndSeeNothing() {
    alice.put(path(alice.project()), "{\"quota_set\": {\"volumes\": 9}}").is(403);
    alice.delete(path(alice.project())).is(403);
    var bobs = alice.get(path(server.bob().project())).is(400);
    assertThat(bobs.body())
        .isEqualTo(alice.get(path("00000000000000000000000000000000")).is(400).body())
        .isEqualTo(alice.get(path("x")).is(400).body());
    usage().has("quota_set.volumes.limit", "-1");
    operator.get(path("00000000000000000000000000000000")).is(400);
    operator.get(path(alice.project())).is(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{",
        "[]",
        "{}",
        "{'quota_set': {}}",
        "{'quota_set': {'volumes': 5, 'floppies': 1}}",
        "{'quota_set': {'volumes': -2}}",
        "{'quota_set': {'volumes': 3000000000}}",
        "{'quota_set': {'volumes': '5'}}",
        "{'quota_set': {'volumes': 5, 'tenant_id': 'b0b00000000000000000000000000001'}}",
      })
  void badLimitsAreRefusedAndChangeNothing(String body) {
    operator
        .put(path(alice.project()), body.replace('\'', '"'))
        .is(400)
        .has("badRequest.code", "400");
    usage().has("quota_set.volumes.limit", "-1");
  }

  @ParameterizedTest
  @CsvSource({
    "v2, cinderListAvailabilityZones.response",
    "v3, cinderV3ListAvailabilityZones.response"
  })
  void theZonesAreThoseOfTheSettings(String version, String example) {
    var zones = alice.get("/" + version + "/{project_id}/os-availability-zone").is(200);
    assertThat(zones.body())
        .isEqualTo(
            "{\"availabilityZoneInfo\":[{\"zoneName\":\"az1\",\"zoneState\":{\"available\":true}},"
                + "{\"zoneName\":\"az2\",\"zoneState\":{\"available\":true}}]}");
    Examples.assertLike(zones, example);
    alice.get("/" + version + "/" + server.bob().project() + "/os-availability-zone").is(400);
  }
}
