package platter.openapi;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import platter.auth.Action;
import platter.http.Face;
import platter.http.Microversion;
import platter.http.Parameter;
import platter.http.Route;
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes routes as OpenAPI 3.1. */
final class Document {
  private static final Pattern NAME = Pattern.compile("\\{([^}]*)}");
  private static final int MAX_SUMMARY = 120;

  private final ApiDocument api;
  private final Set<String> operationIds = new HashSet<>();

  Document(ApiDocument api) {
    this.api = api;
  }

  byte[] of(List<Route> routes) {
    var sorted =
        routes.stream()
            .sorted(Comparator.comparing(Route::pattern).thenComparing(Route::method))
            .toList();
    var root = JsonNodeFactory.instance.objectNode();
    root.put("openapi", "3.1.0");
    var info = root.putObject("info");
    info.put("title", "Platter");
    info.put("version", "1");
    info.put(
        "description",
        "An Elastic Volume Service: the HTTP API of Huawei Cloud EVS, the part of OpenStack Cinder"
            + " that EVS exposes, and Platter's own calls (/platter/v1). Made of the routes that"
            + " this server runs and of docs/api.md, which has what is not said of one call"
            + " alone. What a query and a body may have is told as the program declares it and"
            + " reads it; a member that is null is as one that is not there. The schemas of answers"
            + " are inferred from the examples (x-inferred): answers may have more.");
    info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    root.putArray("servers").addObject().put("url", "/");
    var tags = root.putArray("tags");
    var sections = new LinkedHashSet<String>();
    sorted.forEach(route -> sections.add(api.row(call(route)).section()));
    sections.stream().sorted().forEach(section -> tags.addObject().put("name", section));
    var paths = root.putObject("paths");
    for (var route : sorted) {
      operation(paths.withObjectProperty(route.pattern()), route);
    }
    components(root.putObject("components"));
    var security = root.putArray("security");
    security.addObject().putArray("token");
    security.addObject().putArray("signature");
    return Json.write(root);
  }

  private static String call(Route route) {
    return route.method() + " " + route.pattern();
  }

  private void operation(ObjectNode path, Route route) {
    var row = api.row(call(route));
    var ids = api.ids(route);
    var operation = path.putObject(route.method().toLowerCase(Locale.ROOT));
    var id = operationId(route, ids);
    operation.put("operationId", id);
    operation.put("summary", summary(route, row, ids));
    if (!row.notes().isEmpty()) {
      operation.put("description", row.notes());
    }
    operation.putArray("tags").add(row.section());
    if (route.action() != Action.ANY) {
      operation.put("x-iam-action", route.action().wireName());
    }
    if (!ids.isEmpty()) {
      var names = operation.putArray("x-reference-operations");
      ids.forEach(names::add);
    }
    if (route.face() == Face.OPEN) {
      operation.putArray("security");
    }
    parameters(operation, route);
    route
        .takes()
        .body()
        .ifPresent(
            body -> {
              var request = operation.putObject("requestBody");
              request.put("required", route.takes().bodyNeeded());
              var content = request.putObject("content").putObject("application/json");
              Schemas.write(content.putObject("schema"), body);
              examples(ids, "request").forEach((name, value) -> shown(content, name, value));
            });
    responses(operation.putObject("responses"), route, row, answers(id, ids));
  }

  /** The first of the reference's that is not taken; else made of the call. */
  private String operationId(Route route, List<String> ids) {
    var made =
        route.method().toLowerCase(Locale.ROOT)
            + route.pattern().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    return Stream.concat(ids.stream(), Stream.of(made))
        .filter(operationIds::add)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("two operations are called " + made));
  }

  /** The reference's name in words, or how the notes begin. */
  private static String summary(Route route, ApiDocument.Row row, List<String> ids) {
    if (!ids.isEmpty()) {
      return ids.stream().map(Document::words).distinct().collect(Collectors.joining(", "));
    }
    var first = row.notes().split("[;.:](?= |$)", 2)[0].replaceFirst("^ours[,:]? ?", "");
    return first.isEmpty() || first.length() > MAX_SUMMARY ? call(route) : first;
  }

  private static String words(String id) {
    var words =
        id.replaceFirst("^(cinderV[123]|cinder|vendor|iamKeystone|iam)", "")
            .replaceAll("V([25])$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.isEmpty()
        ? id
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static void parameters(ObjectNode operation, Route route) {
    var names = NAME.matcher(route.pattern()).results().map(found -> found.group(1)).toList();
    var takes = route.takes();
    boolean versioned = Microversion.isOf(route);
    if (names.isEmpty() && takes.query().isEmpty() && takes.headers().isEmpty() && !versioned) {
      return;
    }
    var parameters = operation.putArray("parameters");
    for (var name : names) {
      var parameter = parameters.addObject();
      parameter.put("name", name).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    }
    takes.query().forEach(one -> parameter(parameters.addObject(), one, "query"));
    takes.headers().forEach(one -> parameter(parameters.addObject(), one, "header"));
    if (versioned) {
      parameters.addObject().put("$ref", ref("parameters", "version"));
    }
  }

  private static void parameter(ObjectNode parameter, Parameter said, String in) {
    parameter.put("name", said.name()).put("in", in);
    if (!said.note().isEmpty()) {
      parameter.put("description", said.note());
    }
    if (!said.strict()) {
      parameter.put("x-lenient", true);
    }
    Schemas.write(parameter.putObject("schema"), said.shape());
  }

  private static void responses(
      ObjectNode responses, Route route, ApiDocument.Row row, Map<String, JsonNode> examples) {
    for (var status : row.statuses()) {
      if (status.startsWith("4")) {
        refusal(responses.putObject(status), route.face());
        continue;
      }
      var response = responses.putObject(status);
      response.put("description", row.answers());
      response.putObject("headers").putObject("X-Request-Id").put("$ref", ref("headers", "id"));
      var content = JsonNodeFactory.instance.objectNode();
      examples.forEach((id, value) -> shown(content, id, row.isList() ? listOf(value) : value));
      if (!examples.isEmpty()) {
        var schema = content.putObject("schema");
        if (row.isList()) {
          schema = schema.put("type", "array").putObject("items");
        }
        Schemas.like(schema, List.copyOf(examples.values()));
      }
      if (!row.members().isEmpty()) {
        var schema = content.withObjectProperty("schema").put("type", "object");
        var required = schema.putArray("required");
        row.members().forEach(required::add);
      }
      if (!content.isEmpty()) {
        response.putObject("content").set("application/json", content);
      }
    }
    refusal(responses.putObject("4XX"), route.face());
    refusal(responses.putObject("5XX"), route.face());
  }

  private static void refusal(ObjectNode response, Face face) {
    response.put(
        "$ref",
        ref(
            "responses",
            switch (face) {
              case EVS, JOBS, PLATTER -> "EvsRefusal";
              case CINDER -> "CinderRefusal";
              case IAM, OPEN -> "IamRefusal";
            }));
  }

  private static String ref(String kind, String name) {
    return "#/components/" + kind + "/" + name;
  }

  /** The reference's, by its names of the call. */
  private static Map<String, JsonNode> examples(List<String> ids, String kind) {
    var examples = new LinkedHashMap<String, JsonNode>();
    for (var id : ids) {
      ApiDocument.text("examples/" + id + "." + kind + ".json")
          .ifPresent(text -> examples.put(id, Json.read(text)));
    }
    return examples;
  }

  /** Where the reference has none, or not all: what this program answered when it was asked. */
  private static Map<String, JsonNode> answers(String operation, List<String> ids) {
    var examples = examples(ids, "response");
    for (var kind : List.of("", ".usage")) { // the second: of a query that asks for more
      ApiDocument.text("recorded/" + operation + kind + ".json")
          .ifPresent(text -> examples.put("recorded" + kind, Json.read(text)));
    }
    return examples;
  }

  private static JsonNode listOf(JsonNode value) {
    return JsonNodeFactory.instance.arrayNode().add(value);
  }

  private static void shown(ObjectNode content, String id, JsonNode value) {
    content.withObjectProperty("examples").putObject(id).set("value", value);
  }

  private static void components(ObjectNode components) {
    components
        .putObject("headers")
        .putObject("id")
        .put("description", "names the request; the log has it")
        .putObject("schema")
        .put("type", "string");
    components
        .putObject("parameters")
        .putObject("version")
        .put("name", Microversion.HEADER)
        .put("in", "header")
        .put("description", "The microversion, 3.0 when there is none.")
        .putObject("schema")
        .put("type", "string")
        .put("example", "volume " + Microversion.HIGHEST);
    var schemas = components.putObject("schemas");
    var evs = members(schemas.putObject("EvsError"), "error");
    text(members(evs.putObject("error"), "message", "code"), "message", "code");
    text(
        members(schemas.putObject("GatewayError"), "error_msg", "error_code", "request_id"),
        "error_msg",
        "error_code",
        "request_id");
    var cinder = schemas.putObject("CinderError").put("type", "object");
    cinder.put("description", "Its one member is named by the status, such as itemNotFound.");
    cinder.put("minProperties", 1).put("maxProperties", 1);
    var sentence = members(cinder.putObject("additionalProperties"), "message", "code");
    text(sentence, "message");
    sentence.putObject("code").put("type", "integer");
    var iam = members(schemas.putObject("IamError"), "error");
    var error = members(iam.putObject("error"), "code", "message", "title");
    error.putObject("code").put("type", "integer");
    text(error, "message", "title");
    var responses = components.putObject("responses");
    refusal(
        responses, "EvsRefusal", "EvsError", "A code of docs/api.md; the gateway's begin APIGW.");
    refusal(responses, "CinderRefusal", "CinderError", "As OpenStack; the gateway's as elsewhere.");
    refusal(
        responses,
        "IamRefusal",
        "IamError",
        "As the identity service; the gateway's as elsewhere.");
    var schemes = components.putObject("securitySchemes");
    schemes
        .putObject("token")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-Auth-Token")
        .put("description", "from POST /v3/auth/tokens");
    schemes
        .putObject("signature")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Authorization")
        .put(
            "description", "SDK-HMAC-SHA256 or V11-HMAC-SHA256 with an access key, and X-Sdk-Date");
  }

  /** An object that must have these members. Returns its properties. */
  private static ObjectNode members(ObjectNode schema, String... names) {
    schema.put("type", "object");
    var required = schema.putArray("required");
    for (var name : names) {
      required.add(name);
    }
    return schema.putObject("properties");
  }

  private static void text(ObjectNode properties, String... names) {
    for (var name : names) {
      properties.putObject(name).put("type", "string");
    }
  }

  private static void refusal(ObjectNode responses, String name, String shape, String description) {
    var response = responses.putObject(name).put("description", description);
    var headers = response.putObject("headers");
    headers.putObject("X-Request-Id").put("$ref", ref("headers", "id"));
    headers
        .putObject("X-Platter-Detail")
        .put(
            "description",
            "a sentence for people; in the shapes of Cinder and IAM, whose message it is, the code")
        .putObject("schema")
        .put("type", "string");
    var shapes =
        response
            .putObject("content")
            .putObject("application/json")
            .putObject("schema")
            .putArray("oneOf");
    shapes.addObject().put("$ref", ref("schemas", shape));
    shapes.addObject().put("$ref", ref("schemas", "GatewayError"));
  }
}
