package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.api.Answer;
import platter.api.Client;
import platter.db.TestPostgres;
import platter.json.Json;

/** Several servers on one PostgreSQL. */
class SharedDatabaseTest {
  private final String database = TestPostgres.newDatabase();
  private final TestServer one = server("one", Map.of());
  private final TestServer two = server("two", Map.of());

  private TestServer server(String node, Map<String, String> environment) {
    return TestServer.with(Map.of("node", node)).environment(environment).onPostgres(database);
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    TestPostgres.drop(database);
  }

  private static String account(TestServer server) throws IOException {
    return Files.readString(server.data().resolve("account.json"));
  }

  @Test
  void allNodesHaveTheAccountThatTheFirstMadeAndACopyForTheirClients() throws IOException {
    one.run();
    two.run();
    var names = List.of("project_id", "access_key", "secret_key", "password", "token_secret");
    for (var name : names) {
      assertThat(two.platter().account().get(name))
          .as(name)
          .isEqualTo(one.platter().account().get(name));
    }
    assertThat(Json.read(account(two))).isEqualTo(Json.read(account(one)));
    two.operator().get("/platter/v1/verify").is(200);
  }

  @Test
  void whatANodeOverridesIsKeptForAll() throws IOException {
    one.run();
    var project = one.platter().account().get("project_id");
    try (var three = server("three", Map.of("PLATTER_PASSWORD", "chosen-by-three")).run()) {
      assertThat(three.platter().account().get("project_id")).isEqualTo(project);
    }
    two.run();
    assertThat(two.platter().account().get("password")).isEqualTo("chosen-by-three");
    assertThat(account(two)).contains("chosen-by-three");
  }

  @Test
  void anAccountThatWasInTheDataFolderBeforeStays() throws IOException {
    Files.createDirectories(one.data());
    Files.writeString(one.data().resolve("account.json"), "{\"user\": \"operator\"}");
    one.run();
    two.run();
    assertThat(two.platter().account().get("user")).isEqualTo("operator");
  }

  @Test
  void verifyWorksOnAStoppedServiceAndLeavesOtherNodesAlone() {
    one.run();
    two.run();
    var volume = one.alice().volume("kept", 10);
    one.stop();
    var cli =
        Cli.with(
            Map.of(
                "PLATTER_DATA",
                one.data().toString(),
                "PLATTER_DATABASE",
                database,
                "PLATTER_NODE",
                "two"));
    assertThat(cli.run("verify").exits(0).err()).contains("No server runs", "Compared 1 volume");
    two.alice().get("/v2/{project_id}/cloudvolumes/" + volume).has("volume.status", "available");
    two.alice().volume("second", 10); // its node is who it was
  }

  @Test
  void whoChangeAPolicyOnTwoNodesAtOnceBothDo() throws Exception {
    one.run();
    two.run();
    var path = "/v3/{project_id}/recycle-bin-volumes/policy";
    for (int round = 1; round <= 20; round++) {
      one.alice().put(path, "{\"switch\": false, \"keep_time\": 7}").is(200);
      var body = "{\"keep_time\": " + (10 + round) + "}";
      var other = Thread.ofVirtual().start(() -> two.alice().put(path, body));
      one.alice().put(path, "{\"switch\": true}").is(200);
      other.join();
      var now = one.alice().get(path).is(200);
      now.has("switch", "true").has("keep_time", Integer.toString(10 + round));
    }
  }

  @Test
  void eachNodeTellsWhatItSeesOfTheOthers() {
    one.run();
    assertThat(states(one)).isEqualTo(Map.of("one", "alive"));
    two.run();
    assertThat(states(two).get("two")).isEqualTo("alive");
    for (var node : List.of(one, two)) {
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(states(node)).isEqualTo(Map.of("one", "alive", "two", "alive")));
    }
    two.stop();
    assertThat(states(one)).isEqualTo(Map.of("one", "alive", "two", "stopped"));
    assertThat(Cli.operator(one).run("node", "list").exits(0).lines())
        .anyMatch(line -> line.matches("one +alive +1 +0"))
        .anyMatch(line -> line.matches("two +stopped +1 +0"));
  }

  @Test
  void aTokenThatOneNodeTakesBackIsSoonRefusedByTheOther() {
    one.run();
    two.run();
    var login =
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "alice", "password": "alice-password", "domain": {"name": "wonderland"}}}},
          "scope": {"project": {"name": "region-1"}}}}\
        """;
    var token =
        one.alice().post("/v3/auth/tokens", login).is(201).header("X-Subject-Token").orElseThrow();
    var path = "/v2/" + TestServer.ALICE_PROJECT + "/cloudvolumes/detail";
    assertThat(with(token, two, path).status()).isEqualTo(200);
    one.operator().call("DELETE", "/v3/auth/tokens", "", Map.of("X-Subject-Token", token)).is(204);
    assertThat(with(token, one, path).status()).isEqualTo(401);
    Awaitility.await()
        .untilAsserted(() -> assertThat(with(token, two, path).status()).isEqualTo(401));
  }

  private static Answer with(String token, TestServer server, String path) {
    return Client.send(
        "GET", server.endpoint().resolve(path), new byte[0], Map.of("X-Auth-Token", token));
  }

  private static Map<String, String> states(TestServer server) {
    return server
        .operator()
        .get("/platter/v1/nodes")
        .is(200)
        .at("nodes")
        .valueStream()
        .collect(
            Collectors.toMap(
                node -> node.path("name").stringValue(), node -> node.path("state").stringValue()));
  }

  @Test
  void aServerTellsWhyItCannotReachItsDatabaseWithoutThePassword() throws Exception {
    var config =
        Config.read(
            Map.of(
                "data",
                one.data().toString(),
                "database",
                "jdbc:postgresql://127.0.0.1:1/none?user=u&password=hush-hush"),
            Map.of(),
            Optional.empty());
    assertThat(config.toString()).doesNotContain("hush");
    assertThat(config)
        .satisfies(
            read -> {
              try (var _ = Platter.start(read, Platter.Parts.REAL)) {
                throw new AssertionError("it started");
              } catch (Platter.CannotStart e) {
                assertThat(e.getMessage())
                    .contains("jdbc:postgresql://127.0.0.1:1/none", "refused")
                    .doesNotContain("hush");
              }
            });
  }
}
