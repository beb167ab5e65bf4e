package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** A call of the OpenAPI document. */
record Operation(String method, String path, JsonNode about) {
  private static final String JSON = "/content/application~1json";

  /** All that the server documents. */
  static List<Operation> all(TestServer server) {
    var document =
        Json.read(
            Client.send("GET", server.endpoint().resolve("/openapi.json"), new byte[0], Map.of())
                .is(200)
                .body());
    var operations = new ArrayList<Operation>();
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        var method = operation.getKey().toUpperCase(Locale.ROOT);
        operations.add(new Operation(method, path.getKey(), operation.getValue()));
      }
    }
    return operations;
  }

  /** How it refuses: the name of its component. */
  String family() {
    return about.at("/responses/4XX/$ref").asString("").replaceFirst(".*/", "");
  }

  /** Whether nobody need say who they are. */
  boolean isOpen() {
    return about.has("security");
  }

  boolean mayAnswer(int status) {
    return about.path("responses").has(String.valueOf(status));
  }

  /** The parameters of the query. */
  List<JsonNode> query() {
    return parameters("query");
  }

  /** The headers that mean something to it alone. */
  List<JsonNode> headers() {
    return parameters("header");
  }

  private List<JsonNode> parameters(String in) {
    return about
        .path("parameters")
        .valueStream()
        .filter(one -> one.path("in").asString("").equals(in))
        .toList();
  }

  /** The schema of the body. */
  Optional<JsonNode> body() {
    return Optional.of(about.at("/requestBody" + JSON + "/schema")).filter(JsonNode::isObject);
  }

  /** The schema of an answer. */
  Optional<JsonNode> answer(int status) {
    return Optional.of(about.at("/responses/" + status + JSON + "/schema"))
        .filter(JsonNode::isObject);
  }

  /** Its name. */
  String id() {
    return about.path("operationId").asString("");
  }

  /** The names of the examples of an answer. */
  Collection<String> answerExamples(int status) {
    return about.at("/responses/" + status + JSON + "/examples").propertyNames();
  }

  /** The reference's bodies. */
  List<String> examples() {
    return about
        .at("/requestBody" + JSON + "/examples")
        .valueStream()
        .map(one -> new String(Json.write(one.path("value")), UTF_8))
        .toList();
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
