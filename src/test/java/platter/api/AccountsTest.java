package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestLog;
import platter.TestServer;
import platter.auth.TestClock;

/** {@code /platter/v1/domains}, {@code projects}, {@code users} and {@code keys}. */
@Tag("slow-hashes")
class AccountsTest {
  private static final String DOMAINS = "/platter/v1/domains";
  private static final String PROJECTS = "/platter/v1/projects";
  private static final String USERS = "/platter/v1/users";
  private static final String KEYS = "/platter/v1/keys";
  private static final String LIST = "/v2/{project_id}/cloudvolumes/detail";

  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T12:00:00Z"));
  private final TestServer server = TestServer.with(Map.of()).clock(clock).run();
  private final Client admin = server.operator();

  @AfterEach
  void stop() {
    server.close();
  }

  private String user(String name, String more) {
    return admin
        .post(
            USERS,
            "{\"user\": {\"name\": \"%s\", \"password\": \"%s-password\"%s}}"
                .formatted(name, name, more))
        .is(201)
        .has("user.name", name)
        .text("user.id");
  }

  private Answer key(String user) {
    return admin.post(KEYS, "{\"key\": {\"user_id\": \"" + user + "\"}}").is(201);
  }

  /** Whoever has the key, in the first project. */
  private Client with(Answer key) {
    return in(admin.project(), key);
  }

  private Client in(String project, Answer key) {
    return new Client(
        server.endpoint(), project, key.text("key.access"), key.text("key.secret"), clock);
  }

  private Answer call(String method, String path, String body, Map<String, String> headers) {
    return Client.send(method, server.endpoint().resolve(path), body.getBytes(UTF_8), headers);
  }

  private Answer login(String user, String password, String domain) {
    return call(
        "POST",
        "/v3/auth/tokens",
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "%s", "password": "%s", "domain": {"name": "%s"}}}},
          "scope": {"project": {"name": "region-1"}}}}\
        """
            .formatted(user, password, domain),
        Map.of());
  }

  private String token(String user) {
    return login(user, user + "-password", "platter")
        .is(201)
        .header("X-Subject-Token")
        .orElseThrow();
  }

  private Answer list(String token) {
    var path = LIST.replace("{project_id}", admin.project());
    return call("GET", path, "", Map.of("X-Auth-Token", token));
  }

  private String change(String user, String what) {
    return admin.put(USERS + "/" + user, "{\"user\": {" + what + "}}").is(200).body();
  }

  // the second user

  @Test
  void anAdministratorMakesAUserWithAKeyWhoWorksAtOnceAndAfterARestart() {
    var bob = user("carol", "");
    var key =
        key(bob).has("key.user", "carol").has("key.state", "active").has("key.expires_at", "");
    assertThat(key.text("key.access")).matches("[A-Z]{20}");
    assertThat(key.text("key.secret")).matches("[A-Za-z0-9]{40}");
    var token = token("carol");
    for (int i = 0; i < 2; i++) {
      with(key).get(LIST).is(200);
      list(token).is(200);
      list(token("carol")).is(200);
      login("carol", "wrong-password", "platter").isRefusedByIam(401, "Unauthorized");
      server
          .operator()
          .get(USERS + "/" + bob)
          .is(200)
          .has("user.role", "member")
          .has("user.domain", "platter")
          .has("user.projects[0].name", "region-1")
          .has("user.state", "active")
          .has("user.source", "database")
          .has("user.created_at", "2026-11-21T12:00:00.000Z");
      server.stop();
      server.run();
    }
    var id = with(key).volume("hers", 10); // with a real job
    with(key).get("/v2/{project_id}/cloudvolumes/" + id).is(200).has("volume.user_id", bob);
  }

  @Test
  void domainsHaveUsersAndProjectsOfTheirOwn() {
    var domain =
        admin.post(DOMAINS, "{\"domain\": {\"name\": \"acme\"}}").is(201).text("domain.id");
    var inIt = ", \"domain_id\": \"" + domain + "\"";
    var project =
        admin.post(PROJECTS, "{\"project\": {\"name\": \"region-1\"" + inIt + "}}").is(201);
    var second =
        admin.post(PROJECTS, "{\"project\": {\"name\": \"region-1_b\"" + inIt + "}}").is(201);
    project.has("project.domain", "acme").has("project.source", "database");
    var eve = user("eve", inIt);
    var fay = user("fay", inIt + ", \"role\": \"reader\", \"projects\": [\"region-1_b\"]");
    var key = key(eve);
    in(project.text("project.id"), key).get(LIST).is(200);
    in(second.text("project.id"), key).get(LIST).is(200);
    with(key).get(LIST).isRefused(400, "EVS.0001");
    in(project.text("project.id"), key(fay)).get(LIST).isRefused(400, "EVS.0001");
    login("eve", "eve-password", "acme").is(201).has("token.project.domain.name", "acme");
    login("eve", "eve-password", "platter").isRefusedByIam(401, "Unauthorized");
    var projects = in(project.text("project.id"), key).get("/v3/projects").is(200);
    projects.hasSize("projects", 2).has("projects[0].name", "region-1");
    in(project.text("project.id"), key)
        .get("/v3/auth/domains")
        .has("domains[0].name", "acme")
        .hasSize("domains", 1);

    admin.delete(DOMAINS + "/" + domain).isRefused(409, "PLATTER.0013");
    admin.delete(USERS + "/" + eve).is(204);
    admin.delete(USERS + "/" + fay).is(204);
    admin.delete(PROJECTS + "/" + project.text("project.id")).is(204);
    admin.delete(PROJECTS + "/" + second.text("project.id")).is(204);
    admin.delete(DOMAINS + "/" + domain).is(204);
    admin.get(DOMAINS + "/" + domain).isRefused(404, "EVS.5404");
  }

  @Test
  void listsFindByNameDomainAndUserAndTellWhatIsOfTheConfiguration() {
    var bob = user("carol", "");
    key(bob);
    admin.get(DOMAINS).is(200).hasSize("domains", 3).has("domains[0].source", "configuration");
    admin.get(DOMAINS + "?name=wonderland").hasSize("domains", 1);
    admin.get(PROJECTS).is(200).hasSize("projects", 3);
    admin.get(PROJECTS + "?name=region-1&limit=1&offset=1").hasSize("projects", 1);
    admin.get(USERS).is(200).hasSize("users", 5);
    var alice = admin.get(USERS + "?name=alice").hasSize("users", 1);
    alice.has("users[0].source", "configuration").has("users[0].created_at", "");
    admin.get(USERS + "?domain_id=" + alice.text("users[0].domain_id")).hasSize("users", 2);
    admin.get(KEYS).is(200).hasSize("keys", 5);
    admin.get(KEYS + "?user_id=" + bob).hasSize("keys", 1).has("keys[0].user", "carol");
    admin.get(KEYS + "/ALICEKEY").is(200).has("key.user", "alice");
    admin.get(USERS + "?limit=0").isRefused(400, "EVS.1023");
    admin.get(USERS + "?offset=x").isRefused(400, "EVS.5400");
  }

  // keys

  @Test
  void aKeyThatIsRevokedOrDeletedStopsWorkingAtOnce() {
    var key = key(user("carol", ""));
    var one = KEYS + "/" + key.text("key.access");
    with(key).get(LIST).is(200);
    admin.put(one, "{\"key\": {\"enabled\": false}}").is(200).has("key.state", "disabled");
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    admin.put(one, "{\"key\": {\"enabled\": true}}").is(200).has("key.state", "active");
    with(key).get(LIST).is(200);
    admin.delete(one).is(204);
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    admin.get(one).isRefused(404, "EVS.5404");
    admin.delete(one).isRefused(404, "EVS.5404");
    server.stop();
    server.run();
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
  }

  @Test
  void aKeyIsGoodUntilItExpires() {
    var carol = user("carol", "");
    var key =
        admin
            .post(
                KEYS,
                """
                {"key": {"user_id": "%s", "description": "laptop", "expires_at": "2026-11-21T13:00:00Z"}}"""
                    .formatted(carol))
            .is(201)
            .has("key.expires_at", "2026-11-21T13:00:00.000Z")
            .has("key.description", "laptop");
    var one = KEYS + "/" + key.text("key.access");
    with(key).get(LIST).is(200);
    clock.advance(Duration.ofHours(1));
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    admin.get(one).is(200).has("key.state", "expired");
    admin.put(one, "{\"key\": {\"expires_at\": \"\"}}").is(200).has("key.state", "active");
    with(key).get(LIST).is(200);
    for (var bad : Set.of("2026-11-21T13:00:00Z", "tomorrow", "+999999999-12-31T23:59:59Z")) {
      admin.put(one, "{\"key\": {\"expires_at\": \"" + bad + "\"}}").isRefused(400, "EVS.1070");
    }
  }

  @Test
  void fiveBadSignaturesLockAKeyThatWasMadeAtRunTimeToo() {
    var key = key(user("carol", ""));
    var wrong =
        new Client(
            server.endpoint(), admin.project(), key.text("key.access"), "wrong-secret", clock);
    for (int i = 0; i < 5; i++) {
      wrong.get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    }
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    key(user("dora", "")); // other accounts: the lock stays
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    clock.advance(Duration.ofMinutes(5));
    with(key).get(LIST).is(200);
  }

  @Test
  void aUserHasAFewKeysAndNoMore() {
    var carol = user("carol", "");
    for (int i = 0; i < 10; i++) {
      key(carol);
    }
    var body = "{\"key\": {\"user_id\": \"" + carol + "\"}}";
    admin.post(KEYS, body).isRefused(409, "PLATTER.0013");
    admin
        .post(
            "/v3.0/OS-CREDENTIAL/credentials", "{\"credential\": {\"user_id\": \"" + carol + "\"}}")
        .isRefusedByIam(400, "Bad Request")
        .has("error.message", "akSkNumExceed");
  }

  @Test
  void aUserOfTheConfigurationMayHaveFurtherKeys() {
    var alice = admin.get(USERS + "?name=alice").text("users[0].id");
    var key = key(alice);
    in(TestServer.ALICE_PROJECT, key).get(LIST).is(200);
    server.alice().get(LIST).is(200);
  }

  // users who change

  @Test
  void theTokensOfADeletedUserDieAndSoDoTheKeys() {
    var carol = user("carol", "");
    var key = key(carol);
    var token = token("carol");
    list(token).is(200);
    admin.delete(USERS + "/" + carol).is(204);
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    login("carol", "carol-password", "platter").isRefusedByIam(401, "Unauthorized");
    admin.get(KEYS + "?user_id=" + carol).hasSize("keys", 0);
    admin.get(USERS + "/" + carol).isRefused(404, "EVS.5404");
    user("carol", ""); // another one of the same name
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    list(token("carol")).is(200);
  }

  @Test
  void aDisabledUserIsOutUntilEnabledAndEarlierTokensStayDead() {
    var carol = user("carol", "");
    var key = key(carol);
    var token = token("carol");
    change(carol, "\"enabled\": false");
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    with(key).get(LIST).isRefusedByTheGateway(401, "APIGW.0301");
    login("carol", "carol-password", "platter").isRefusedByIam(401, "Unauthorized");
    admin.get(USERS + "/" + carol).has("user.state", "disabled");
    admin.get(KEYS + "/" + key.text("key.access")).has("key.state", "disabled");
    change(carol, "\"enabled\": true");
    with(key).get(LIST).is(200);
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    list(token("carol")).is(200);
  }

  @Test
  void anotherPasswordEndsTheTokensAndTheOldPassword() {
    var carol = user("carol", "");
    var key = key(carol);
    var token = token("carol");
    change(carol, "\"password\": \"another-one\"");
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    login("carol", "carol-password", "platter").isRefusedByIam(401, "Unauthorized");
    var next =
        login("carol", "another-one", "platter").is(201).header("X-Subject-Token").orElseThrow();
    list(next).is(200);
    with(key).get(LIST).is(200); // keys are apart
    var made = admin.put(USERS + "/" + carol, "{\"user\": {\"password\": \"\"}}").is(200);
    assertThat(made.text("user.password")).hasSize(24);
    list(next).isRefusedByTheGateway(401, "APIGW.0301");
    login("carol", made.text("user.password"), "platter").is(201);
  }

  @Test
  void anotherRoleAndOtherProjectsAreInForceWithTheNextCall() {
    var carol = user("carol", "");
    var token = token("carol");
    var key = key(carol);
    var body =
        """
        {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"}}""";
    change(carol, "\"role\": \"reader\"");
    with(key).post("/v2.1/{project_id}/cloudvolumes", body).isRefused(403, "EVS.2056");
    list(token).is(200);
    with(key).get(USERS).isRefusedByTheGateway(403, "APIGW.0302");
    change(carol, "\"role\": \"operator\"");
    with(key).get(USERS).is(200);
    change(carol, "\"projects\": []");
    with(key).get(LIST).isRefused(400, "EVS.0001");
    list(token).isRefusedByTheGateway(401, "APIGW.0301");
    change(carol, "\"projects\": [\"" + admin.project() + "\", \"region-1\"]"); // the same twice
    with(key).get(LIST).is(200);
    list(token).is(200);
  }

  @Test
  void aPasswordThatNobodyChoseIsToldOnce() {
    var made = admin.post(USERS, "{\"user\": {\"name\": \"carol\"}}").is(201);
    login("carol", made.text("user.password"), "platter").is(201);
    assertThat(
            admin
                .get(USERS + "/" + made.text("user.id"))
                .is(200)
                .at("user.password")
                .isMissingNode())
        .isTrue();
  }

  // projects

  @Test
  void aProjectThatOwnsSomethingIsNotDeletedAndItsUsersLeaveItWithIt() {
    var project =
        admin.post(PROJECTS, "{\"project\": {\"name\": \"team\"}}").is(201).text("project.id");
    var carol = user("carol", ", \"projects\": [\"team\", \"region-1\"]");
    var key = key(carol);
    var volume = in(project, key).volume("hers", 10);
    admin.delete(PROJECTS + "/" + project).isRefused(409, "PLATTER.0013");
    in(project, key)
        .job(in(project, key).delete("/v2/{project_id}/cloudvolumes/" + volume).text("job_id"))
        .ends("SUCCESS");
    admin.delete(PROJECTS + "/" + project).is(204);
    in(project, key).get(LIST).isRefused(400, "EVS.0001");
    with(key).get(LIST).is(200);
    admin.get(USERS + "/" + carol).hasSize("user.projects", 1);
    admin
        .post(PROJECTS, "{\"project\": {\"name\": \"again\", \"id\": \"" + project + "\"}}")
        .is(201)
        .has("project.id", project);
    in(project, key).get(LIST).isRefused(400, "EVS.0001"); // nobody is in it
  }

  @Test
  void anOperatorSetsTheQuotasOfAProjectThatWasMadeAtRunTime() {
    var project =
        admin.post(PROJECTS, "{\"project\": {\"name\": \"team\"}}").is(201).text("project.id");
    var path = "/v3/{project_id}/os-quota-sets/" + project;
    admin.put(path, "{\"quota_set\": {\"gigabytes\": 15}}").is(200);
    var carol = in(project, key(user("carol", ", \"projects\": [\"team\"]")));
    carol.volume("one", 10);
    carol
        .post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"}}""")
        .isRefused(400, "EVS.1042");
  }

  // what is refused

  @Test
  void whatTheConfigurationDefinesIsReadOnlyAndItsNamesAreTaken() {
    var alice = admin.get(USERS + "?name=alice").text("users[0].id");
    var domain = admin.get(DOMAINS + "?name=wonderland").text("domains[0].id");
    admin
        .put(USERS + "/" + alice, "{\"user\": {\"role\": \"reader\"}}")
        .isRefused(409, "PLATTER.0012");
    admin.delete(USERS + "/" + alice).isRefused(409, "PLATTER.0012");
    admin.put(KEYS + "/ALICEKEY", "{\"key\": {\"enabled\": false}}").isRefused(409, "PLATTER.0012");
    admin.delete(KEYS + "/ALICEKEY").isRefused(409, "PLATTER.0012");
    admin.delete(PROJECTS + "/" + TestServer.ALICE_PROJECT).isRefused(409, "PLATTER.0012");
    admin.delete(DOMAINS + "/" + domain).isRefused(409, "PLATTER.0012");
    admin.post(DOMAINS, "{\"domain\": {\"name\": \"wonderland\"}}").isRefused(409, "PLATTER.0011");
    var inIt = "\"domain_id\": \"" + domain + "\", ";
    admin
        .post(USERS, "{\"user\": {" + inIt + "\"name\": \"alice\"}}")
        .isRefused(409, "PLATTER.0011");
    admin
        .post(PROJECTS, "{\"project\": {" + inIt + "\"name\": \"region-1\"}}")
        .isRefused(409, "PLATTER.0011");
    admin
        .post(
            PROJECTS,
            "{\"project\": {\"name\": \"x\", \"id\": \"" + TestServer.ALICE_PROJECT + "\"}}")
        .isRefused(409, "PLATTER.0011");
    server.alice().get(LIST).is(200);
    user("carol", "");
    admin.post(USERS, "{\"user\": {\"name\": \"carol\"}}").isRefused(409, "PLATTER.0011");
    admin.get(USERS).hasSize("users", 5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b b\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": 5}}|EVS.1018",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"roles\": [\"reader\"]}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"role\": \"king\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"password\": \"short\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"password\": \"has\\u0000nothing\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"projects\": [\"nowhere\"]}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"projects\": [\"a11ce000000000000000000000000001\"]}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"projects\": \"region-1\"}}|EVS.1018",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"domain_id\": \"nowhere\"}}|EVS.1070",
        "POST|/platter/v1/users|{\"user\": {\"name\": \"b\", \"enabled\": \"no\"}}|EVS.1018",
        "POST|/platter/v1/users|{}|EVS.1070",
        "POST|/platter/v1/users|nonsense|EVS.1052",
        "POST|/platter/v1/keys|{\"key\": {}}|EVS.1070",
        "POST|/platter/v1/keys|{\"key\": {\"user_id\": \"nobody\"}}|EVS.1070",
        "POST|/platter/v1/projects|{\"project\": {\"name\": \"p\", \"id\": \"P\"}}|EVS.1070",
        "POST|/platter/v1/projects|{\"project\": {\"name\": \"p\", \"domain_id\": \"x\"}}|EVS.1070",
        "POST|/platter/v1/projects|{\"project\": {\"name\": \"../p\"}}|EVS.1070",
        "POST|/platter/v1/domains|{\"domain\": {\"name\": \"acme\", \"id\": \"x\"}}|EVS.1070"
      })
  void whatCannotBeIsRefusedAndChangesNothing(
      String method, String path, String body, String code) {
    var before = everything();
    admin.call(method, path, body, Map.of()).isRefused(400, code);
    assertThat(everything()).isEqualTo(before);
  }

  private Set<String> everything() {
    var all = new HashSet<String>();
    for (var path : Set.of(DOMAINS, PROJECTS, USERS, KEYS)) {
      all.add(admin.get(path).is(200).body());
    }
    return all;
  }

  @Test
  void aChangeOfNothingIsRefusedAndWhatIsNotThereIsNotFound() {
    var carol = user("carol", "");
    admin.put(USERS + "/" + carol, "{\"user\": {}}").isRefused(400, "EVS.1070");
    var nobody = "0".repeat(32);
    admin
        .put(USERS + "/" + nobody, "{\"user\": {\"role\": \"reader\"}}")
        .isRefused(404, "EVS.5404");
    admin.delete(USERS + "/" + nobody).isRefused(404, "EVS.5404");
    admin.delete(PROJECTS + "/" + nobody).isRefused(404, "EVS.5404");
    admin.delete(PROJECTS + "/x").isRefused(404, "EVS.5404");
    admin.delete(DOMAINS + "/" + nobody).isRefused(404, "EVS.5404");
    admin.put(KEYS + "/NOKEY", "{\"key\": {\"enabled\": false}}").isRefused(404, "EVS.5404");
  }

  @ParameterizedTest
  @ValueSource(strings = {DOMAINS, PROJECTS, USERS, KEYS})
  void onlyAdministratorsChangeAccountsAndOnlyOperatorsLook(String path) {
    for (var nobody : Set.of(server.alice(), server.rose())) {
      nobody.get(path).isRefusedByTheGateway(403, "APIGW.0302");
      nobody.get(path + "/x").isRefusedByTheGateway(403, "APIGW.0302");
      nobody.post(path, "{}").isRefusedByTheGateway(403, "APIGW.0302");
      nobody.delete(path + "/x").isRefusedByTheGateway(403, "APIGW.0302");
    }
    var operator = with(key(user("olga", ", \"role\": \"operator\"")));
    operator.get(path).is(200);
    operator.post(path, "{}").isRefusedByTheGateway(403, "APIGW.0302");
    operator.delete(path + "/x").isRefusedByTheGateway(403, "APIGW.0302");
    var second = with(key(user("ada", ", \"role\": \"administrator\"")));
    second.post(path, "{}").isRefused(400, "EVS.1070");
  }

  @Test
  void nobodyWithoutCredentialsGetsAnywhere() {
    for (var path : Set.of(DOMAINS, PROJECTS, USERS, KEYS)) {
      call("GET", path, "", Map.of()).isRefusedByTheGateway(401, "APIGW.0301");
      call("POST", path, "{}", Map.of()).isRefusedByTheGateway(401, "APIGW.0301");
    }
  }

  // secrets

  @Test
  void secretsAreInNoListingAndNoLogAndChangesAreToldWithWhoMadeThem() {
    try (var log = new TestLog()) {
      var carol = user("carol", "");
      var key = key(carol);
      change(carol, "\"password\": \"carols-next\", \"role\": \"operator\"");
      var made = admin.put(USERS + "/" + carol, "{\"user\": {\"password\": \"\"}}").is(200);
      admin.put(KEYS + "/" + key.text("key.access"), "{\"key\": {\"enabled\": false}}").is(200);
      admin.delete(KEYS + "/" + key.text("key.access")).is(204);
      admin.delete(USERS + "/" + carol).is(204);
      var again = key(user("dora", ""));
      var shown = String.join("\n", log.lines()) + everything();
      assertThat(shown)
          .doesNotContain("carol-password")
          .doesNotContain("carols-next")
          .doesNotContain(made.text("user.password"))
          .doesNotContain(key.text("key.secret"))
          .doesNotContain(again.text("key.secret"))
          .doesNotContain("dora-password")
          .doesNotContain("alice-secret")
          .doesNotContain("pbkdf2");
      assertThat(log.lines())
          .anyMatch(
              line ->
                  line.contains("user carol " + carol + " of domain platter was made")
                      && line.contains("asked by user admin "))
          .anyMatch(line -> line.contains("another password, role operator"))
          .anyMatch(line -> line.contains(key.text("key.access") + " has been disabled"))
          .anyMatch(line -> line.contains("user carol " + carol + " was deleted"));
    }
  }

  // the cloud's call

  @Test
  void aUserMakesAKeyForHerselfAndAnAdministratorForAnybody() {
    var credentials = "/v3.0/OS-CREDENTIAL/credentials";
    var alice = admin.get(USERS + "?name=alice").text("users[0].id");
    var body = "{\"credential\": {\"description\": \"mine\", \"user_id\": \"" + alice + "\"}}";
    for (var caller : Set.of(server.alice(), admin)) {
      var made = caller.post(credentials, body).is(201);
      Examples.assertLike(made, "iamCreatePermanentAccessKey.response");
      made.has("credential.status", "active").has("credential.user_id", alice);
      new Client(
              server.endpoint(),
              TestServer.ALICE_PROJECT,
              made.text("credential.access"),
              made.text("credential.secret"),
              clock)
          .get(LIST)
          .is(200);
    }
    server.bob().post(credentials, body).isRefusedByIam(403, "Forbidden");
    server.rose().post(credentials, body).isRefusedByIam(403, "Forbidden");
    server.alice().post(credentials, "{\"credential\": {}}").isRefusedByIam(400, "Bad Request");
    server.alice().post(credentials, "").isRefusedByIam(400, "Bad Request");
    admin
        .post(credentials, "{\"credential\": {\"user_id\": \"nobody\"}}")
        .isRefusedByIam(404, "Not Found");
    admin.get(KEYS + "?user_id=" + alice).hasSize("keys", 3);
  }

  @Test
  void endpointsAndServicesAreThoseOfTheCatalog() {
    var services = server.alice().get("/v3/services").is(200).hasSize("services", 5);
    Examples.assertLike(services, "iamKeystoneListServices.response");
    var endpoints = server.alice().get("/v3/endpoints").is(200).hasSize("endpoints", 5);
    Examples.assertLike(endpoints, "iamKeystoneListEndpoints.response");
    var evs = server.alice().get("/v3/services?type=volumev3").hasSize("services", 1);
    server
        .alice()
        .get("/v3/endpoints?service_id=" + evs.text("services[0].id"))
        .hasSize("endpoints", 1)
        .has(
            "endpoints[0].url",
            URI.create(server.endpoint() + "/v3/" + TestServer.ALICE_PROJECT).toString());
    server.alice().get("/v3/endpoints?interface=admin").hasSize("endpoints", 0);
    server.alice().get("/v3/endpoints?interface=x").isRefusedByIam(400, "Bad Request");
  }
}
