package platter;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.api.Answer;
import platter.api.Client;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** {@code /openapi.json} is valid, and says what the server does, both ways. */
class OpenApiTest {
  private static TestServer server;
  private static Answer served;
  private static JsonNode document;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    var uri = server.endpoint().resolve("/openapi.json");
    served = Client.send("GET", uri, new byte[0], Map.of()).is(200); // nobody signs it
    document = Json.read(served.body());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aPublicValidatorFindsNoFault() {
    var options = new ParseOptions();
    options.setResolve(true);
    var read = new OpenAPIV3Parser().readContents(served.body(), null, options);
    assertThat(read.getMessages()).isEmpty();
    assertThat(read.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
    assertThat(read.getOpenAPI().getPaths()).hasSameSizeAs(document.path("paths").propertyNames());
  }

  @Test
  void everyRouteIsAnOperationAndEveryOperationIsARoute() {
    var answered = new TreeSet<String>();
    server
        .platter()
        .routes()
        .forEach(route -> answered.add(route.method() + " " + route.pattern()));
    var documented = new TreeSet<String>();
    for (var path : document.path("paths").properties()) {
      for (var method : path.getValue().propertyNames()) {
        documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    assertThat(documented).isEqualTo(answered);
  }

  @Test
  void everyOperationTellsWhatItAnswersAndHowItRefuses() {
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        var responses = operation.getValue().path("responses");
        var what = operation.getKey() + " " + path.getKey();
        assertThat(responses.propertyNames())
            .as(what)
            .contains("4XX", "5XX")
            .anyMatch(status -> status.matches("[1-4]\\d\\d"));
        assertThat(operation.getValue().path("summary").asString("")).as(what).isNotBlank();
        assertThat(operation.getValue().path("tags").size()).as(what).isEqualTo(1);
      }
    }
  }

  /** One call of the reference may be several here: each version has a document of its own. */
  @Test
  void everyCallOfTheReferenceThatIsOfferedIsAnOperation() throws IOException {
    var offered = new TreeSet<String>();
    Pattern.compile("(?m)^\\| (\\w+) \\| [ABC] \\| .* \\| (works|differs) \\|")
        .matcher(Files.readString(Path.of("docs/api.md")))
        .results()
        .forEach(row -> offered.add(row.group(1)));
    var told = new ArrayList<String>();
    for (var path : document.path("paths")) {
      for (var operation : path) {
        operation.path("x-reference-operations").forEach(id -> told.add(id.asString("")));
      }
    }
    assertThat(new TreeSet<>(told)).isEqualTo(offered);
    told.removeAll(Set.of("showVersion"));
    assertThat(told).doesNotHaveDuplicates();
  }

  @Test
  void theReferencesExamplesAreThere() {
    var create = document.at("/paths/~1v2.1~1{project_id}~1cloudvolumes/post");
    assertThat(create.path("operationId").asString("")).isEqualTo("createVolume");
    for (var where : new String[] {"/requestBody", "/responses/202"}) {
      assertThat(create.at(where + "/content/application~1json/examples/createVolume/value").size())
          .as(create.toString())
          .isPositive();
    }
  }

  @Test
  void everyPublishedExampleOfAnOfferedCallIsShownAndNoOther() {
    var shown = new TreeSet<String>();
    var offered = new TreeSet<String>();
    for (var path : document.path("paths")) {
      for (var operation : path) {
        operation.path("x-reference-operations").forEach(id -> offered.add(id.asString("")));
        shown(operation.path("requestBody"), "request", shown);
        operation.path("responses").forEach(response -> shown(response, "response", shown));
      }
    }
    assertThat(Published.names(Published.SHOWN)).containsExactlyInAnyOrderElementsOf(shown);
    assertThat(Published.names(Published.FOR_TESTS))
        .as("they belong into %s: their calls are offered", Published.SHOWN)
        .noneMatch(
            name ->
                name.matches("\\w+\\.(request|response)")
                    && offered.contains(name.replaceFirst("\\..*", "")));
  }

  private static void shown(JsonNode body, String kind, Set<String> names) {
    body.at("/content/application~1json/examples").propertyNames().stream()
        .filter(id -> !id.startsWith("recorded"))
        .forEach(id -> names.add(id + "." + kind));
  }

  @Test
  void whatACallTakesIsTold() {
    var create = document.at("/paths/~1v2.1~1{project_id}~1cloudvolumes/post/requestBody");
    assertThat(create.path("required").asBoolean(false)).isTrue();
    var volume = create.at("/content/application~1json/schema/properties/volume");
    assertThat(volume.at("/properties/count").toString())
        .isEqualTo("{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}");
    assertThat(volume.path("required").valueStream().map(one -> one.asString("")))
        .containsExactly("availability_zone", "volume_type", "size");
    var list = document.at("/paths/~1v2~1{project_id}~1cloudvolumes~1detail/get/parameters");
    assertThat(list.valueStream().map(one -> one.path("name").asString("")))
        .startsWith("project_id", "limit", "offset", "marker", "sort_key", "sort_dir")
        .contains("not_metadata", "ids");
  }

  @Test
  void whoMayCallIsTold() {
    var anybody = document.at("/paths/~1/get/security");
    assertThat(anybody.isArray()).isTrue();
    assertThat(anybody.isEmpty()).isTrue();
    assertThat(document.at("/paths/~1v3~1projects/get").has("security")).isFalse();
    assertThat(document.path("security").size()).isEqualTo(2);
  }
}
