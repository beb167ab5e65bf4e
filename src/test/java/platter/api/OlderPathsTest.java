package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** Older names of the volume calls, subscriptions, and what is refused with a reason. */
class OlderPathsTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

  private final TestServer server = TestServer.start();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void osVendorVolumesAreTheSameVolumesWithLinksOfTheirVersion(String version) {
    var id = alice.volume("v", 10);
    var vendor = "/" + version + "/{project_id}/os-vendor-volumes";
    var volume = alice.get(vendor + "/" + id).is(200);
    volume
        .has("volume.name", "v")
        .has(
            "volume.links[0].href",
            server.endpoint() + "/" + version + "/" + TestServer.ALICE_PROJECT + "/volumes/" + id);
    var page = alice.get(vendor + "/detail?name=v").is(200).has("count", "1");
    assertThat(page.at("volumes[0]")).isEqualTo(volume.at("volume"));
    alice.get(vendor + "/" + UNKNOWN).isRefused(404, "EVS.5404");
    alice.get(vendor + "/nonsense").isRefused(400, "EVS.1002");
    server.bob().get(vendor + "/" + id).isRefused(404, "EVS.5404");
    server.bob().get(vendor + "/detail").has("count", "0");
  }

  @Test
  void allDataOfAVolumeIsLoaded() {
    var id = alice.volume("v", 10);
    var path = "/v3/{project_id}/os-vendor-volumes/%s/internal-info";
    alice.get(path.formatted(id)).is(200).has("info.loading_progress", "100");
    alice.get(path.formatted(UNKNOWN)).isRefused(404, "EVS.5404");
    server.bob().get(path.formatted(id)).isRefused(404, "EVS.5404");
  }

  @Test
  void theBriefListHasIdsLinksAndNames() {
    alice.volume("a", 10);
    var id = alice.volume("b", 10);
    server.bob().volume("c", 10);
    var list = alice.get("/v2/{project_id}/cloudvolumes").is(200).hasSize("volumes", 2);
    assertThat(list.json().propertyNames()).containsExactly("volumes");
    assertThat(list.at("volumes[0]").propertyNames()).containsExactly("id", "links", "name");
    list.has("volumes[0].id", id).has("volumes[0].name", "b");
    alice.get("/v2/{project_id}/cloudvolumes?name=a").hasSize("volumes", 1);
    alice.get("/v2/{project_id}/cloudvolumes?limit=0").isRefused(400, "EVS.1023");
  }

  @Test
  void aScsiDiskHasASerialNumberAndOthersHaveNone() {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1", "metadata": {"hw:passthrough": "true"}}}""")
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    var id = answer.text("volume_ids[0]");
    alice.get("/v2/{project_id}/cloudvolumes/" + id).has("volume.serial_number", id);
    var other = alice.get("/v2/{project_id}/cloudvolumes/" + alice.volume("v", 10)).is(200);
    assertThat(other.at("volume.serial_number").isMissingNode()).isTrue();
  }

  // subscriptions

  private Answer unsubscribe(List<String> ids) {
    return alice.post(
        "/v2/{project_id}/cloudvolumes/unsubscribe",
        "{\"volume_ids\": [\"" + String.join("\", \"", ids) + "\"]}");
  }

  @Test
  void noVolumeHasASubscriptionThatCouldEnd() {
    var mine = alice.volume("v", 10);
    var bobs = server.bob().volume("v", 10);
    var answer = unsubscribe(List.of(mine, UNKNOWN, bobs)).is(202).hasSize("0.results", 3);
    for (int i = 0; i < 3; i++) {
      answer.has("0.results[" + i + "].result", "FAIL");
    }
    answer
        .has("0.results[0].volume_id", mine)
        .has("0.results[0].fail_reason", "the volume is pay-per-use; delete it instead");
    assertThat(answer.text("0.results[2].fail_reason"))
        .isEqualTo(answer.text("0.results[1].fail_reason"));
    assertThat(alice.statusOf(mine)).isEqualTo("available");
  }

  @Test
  void aBadListOfVolumesIsRefused() {
    var path = "/v2/{project_id}/cloudvolumes/unsubscribe";
    alice.post(path, "").isRefused(400, "EVS.1070");
    alice.post(path, "{").isRefused(400, "EVS.1052");
    alice.post(path, "{}").isRefused(400, "EVS.1032");
    alice.post(path, "{\"volume_ids\": []}").isRefused(400, "EVS.1021");
    alice.post(path, "{\"volume_ids\": \"x\"}").isRefused(400, "EVS.1018");
    alice.post(path, "{\"volume_ids\": [1]}").isRefused(400, "EVS.1018");
    unsubscribe(List.of("nonsense")).isRefused(400, "EVS.1002");
    unsubscribe(Collections.nCopies(60, UNKNOWN)).is(202);
    unsubscribe(Collections.nCopies(61, UNKNOWN)).isRefused(400, "EVS.1021");
  }

  // refusals

  @Test
  void aCallThatIsNotOfferedSaysWhy() {
    var refusal = alice.get("/v5/{project_id}/default-encryption/status");
    refusal.isRefusedByTheGateway(404, "APIGW.0101");
    refusal.has(
        "error_msg",
        "The API does not exist or has not been published in the environment."
            + " Platter cannot encrypt volumes, so there is no encryption by default.");
    alice.post("/v3.0/OS-CREDENTIAL/securitytokens", "{}").isRefusedByIam(404, "Not Found");
    alice.post("/v3.0/OS-AUTH/id-token/tokens", "{}").isRefusedByIam(404, "Not Found");
    alice
        .get("/v5/" + TestServer.BOB_PROJECT + "/snapshot-groups/detail")
        .isRefused(400, "EVS.0001"); // before the reason
  }
}
