package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.api.Answer;
import platter.api.Client;
import platter.http.Face;
import platter.http.Route;

/** What roles forbid, tried on every route that there is. */
final class RolesTest {
  /** Looks for something, by POST; and logs out. */
  private static final List<String> HARMLESS =
      List.of("/resource_instances/action", "/v3/auth/tokens");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Route> routes(boolean changing) {
    return server.platter().routes().stream()
        .filter(route -> route.face() != Face.OPEN)
        .filter(
            route ->
                changing
                    == (!route.method().equals("GET")
                        && HARMLESS.stream().noneMatch(route.pattern()::endsWith)))
        .toList();
  }

  private static Answer call(Client client, Route route) {
    var path =
        route
            .pattern()
            .replace("{target_project_id}", TestServer.ALICE_PROJECT)
            .replaceAll("\\{(?!project_id)[a-z_]+}", "11111111-2222-4333-8444-555555555555");
    return client.call(route.method(), path, "", Map.of());
  }

  @Test
  void aReaderIsRefusedEveryChangeInTheShapeOfTheFamily() {
    assertThat(routes(true)).hasSizeGreaterThan(50);
    for (var route : routes(true)) {
      var answer = call(server.rose(), route);
      switch (route.face()) {
        case EVS, JOBS -> answer.isRefused(403, "EVS.2056");
        case CINDER ->
            assertThat(answer.is(403).has("forbidden.code", "403").text("forbidden.message"))
                .matches("Policy doesn't allow \\S+ to be performed\\.");
        case PLATTER -> {
          if (route.action().isOfService()) {
            answer.isRefusedByTheGateway(403, "APIGW.0302");
          } else {
            answer.isRefused(403, "EVS.2056");
          }
        }
        case IAM -> answer.isRefusedByIam(403, "Forbidden");
        case OPEN -> throw new IllegalStateException(route.pattern());
      }
    }
  }

  @Test
  void aReaderMayLookAtWhateverAMemberMay() {
    for (var route : routes(false)) {
      assertThat(call(server.rose(), route).status() == 403)
          .as(route.method() + " " + route.pattern())
          .isEqualTo(route.action().isOfService());
    }
  }

  @Test
  void aReaderLooksAtTheVolumesOfTheProject() {
    var id = server.alice().volume("hers", 10);
    var volume = "/v2/{project_id}/cloudvolumes/" + id;
    server.rose().get(volume).is(200).has("volume.name", "hers");
    server.rose().delete(volume).isRefused(403, "EVS.2056");
    server.alice().get(volume).is(200).has("volume.status", "available");
  }

  @Test
  void aForeignReaderLearnsNothingMore() {
    var answers =
        Stream.of(TestServer.BOB_PROJECT, "0123456789abcdef0123456789abcdef")
            .map(project -> new Client(server.endpoint(), project, "ROSEKEY", "rose-secret"))
            .map(rose -> rose.post("/v2.1/{project_id}/cloudvolumes", "{}"))
            .map(answer -> answer.isRefused(400, "EVS.0001"))
            .map(answer -> answer.body() + answer.header("X-Platter-Detail").orElseThrow())
            .toList();
    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
  }
}
