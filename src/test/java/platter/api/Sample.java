package platter.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The smallest values that a schema of the OpenAPI document allows, and the places in them.
 *
 * @param ids what stands where an id is wanted, by the member's name
 */
record Sample(UnaryOperator<String> ids) {
  /** The step of a path into a list. */
  static final String ELEMENT = "[]";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A place in a value, and what may stand there. */
  record Place(List<String> path, JsonNode schema) {
    String name() {
      return path.stream().filter(step -> !step.equals(ELEMENT)).reduce("", (_, last) -> last);
    }
  }

  /** Every place below the whole. */
  static List<Place> places(JsonNode schema) {
    var places = new ArrayList<Place>();
    collect(schema, List.of(), places);
    return places;
  }

  private static void collect(JsonNode schema, List<String> path, List<Place> places) {
    if (!path.isEmpty()) {
      places.add(new Place(path, schema));
    }
    within(schema, path, places);
  }

  private static void within(JsonNode schema, List<String> path, List<Place> places) {
    alternatives(schema).forEach(one -> within(one, path, places));
    for (var member : schema.path("properties").properties()) {
      collect(member.getValue(), with(path, member.getKey()), places);
    }
    if (schema.has("items")) {
      collect(schema.path("items"), with(path, ELEMENT), places);
    }
  }

  private static List<String> with(List<String> path, String step) {
    return Stream.concat(path.stream(), Stream.of(step)).toList();
  }

  private static List<JsonNode> alternatives(JsonNode schema) {
    return schema.path("anyOf").valueStream().toList();
  }

  /** Of what types it may be. */
  static Set<String> types(JsonNode schema) {
    return schema.has("anyOf")
        ? alternatives(schema).stream()
            .flatMap(one -> types(one).stream())
            .collect(Collectors.toSet())
        : Set.of(schema.path("type").asString(""));
  }

  /** A value with only what must be there, and the place. */
  JsonNode with(JsonNode schema, Place place, JsonNode there) {
    return value(schema, "", place.path, there);
  }

  /** A value with only what must be there. */
  JsonNode smallest(JsonNode schema, String name) {
    return value(schema, name, List.of(), JSON.nullNode());
  }

  private JsonNode value(JsonNode schema, String name, List<String> path, JsonNode there) {
    if (schema.has("anyOf")) {
      var fitting =
          alternatives(schema).stream()
              .filter(one -> path.isEmpty() || leads(one, path.getFirst()))
              .findFirst();
      // nothing leads there: the alternatives are scalars, and this is the place
      return fitting.map(one -> value(one, name, path, there)).orElse(there);
    }
    var type = schema.path("type").asString("");
    return switch (type) {
      case "object" -> object(schema, path, there);
      case "array" -> list(schema, name, path, there);
      case "boolean" -> JSON.booleanNode(true);
      case "null" -> JSON.nullNode();
      case "integer" -> JSON.numberNode(Math.max(schema.path("minimum").asLong(10), 10));
      case "string" -> JSON.stringNode(text(schema, name));
      default -> throw new IllegalStateException("no type: " + schema);
    };
  }

  private static boolean leads(JsonNode schema, String step) {
    return step.equals(ELEMENT)
        ? schema.has("items")
        : schema.path("properties").has(step)
            || alternatives(schema).stream().anyMatch(one -> leads(one, step));
  }

  private JsonNode object(JsonNode schema, List<String> path, JsonNode there) {
    var object = JSON.objectNode();
    var head = path.isEmpty() ? "" : path.getFirst();
    var properties = schema.path("properties");
    if (schema.path("maxProperties").asInt(0) == 1) {
      var one = head.isEmpty() ? properties.propertyNames().iterator().next() : head;
      put(object, properties, one, path, there);
      return object;
    }
    for (var required : schema.path("required")) {
      put(object, properties, required.asString(""), path, there);
    }
    if (!head.isEmpty() && !object.has(head)) {
      put(object, properties, head, path, there);
    }
    return object;
  }

  private void put(
      ObjectNode object, JsonNode properties, String name, List<String> path, JsonNode there) {
    boolean onTheWay = !path.isEmpty() && path.getFirst().equals(name);
    var rest = onTheWay ? path.subList(1, path.size()) : List.<String>of();
    object.set(
        name, onTheWay && rest.isEmpty() ? there : value(properties.path(name), name, rest, there));
  }

  private JsonNode list(JsonNode schema, String name, List<String> path, JsonNode there) {
    var list = JSON.arrayNode();
    boolean within = !path.isEmpty() && path.getFirst().equals(ELEMENT);
    var rest = within ? path.subList(1, path.size()) : List.<String>of();
    if (within) {
      list.add(rest.isEmpty() ? there : value(schema.path("items"), name, rest, there));
    }
    for (int i = list.size(); i < schema.path("minItems").asInt(0); i++) {
      list.add(smallest(schema.path("items"), name));
    }
    return list;
  }

  private String text(JsonNode schema, String name) {
    if (schema.has("enum")) {
      return schema.path("enum").get(0).asString("");
    }
    return switch (schema.path("format").asString("")) {
      case "uuid" -> ids.apply(name);
      case "date-time" -> "2036-11-21T18:20:15Z";
      default -> name.equals("availability_zone") ? "az1" : name.equals("key") ? "k" : "x";
    };
  }
}
