package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;
import platter.auth.TestClock;

/** Who calls: tokens, projects, domains, the catalog and versions over HTTP, and who is refused. */
class IamTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String NO_JOB = "/jobs/4010a32d535527910153552b492c0002";
  private static final String ALICES = "/v2/" + TestServer.ALICE_PROJECT + "/cloudvolumes/detail";
  private static final TestClock CLOCK = new TestClock(NOON);
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of()).clock(CLOCK).run();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void itIsNoon() {
    CLOCK.set(NOON);
  }

  private static Answer call(String method, String path, String body, Map<String, String> headers) {
    return Client.send(method, server.endpoint().resolve(path), body.getBytes(UTF_8), headers);
  }

  private static Answer get(String path, String token) {
    return call("GET", path, "", Map.of("X-Auth-Token", token));
  }

  /** Signed at the server's noon. */
  private static Answer signed(Client client, String path) {
    return client.call("GET", path, new byte[0], Map.of(), NOON);
  }

  private static String login(String password, String scope) {
    return """
    {"auth": {"identity": {"methods": ["password"], "password": {"user":
      {"name": "alice", "password": "%s", "domain": {"name": "wonderland"}}}}%s}}"""
        .formatted(password, scope.isEmpty() ? "" : ", \"scope\": " + scope);
  }

  private static Answer tokens(String body) {
    return call("POST", "/v3/auth/tokens", body, Map.of());
  }

  private static String alicesToken() {
    return tokens(login("alice-password", "{\"project\": {\"name\": \"region-1\"}}"))
        .is(201)
        .header("X-Subject-Token")
        .orElseThrow();
  }

  // tokens

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"project\": {\"name\": \"region-1\"}}",
        "{\"project\": {\"id\": \"a11ce000000000000000000000000001\"}}",
        "{\"project\": {\"name\": \"region-1\", \"domain\": {\"name\": \"wonderland\"}}}"
      })
  void aPasswordGivesATokenOfAProject(String scope) {
    var answer = tokens(login("alice-password", scope)).is(201);
    answer
        .has("token.methods[0]", "password")
        .has("token.project.id", TestServer.ALICE_PROJECT)
        .has("token.project.name", "region-1")
        .has("token.user.name", "alice")
        .has("token.user.domain.name", "wonderland")
        .has("token.issued_at", "2026-11-21T12:00:00.000000Z")
        .has("token.expires_at", "2026-11-22T12:00:00.000000Z");
    assertThat(answer.at("token.domain").isMissingNode()).isTrue();
    assertThat(answer.at("token.catalog").valueStream())
        .extracting(row -> row.get("type").asString())
        .contains("evs", "volumev2", "volumev3");
    var token = answer.header("X-Subject-Token").orElseThrow();
    get(ALICES, token).is(200).has("count", "0");
    get("/v1/" + TestServer.ALICE_PROJECT + NO_JOB, token).isRefused(400, "Common.0011");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"domain\": {\"name\": \"wonderland\"}}"})
  void aPasswordGivesATokenOfTheDomain(String scope) {
    var answer = tokens(login("alice-password", scope)).is(201);
    answer.has("token.domain.name", "wonderland");
    assertThat(answer.at("token.project").isMissingNode()).isTrue();
  }

  @Test
  void aTokenGivesATokenOfAnotherScopeThatEndsWithIt() {
    var first = tokens(login("alice-password", "")).header("X-Subject-Token").orElseThrow();
    CLOCK.advance(Duration.ofHours(1));
    var answer =
        tokens(
                """
                {"auth": {"identity": {"methods": ["token"], "token": {"id": "%s"}},
                  "scope": {"project": {"name": "region-1"}}}}"""
                    .formatted(first))
            .is(201);
    answer.has("token.methods[0]", "token").has("token.project.id", TestServer.ALICE_PROJECT);
    answer.has("token.expires_at", "2026-11-22T12:00:00.000000Z");
    get(ALICES, answer.header("X-Subject-Token").orElseThrow()).is(200);
  }

  @Test
  void withoutCatalogTheCatalogIsEmpty() {
    var answer =
        call("POST", "/v3/auth/tokens?nocatalog=true", login("alice-password", ""), Map.of());
    assertThat(answer.is(201).at("token.catalog").isArray()).isTrue();
    assertThat(answer.at("token.catalog").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong | | 401 | Unauthorized",
        "alice-password | {\"project\": {\"name\": \"region-9\"}} | 403 | Forbidden",
        "alice-password | {\"project\": {\"id\": \"b0b00000000000000000000000000001\"}} | 403 | Forbidden",
        "alice-password | {\"domain\": {\"name\": \"builders\"}} | 403 | Forbidden",
        "alice-password | [] | 400 | Bad Request",
      })
  void aLoginThatCannotBeIsRefused(String password, String scope, int status, String title) {
    tokens(login(password, scope == null ? "" : scope)).isRefusedByIam(status, title);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "{}",
        "[]",
        "{\"auth\": 1}",
        "{\"auth\": {\"identity\": {\"methods\": []}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"totp\"]}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"password\"]}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"password\"], \"password\": {\"user\": {\"name\": 1}}}}}"
      })
  void aLoginThatIsNoneIs400(String body) {
    tokens(body).isRefusedByIam(400, "Bad Request");
  }

  @Test
  void aTokenCanBeLookedAt() {
    var token = alicesToken();
    var headers = Map.of("X-Auth-Token", token, "X-Subject-Token", token);
    var answer = call("GET", "/v3/auth/tokens", "", headers).is(200);
    answer.has("token.user.name", "alice").has("token.project.id", TestServer.ALICE_PROJECT);
    assertThat(answer.header("X-Subject-Token")).contains(token);
    assertThat(answer.at("token.catalog").isEmpty()).isFalse();
    assertThat(call("GET", "/v3/auth/tokens?nocatalog=1", "", headers).is(200).at("token.catalog"))
        .isEmpty();
    call(
            "GET",
            "/v3/auth/tokens",
            "",
            Map.of("X-Auth-Token", token, "X-Subject-Token", token + "x"))
        .isRefusedByIam(404, "Not Found");
    get("/v3/auth/tokens", token).isRefusedByIam(400, "Bad Request");
    call("GET", "/v3/auth/tokens", "", Map.of("X-Auth-Token", "x", "X-Subject-Token", token))
        .isRefusedByIam(401, "Unauthorized");
  }

  @Test
  void aTokenOutlivesARestart() {
    var token = alicesToken();
    server.stop();
    server.run();
    get(ALICES, token).is(200);
  }

  @Test
  void aBadExpiredOrCutTokenIsToldInTheWordsOfTheFamily() {
    var good = alicesToken();
    var job = "/v1/" + TestServer.ALICE_PROJECT + NO_JOB;
    for (var bad : new String[] {"x", "", good.substring(0, good.length() - 1), good + "x"}) {
      refusedToken(job, bad);
    }
    CLOCK.advance(Duration.ofHours(24));
    refusedToken(job, good);
    CLOCK.set(NOON.plus(Duration.ofHours(24)).minusMillis(1));
    get(ALICES, good).is(200);
  }

  private static void refusedToken(String job, String bad) {
    get(job, bad)
        .isRefused(400, "Common.0013")
        .has("error.message", "Invalid token in the header.");
    get(job.replace("/v1/", "/v2/"), bad).isRefused(400, "Common.0013");
    var refusal = get(ALICES, bad).isRefusedByTheGateway(401, "APIGW.0301");
    assertThat(refusal.text("error_msg"))
        .startsWith("Incorrect IAM authentication information: decrypt token fail");
    get("/v3/projects", bad).isRefusedByIam(401, "Unauthorized");
  }

  // projects, domains, catalog, versions

  @Test
  void aUrlThatIsNoUtf8IsRefusedInTheShapeOfTheIdentityService() {
    var uri = server.endpoint().resolve("/v3?name=%ff");
    Client.send("GET", uri, new byte[0], Map.of()).isRefusedByIam(400, "Bad Request");
  }

  @Test
  void aCallerFindsTheOwnProjectsAndNoOthers() {
    var alice = server.alice();
    var token = alicesToken();
    for (var path :
        new String[] {"/v3/projects", "/v3/projects?name=region-1", "/v3/auth/projects"}) {
      for (var answer : new Answer[] {signed(alice, path), get(path, token)}) {
        assertThat(answer.is(200).at("projects")).hasSize(1);
        answer
            .has("projects[0].id", TestServer.ALICE_PROJECT)
            .has("projects[0].name", "region-1")
            .has("projects[0].enabled", "true");
      }
    }
    assertThat(signed(alice, "/v3/projects?name=region-9").is(200).at("projects")).isEmpty();
    signed(alice, "/v3/projects/" + TestServer.ALICE_PROJECT)
        .is(200)
        .has("project.name", "region-1");
    signed(alice, "/v3/projects/" + TestServer.BOB_PROJECT).isRefusedByIam(404, "Not Found");
    signed(alice, "/v3/projects?page=1").isRefusedByIam(400, "Bad Request");
    signed(alice, "/v3/auth/domains").is(200).has("domains[0].name", "wonderland");
    assertThat(signed(alice, "/v3/auth/catalog").is(200).at("catalog")).isNotEmpty();
    signed(alice, "/v3/regions").is(200).has("regions[0].id", "region-1");
  }

  @Test
  void theCatalogLeadsBackToThisServer() {
    var answer = signed(server.alice(), "/v3/auth/catalog");
    for (var row : answer.at("catalog")) {
      assertThat(row.at("/endpoints/0/url").asString()).startsWith(server.endpoint().toString());
    }
  }

  @Test
  void theVersionsAreToldToAnybody() {
    var all = call("GET", "/", "", Map.of()).is(300);
    assertThat(all.at("versions").valueStream().map(v -> v.get("id").asString()))
        .containsExactly("v1.0", "v2.0", "v3.0");
    call("GET", "/v1", "", Map.of()).is(200).has("versions[0].id", "v1.0");
    call("GET", "/v2", "", Map.of()).is(200).has("versions[0].id", "v2.0");
    call("GET", "/v3", "", Map.of())
        .is(200)
        .has("versions[0].id", "v3.0")
        .has("version.id", "v3.6");
    call("GET", "/v3/", "", Map.of()).is(200);
  }

  // who is refused

  @Test
  void withoutCredentialsTheGatewayAnswers() {
    for (var path :
        new String[] {ALICES, "/v1/" + TestServer.ALICE_PROJECT + NO_JOB, "/v3/projects"}) {
      var refusal = call("GET", path, "", Map.of()).isRefusedByTheGateway(401, "APIGW.0301");
      assertThat(refusal.text("error_msg")).startsWith("Incorrect IAM authentication information");
    }
    call("GET", "/platter/v1/verify", "", Map.of()).isRefusedByTheGateway(401, "APIGW.0301");
  }

  @Test
  void aWrongSignatureAnUnknownKeyAndNonsenseAreRefused() {
    var endpoint = server.endpoint();
    var wrong = new Client(endpoint, TestServer.ALICE_PROJECT, "ALICEKEY", "wrong");
    assertThat(signed(wrong, ALICES).isRefusedByTheGateway(401, "APIGW.0301").text("error_msg"))
        .contains("verify aksk signature fail");
    var unknown = new Client(endpoint, TestServer.ALICE_PROJECT, "NOKEY", "alice-secret");
    assertThat(signed(unknown, ALICES).isRefusedByTheGateway(401, "APIGW.0301").text("error_msg"))
        .contains("ak NOKEY not exist");
    for (var header :
        new String[] {
          "x", "Basic YTpi", "SDK-HMAC-SHA256 ", "SDK-HMAC-SHA256 Access=ALICEKEY", "Bearer \u007f"
        }) {
      if (header.indexOf('\u007f') < 0) { // which no client sends
        call("GET", ALICES, "", Map.of("Authorization", header))
            .isRefusedByTheGateway(401, "APIGW.0301");
      }
    }
  }

  @Test
  void aSignatureIsGoodForFifteenMinutesEachWay() {
    var alice = server.alice();
    CLOCK.set(NOON.plus(Duration.ofMinutes(15)));
    signed(alice, ALICES).is(200);
    CLOCK.set(NOON.minus(Duration.ofMinutes(15)));
    signed(alice, ALICES).is(200);
    for (var off : new Duration[] {Duration.ofSeconds(901), Duration.ofSeconds(-901)}) {
      CLOCK.set(NOON.plus(off));
      assertThat(signed(alice, ALICES).isRefusedByTheGateway(401, "APIGW.0301").text("error_msg"))
          .contains("signature expired");
      signed(alice, "/v1/{project_id}" + NO_JOB).isRefusedByTheGateway(401, "APIGW.0301");
    }
  }

  @Test
  void aForeignProjectInThePathIsRefusedInTheWordsOfTheFamily() {
    var bobs = TestServer.BOB_PROJECT;
    var token = alicesToken();
    signed(server.alice(), "/v1/" + bobs + NO_JOB).isRefused(400, "Common.0018");
    get("/v1/" + bobs + NO_JOB, token).isRefused(400, "Common.0018");
    signed(server.alice(), "/v2/" + bobs + "/cloudvolumes/detail").isRefused(400, "EVS.0001");
    get("/v2/" + bobs + "/cloudvolumes/detail", token).isRefused(400, "EVS.0001");
  }

  @Test
  void whatIsTheOperatorsIsNobodyElses() {
    signed(server.alice(), "/platter/v1/verify").isRefusedByTheGateway(403, "APIGW.0302");
    signed(server.operator(), "/platter/v1/verify").is(200);
  }

  @Test
  void withAuthNoneAnybodyIsLetIn() {
    try (var open = TestServer.with(Map.of("auth", "none")).run()) {
      var project = open.operator().project();
      var uri = open.endpoint().resolve("/v2/" + project + "/cloudvolumes/detail");
      Client.send("GET", uri, new byte[0], Map.of()).is(200).has("count", "0");
      Client.send("GET", uri, new byte[0], Map.of("X-Auth-Token", "anything")).is(200);
      Client.send("GET", uri, new byte[0], Map.of("Authorization", "anything")).is(200);
    }
  }
}
