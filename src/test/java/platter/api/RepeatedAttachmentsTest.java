package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** {@code X-Client-Token} and {@code Idempotency-Key} on the call that makes an attachment. */
class RepeatedAttachmentsTest {
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";
  private static final String TOKEN = "33333333-0000-4000-8000-000000000003";

  private final TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  private static Answer call(Client client, String key, String volume, String host) {
    return client.call(
        "POST",
        ATTACHMENTS,
        """
        {"attachment": {"volume_uuid": "%s", "connector": {"host": "%s"}}}"""
            .formatted(volume, host),
        Map.of("OpenStack-API-Version", "volume 3.44", "Idempotency-Key", key));
  }

  private static int count(Client client) {
    return client
        .call("GET", ATTACHMENTS, "", Map.of("OpenStack-API-Version", "volume 3.44"))
        .is(200)
        .at("attachments")
        .size();
  }

  @Test
  void theSameCallMakesOneAttachmentAndGetsTheSameAnswerAlsoAfterARestart() {
    var alice = server.alice();
    var volume = alice.volume("v", 10);
    var first = call(alice, "k", volume, "h").is(202);
    assertThat(call(alice, "k", volume, "h").is(202).body()).isEqualTo(first.body());
    server.stop();
    server.run();
    var again = call(server.alice(), "k", volume, "h").is(202);
    assertThat(again.text("attachment.id")).isEqualTo(first.text("attachment.id"));
    assertThat(again.text("attachment.connection_info.export"))
        .isEqualTo(first.text("attachment.connection_info.export"));
    assertThat(count(server.alice())).isEqualTo(1);
  }

  @Test
  void callsAtTheSameTimeMakeOneAttachment() {
    var alice = server.alice();
    var volume = alice.volume("v", 10);
    var calls =
        IntStream.range(0, 8)
            .mapToObj(
                _ -> CompletableFuture.supplyAsync(() -> call(alice, "k", volume, "h").is(202)))
            .toList();
    assertThat(calls.stream().map(answer -> answer.join().text("attachment.id")).distinct())
        .hasSize(1);
    assertThat(count(alice)).isEqualTo(1);
  }

  @Test
  void anotherCallUnderTheSameNameIsRefusedAndChangesNothing() {
    var alice = server.alice();
    var volume = alice.volume("v", 10);
    var other = alice.volume("w", 10);
    call(alice, "k", volume, "h").is(202);
    var refused = call(alice, "k", other, "h").is(400);
    assertThat(refused.header("X-Platter-Detail").orElseThrow()).contains("PLATTER.0001");
    call(alice, "k", volume, "another host").is(400);
    assertThat(alice.statusOf(other)).isEqualTo("available");
    assertThat(count(alice)).isEqualTo(1);
  }

  @Test
  void aRefusedCallLeavesItsNameFreeAndANameIsTheProjectsOwn() {
    var alice = server.alice();
    var bob = server.bob();
    var volume = alice.volume("v", 10);
    var bobs = bob.volume("v", 10);
    call(alice, "k", bobs, "h").is(404);
    call(alice, "k", volume, "h").is(202);
    call(bob, "k", bobs, "h").is(202);
    call(alice, "", volume, "h").is(400);
  }

  @Test
  void theAnswerStaysWhenTheAttachmentIsGone() {
    var alice = server.alice();
    var volume = alice.volume("v", 10);
    var headers = Map.of("OpenStack-API-Version", "volume 3.44", "X-Client-Token", TOKEN);
    var body = "{\"attachment\": {\"volume_uuid\": \"" + volume + "\"}}";
    var id = alice.call("POST", ATTACHMENTS, body, headers).is(202).text("attachment.id");
    alice.call("DELETE", ATTACHMENTS + "/" + id, "", headers).is(200);
    alice.call("POST", ATTACHMENTS, body, headers).is(202).has("attachment.id", id);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    assertThat(count(alice)).isZero();
  }

  @Test
  void aNameIsFreeAgainWhenAJobOfThatAgeWouldHaveGone() {
    server.stop();
    try (var other = TestServer.with(Map.of("keep_jobs", "1s")).run()) {
      var alice = other.alice();
      var volume = alice.volume("v", 10);
      var second = alice.volume("w", 10);
      call(alice, "k", volume, "h").is(202);
      Awaitility.await()
          .atMost(Duration.ofSeconds(100))
          .until(() -> call(alice, "k", second, "h").status() == 202);
      assertThat(count(alice)).isEqualTo(2);
    }
  }
}
