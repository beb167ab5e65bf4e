package platter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import platter.api.Answer;
import platter.api.Client;
import platter.db.TestPostgres;

/** Accounts that are made at run time, on two servers of one PostgreSQL. */
@Tag("slow-hashes")
class SharedAccountsTest {
  private static final String USERS = "/platter/v1/users";
  private static final String KEYS = "/platter/v1/keys";
  private static final String LIST = "/v2/{project_id}/cloudvolumes/detail";

  /** A second is promised; the rest is for a machine that is busy. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private final String database = TestPostgres.newDatabaseWithTables();
  private final TestServer one = server("one");
  private final TestServer two = server("two");

  private TestServer server(String node) {
    return TestServer.with(Map.of("node", node)).onPostgres(database).run();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    TestPostgres.drop(database);
  }

  private static Client of(TestServer server, Answer key) {
    return new Client(
        server.endpoint(),
        server.operator().project(),
        key.text("key.access"),
        key.text("key.secret"));
  }

  private static Answer list(TestServer server, String token) {
    var path = LIST.replace("{project_id}", server.operator().project());
    return Client.send(
        "GET", server.endpoint().resolve(path), new byte[0], Map.of("X-Auth-Token", token));
  }

  private static String login(TestServer server) {
    return Client.send(
            "POST",
            server.endpoint().resolve("/v3/auth/tokens"),
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "carol", "password": "carol-password", "domain": {"name": "platter"}}}},
              "scope": {"project": {"name": "region-1"}}}}\
            """
                .getBytes(UTF_8),
            Map.of())
        .is(201)
        .header("X-Subject-Token")
        .orElseThrow();
  }

  private static void soon(int status, Callable<Answer> call) {
    Awaitility.await().atMost(SOON).until(() -> call.call().status() == status);
  }

  @Test
  void whatOneNodeChangesTheOtherSoonKnows() {
    var carol =
        one.operator()
            .post(USERS, "{\"user\": {\"name\": \"carol\", \"password\": \"carol-password\"}}")
            .is(201)
            .text("user.id");
    var key = one.operator().post(KEYS, "{\"key\": {\"user_id\": \"" + carol + "\"}}").is(201);
    of(one, key).get(LIST).is(200);
    soon(200, () -> of(two, key).get(LIST));
    var token = login(two);
    list(one, token).is(200);

    two.operator()
        .put(KEYS + "/" + key.text("key.access"), "{\"key\": {\"enabled\": false}}")
        .is(200);
    of(two, key).get(LIST).is(401);
    soon(401, () -> of(one, key).get(LIST));

    one.operator().delete(USERS + "/" + carol).is(204);
    list(one, token).is(401);
    soon(401, () -> list(two, token));
    two.operator().get(USERS + "/" + carol).is(404);
  }

  @Test
  void ofManyWhoMakeTheSameUserOnBothNodesOneDoes() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      var calls = new ArrayList<Callable<Integer>>();
      IntStream.range(0, 8)
          .forEach(
              i -> {
                var operator = (i % 2 == 0 ? one : two).operator();
                calls.add(
                    () ->
                        operator
                            .post(
                                USERS,
                                "{\"user\": {\"name\": \"carol\", \"password\": \"carol-password\"}}")
                            .status());
              });
      var statuses = new ArrayList<Integer>();
      for (var call : threads.invokeAll(calls)) {
        statuses.add(call.get());
      }
      assertThat(statuses).containsOnly(201, 409).containsOnlyOnce(201);
    }
  }
}
