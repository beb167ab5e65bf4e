package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.auth.TestClock;

/** {@code DELETE /v3/auth/tokens}: a token that was taken back is no token any more. */
class RevocationTest {
  private static final String TOKENS = "/v3/auth/tokens";
  private static final String LIST = "/v2/" + TestServer.ALICE_PROJECT + "/cloudvolumes/detail";

  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T12:00:00Z"));
  private final TestServer server = TestServer.with(Map.of()).clock(clock).run();

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer call(String method, String path, String body, Map<String, String> headers) {
    return Client.send(method, server.endpoint().resolve(path), body.getBytes(UTF_8), headers);
  }

  private String login(String user, String domain) {
    return call(
            "POST",
            TOKENS,
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "password": "%s-password", "domain": {"name": "%s"}}}},
              "scope": {"project": {"name": "region-1"}}}}\
            """
                .formatted(user, user, domain),
            Map.of())
        .is(201)
        .header("X-Subject-Token")
        .orElseThrow();
  }

  private Answer revoke(String token, String subject) {
    return call("DELETE", TOKENS, "", Map.of("X-Auth-Token", token, "X-Subject-Token", subject));
  }

  private Answer list(String token) {
    return call("GET", LIST, "", Map.of("X-Auth-Token", token));
  }

  private Answer look(String token, String subject) {
    return call("GET", TOKENS, "", Map.of("X-Auth-Token", token, "X-Subject-Token", subject));
  }

  @Test
  void aTokenThatWasTakenBackIsRefusedEverywhereAndAlsoAfterARestart() {
    var token = login("alice", "wonderland");
    var other = login("alice", "wonderland");
    assertThat(other).isNotEqualTo(token); // although it is the same millisecond
    list(token).is(200);
    revoke(token, token).is(204);
    for (int i = 0; i < 2; i++) {
      list(token).isRefusedByTheGateway(401, "APIGW.0301");
      look(token, token).isRefusedByIam(401, "Unauthorized");
      look(other, token).isRefusedByIam(404, "Not Found");
      revoke(other, token).isRefusedByIam(404, "Not Found");
      call("GET", "/v1/" + TestServer.ALICE_PROJECT + "/jobs", "", Map.of("X-Auth-Token", token))
          .isRefused(400, "Common.0013");
      call(
              "POST",
              TOKENS,
              """
              {"auth": {"identity": {"methods": ["token"], "token": {"id": "%s"}}}}\
              """
                  .formatted(token),
              Map.of())
          .isRefusedByIam(401, "Unauthorized");
      list(other).is(200);
      server.stop();
      server.run();
    }
  }

  @Test
  void aTokenThatWasMadeOfAnotherEndsWithItAlsoAfterARestart() {
    var token = login("alice", "wonderland");
    var made = madeOf(token);
    var madeOfThat = madeOf(made);
    list(madeOfThat).is(200);
    revoke(made, made).is(204);
    for (int i = 0; i < 2; i++) {
      list(made).isRefusedByTheGateway(401, "APIGW.0301");
      list(madeOfThat).isRefusedByTheGateway(401, "APIGW.0301");
      look(token, madeOfThat).isRefusedByIam(404, "Not Found");
      list(token).is(200);
      server.stop();
      server.run();
    }
  }

  private String madeOf(String token) {
    return call(
            "POST",
            TOKENS,
            """
            {"auth": {"identity": {"methods": ["token"], "token": {"id": "%s"}},
              "scope": {"project": {"name": "region-1"}}}}\
            """
                .formatted(token),
            Map.of())
        .is(201)
        .header("X-Subject-Token")
        .orElseThrow();
  }

  @Test
  void anExpiredTokenIsRefused() {
    var token = login("alice", "wonderland");
    clock.advance(Duration.ofHours(24));
    look(token, token).isRefusedByIam(401, "Unauthorized");
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    revoke(token, token).isRefusedByIam(401, "Unauthorized");
  }

  @Test
  void onlyTheUserAndAnAdministratorTakeATokenBack() {
    var alices = login("alice", "wonderland");
    var roses = login("rose", "wonderland");
    var bobs = login("bob", "builders");
    revoke(roses, alices).isRefusedByIam(403, "Forbidden");
    revoke(bobs, alices).isRefusedByIam(404, "Not Found");
    call("DELETE", TOKENS, "", Map.of("X-Auth-Token", bobs)).isRefusedByIam(400, "Bad Request");
    list(alices).is(200);
    revoke(roses, roses).is(204); // a reader may log out
    list(roses).isRefusedByTheGateway(401, "APIGW.0301");
    server.operator().call("DELETE", TOKENS, "", Map.of("X-Subject-Token", alices)).is(204);
    list(alices).isRefusedByTheGateway(401, "APIGW.0301");
    list(login("alice", "wonderland")).is(200);
  }
}
