package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code os-volume-transfer}, v2 and v3. */
class TransfersTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  private static final String PATH = "/v3/{project_id}/os-volume-transfer";
  private static final String WRONG = "0123456789abcdef";

  private final TestServer server = TestServer.start();
  private final Client alice = server.alice();
  private final Client bob = server.bob();

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer offer(String volume, String name) {
    return alice.post(
        PATH,
        """
        {"transfer": {"volume_id": "%s", "name": "%s"}}\
        """
            .formatted(volume, name));
  }

  private static Answer accept(Client client, String transfer, String key) {
    return client.post(
        PATH + "/" + transfer + "/accept", "{\"accept\": {\"auth_key\": \"%s\"}}".formatted(key));
  }

  private static String used(Client client, String resource) {
    return client
        .get("/v3/{project_id}/os-quota-sets/" + client.project() + "?usage=True")
        .at("quota_set." + resource + ".in_use")
        .asString();
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @Test
  void aVolumeGoesToWhoeverHasTheKeyWithItsQuotaAndItsData() {
    var volume = alice.volume("gift", 10);
    alice
        .post(
            "/v2/{project_id}/cloudvolumes/" + volume + "/tags/action",
            "{\"action\": \"create\", \"tags\": [{\"key\": \"k\", \"value\": \"v\"}]}")
        .is(204);
    var offered = offer(volume, "to bob").is(202).has("transfer.volume_id", volume);
    assertThat(alice.statusOf(volume)).isEqualTo("awaiting-transfer");
    var id = offered.text("transfer.id");
    var key = offered.text("transfer.auth_key");
    assertThat(key).matches("[0-9a-f]{16}");
    var taken = accept(bob, id, key).is(202);
    taken.has("transfer.id", id).has("transfer.volume_id", volume).has("transfer.name", "to bob");
    assertThat(taken.text("transfer.links[0].href"))
        .endsWith("/v3/" + bob.project() + "/os-volume-transfer/" + id);
    bob.get("/v2/{project_id}/cloudvolumes/" + volume)
        .is(200)
        .has("volume.status", "available")
        .has("volume.tags.k", "v")
        .has("volume.os-vol-tenant-attr:tenant_id", bob.project());
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/detail").has("count", "0");
    bob.get("/v2/{project_id}/cloudvolumes/detail").has("count", "1");
    assertThat(List.of(used(alice, "gigabytes"), used(bob, "gigabytes")))
        .containsExactly("0", "10");
    assertThat(List.of(used(alice, "volumes_SSD"), used(bob, "volumes_SSD")))
        .containsExactly("0", "1");
    nothingDiffers();
    alice.get(PATH + "/" + id).is(404).has("itemNotFound.code", "404");
    accept(bob, id, key).is(400); // the offer is gone
    bob.job(
            bob.post(
                    "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                    "{\"os-extend\": {\"new_size\": 20}}")
                .text("job_id"))
        .ends("SUCCESS");
    bob.job(bob.delete("/v2/{project_id}/cloudvolumes/" + volume).text("job_id")).ends("SUCCESS");
    assertThat(used(bob, "gigabytes")).isEqualTo("0");
    nothingDiffers();
  }

  @Test
  void anOfferThatIsTakenBackLeavesTheVolumeAvailable() {
    var volume = alice.volume("a", 10);
    var offered = offer(volume, "x").is(202);
    var id = offered.text("transfer.id");
    assertThat(alice.delete(PATH + "/" + id).is(202).body()).isEmpty();
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    alice.delete(PATH + "/" + id).is(404);
    accept(bob, id, offered.text("transfer.auth_key")).is(400);
    offer(volume, "again").is(202);
    nothingDiffers();
  }

  @Test
  void theKeyIsToldOnceAndOffersSurviveARestart() {
    var volume = alice.volume("a", 10);
    var offered = offer(volume, "x").is(202);
    var id = offered.text("transfer.id");
    server.stop();
    server.run();
    var shown = server.alice().get(PATH + "/" + id).is(200);
    assertThat(shown.body()).doesNotContain("auth_key", offered.text("transfer.auth_key"));
    shown.has("transfer.created_at", offered.text("transfer.created_at"));
    accept(server.bob(), id, offered.text("transfer.auth_key")).is(202);
  }

  @Test
  void aForeignProjectLearnsNothing() {
    var volume = alice.volume("a", 10);
    var id = offer(volume, "secret").is(202).text("transfer.id");
    var wrong = accept(bob, id, WRONG).is(400).has("badRequest.code", "400");
    var unknown = accept(bob, UNKNOWN, WRONG).is(400);
    assertThat(wrong.body()).isEqualTo(unknown.body().replace(UNKNOWN, id));
    assertThat(bob.get(PATH + "/" + id).is(404).body())
        .isEqualTo(bob.get(PATH + "/" + UNKNOWN).is(404).body().replace(UNKNOWN, id));
    bob.delete(PATH + "/" + id).is(404).has("itemNotFound.code", "404");
    assertThat(bob.get(PATH).is(200).body()).isEqualTo("{\"transfers\":[]}");
    bob.post(PATH, "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"x\"}}".formatted(volume))
        .is(404);
    assertThat(alice.statusOf(volume)).isEqualTo("awaiting-transfer");
    alice.get(PATH + "/" + id).is(200);
  }

  @Test
  void onlyAnAvailableVolumeIsOfferedAndOneOnOfferIsLeftAlone() {
    var volume = alice.volume("a", 10);
    offer(volume, "x").is(202);
    offer(volume, "y").is(400).has("badRequest.code", "400");
    offer(UNKNOWN, "x").is(404).has("itemNotFound.code", "404");
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.1046");
    alice
        .post(
            "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
            "{\"os-extend\": {\"new_size\": 20}}")
        .isRefused(400, "EVS.1064");
    alice.get(PATH).hasSize("transfers", 1);
  }

  @Test
  void aQuotaThatIsTooSmallStopsItAndNothingHappens() {
    var volume = alice.volume("a", 10);
    var offered = offer(volume, "x").is(202);
    var id = offered.text("transfer.id");
    var key = offered.text("transfer.auth_key");
    var limits = "/v3/{project_id}/os-quota-sets/" + bob.project();
    server.operator().put(limits, "{\"quota_set\": {\"gigabytes\": 9}}").is(200);
    var refused = accept(bob, id, key).is(413).has("overLimit.code", "413");
    assertThat(refused.header("X-Platter-Detail")).contains("EVS.5413");
    assertThat(alice.statusOf(volume)).isEqualTo("awaiting-transfer");
    assertThat(used(bob, "gigabytes")).isEqualTo("0");
    nothingDiffers();
    server.operator().put(limits, "{\"quota_set\": {\"gigabytes\": 10}}").is(200);
    accept(bob, id, key).is(202);
  }

  @Test
  void ofManyWhoTakeItAtTheSameTimeOneGetsIt() throws Exception {
    var volume = alice.volume("a", 10);
    var offered = offer(volume, "x").is(202);
    var id = offered.text("transfer.id");
    var key = offered.text("transfer.auth_key");
    try (var threads = Executors.newFixedThreadPool(8)) {
      var calls =
          IntStream.range(0, 8)
              .<Callable<Integer>>mapToObj(
                  i ->
                      i == 7
                          ? () -> alice.delete(PATH + "/" + id).status()
                          : () -> accept(bob, id, key).status())
              .toList();
      int done = 0;
      for (var call : threads.invokeAll(calls)) {
        done += call.get() == 202 ? 1 : 0;
      }
      assertThat(done).isEqualTo(1);
    }
    nothingDiffers();
  }

  /** What failed before the volume became another's is not its former owner's to repeat. */
  @Test
  void aJobOfTheFormerProjectIsNotRetriedOnAVolumeThatIsAnothers() {
    var driver = new AtomicReference<GatedDriver>();
    try (var failing =
        TestServer.with(Map.of("step_deadline", "300ms"))
            .aroundDriver(
                real -> {
                  driver.set(new GatedDriver(real));
                  return driver.get();
                })
            .run()) {
      var from = failing.alice();
      var to = failing.bob();
      var volume = from.volume("a", 10);
      driver.get().breakDown(volume);
      var failed = extended(from, volume).ends("FAIL").text("job_id");
      driver.get().mend(volume);
      var retry = "/platter/v1/{project_id}/jobs/" + failed + "/retry";
      from.job(from.post(retry, "").is(202).text("job_id")).ends("SUCCESS");
      var offered =
          from.post(
                  PATH,
                  "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"x\"}}".formatted(volume))
              .is(202);
      accept(to, offered.text("transfer.id"), offered.text("transfer.auth_key")).is(202);
      driver.get().breakDown(volume);
      extended(to, volume).ends("FAIL");
      assertThat(to.statusOf(volume)).isEqualTo("error_extending");
      driver.get().mend(volume);
      var refused = from.post(retry, "").isRefused(409, "PLATTER.0003");
      assertThat(refused.header("X-Platter-Detail").orElseThrow()).contains("is gone");
      assertThat(to.statusOf(volume)).isEqualTo("error_extending");
    }
  }

  private static Client.Job extended(Client client, String volume) {
    int size =
        client.get("/v2/{project_id}/cloudvolumes/" + volume).is(200).at("volume.size").intValue();
    return client.job(
        client
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                "{\"os-extend\": {\"new_size\": %d}}".formatted(size + 10))
            .is(202)
            .text("job_id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{'transfer': {}}",
        "{'transfer': []}",
        "{'transfer': {'name': 'x'}}",
        "{'transfer': {'volume_id': '00000000-0000-4000-8000-000000000000'}}",
        "{'transfer': {'volume_id': 'x', 'name': 'x'}}",
        "{'transfer': {'volume_id': 7, 'name': 'x'}}",
        "{'transfer': {'volume_id': '00000000-0000-4000-8000-000000000000', 'name': 7}}",
      })
  void badOffersAreRefused(String body) {
    alice.post(PATH, body.replace('\'', '"')).is(400).has("badRequest.code", "400");
  }

  @Test
  void aNameHas255Bytes() {
    var volume = alice.volume("a", 10);
    offer(volume, "x".repeat(256)).is(400);
    offer(volume, "x".repeat(255)).is(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{}", "{'accept': {}}", "{'accept': {'auth_key': 7}}"})
  void badAcceptsAreRefused(String body) {
    var id = offer(alice.volume("a", 10), "x").text("transfer.id");
    bob.post(PATH + "/" + id + "/accept", body.replace('\'', '"')).is(400);
    accept(bob, "x", WRONG).is(400).has("badRequest.code", "400");
    alice.get(PATH + "/x").is(404);
  }

  @Test
  void listsArePaged() {
    for (var name : List.of("1", "2", "3")) {
      offer(alice.volume(name, 10), name).is(202);
    }
    alice.get(PATH).is(200).hasSize("transfers", 3).has("transfers[0].name", "1");
    alice.get(PATH + "?limit=1&offset=1").hasSize("transfers", 1).has("transfers[0].name", "2");
    alice.get(PATH + "/detail?offset=3").is(200).hasSize("transfers", 0);
    var first = alice.get(PATH).text("transfers[0].id");
    alice
        .get(PATH + "?limit=1&marker=" + first)
        .hasSize("transfers", 1)
        .has("transfers[0].name", "2");
    var last = alice.get(PATH).text("transfers[2].id");
    alice.get(PATH + "/detail?marker=" + last).is(200).hasSize("transfers", 0);
    bob.get(PATH + "?marker=" + first).is(400).has("badRequest.code", "400");
    assertThat(alice.get(PATH).at("transfers[0].created_at").isMissingNode()).isTrue();
    assertThat(alice.get(PATH + "/detail").text("transfers[0].created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    for (var bad :
        List.of("limit=0", "limit=1001", "limit=x", "offset=-1", "offset=x", "marker=x")) {
      alice.get(PATH + "?" + bad).is(400).has("badRequest.code", "400");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v2, cinderCreateVolumeTransfer, cinderShowVolumeTransfer, cinderListVolumeTransfers,"
        + " cinderV2ListTransfersDetail, cinderAcceptVolumeTransfer",
    "v3, cinderV3CreateTransfer, cinderV3ShowTransfer, cinderV3ListTransfers,"
        + " cinderV3ListTransfersDetail, cinderV3AcceptTransfer"
  })
  void theExamplesOfTheCloud(
      String version, String create, String show, String list, String detail, String accept) {
    var path = "/" + version + "/{project_id}/os-volume-transfer";
    var volume = alice.volume("a", 10);
    var offered =
        alice
            .post(
                path,
                Examples.text(create + ".request")
                    .replace("c86b9af4-151d-4ead-b62c-5fb967af0e37", volume))
            .is(202);
    Examples.assertLike(offered, create + ".response");
    var id = offered.text("transfer.id");
    var examples = Map.of(path + "/" + id, show, path, list, path + "/detail", detail);
    examples.forEach(
        (call, example) -> Examples.assertLike(alice.get(call).is(200), example + ".response"));
    assertThat(offered.text("transfer.links[0].href")).contains("/" + version + "/");
    var taken =
        bob.post(
                path + "/" + id + "/accept",
                Examples.text(accept + ".request")
                    .replace("9266c59563c84664", offered.text("transfer.auth_key")))
            .is(202);
    Examples.assertLike(taken, accept + ".response");
  }
}
