package platter.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import platter.http.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes JSON schemas. */
final class Schemas {
  private Schemas() {}

  /** What a value may be, as the program declares it. */
  static void write(ObjectNode schema, Shape shape) {
    switch (shape) {
      case Shape.Text(var max, var format, var oneOf) -> {
        schema.put("type", "string");
        if (max > 0) {
          schema.put("maxLength", max);
        }
        if (!format.isEmpty()) {
          schema.put("format", format);
        }
        if (!oneOf.isEmpty()) {
          oneOf.forEach(schema.putArray("enum")::add);
        }
      }
      case Shape.Whole(var min, var max) -> {
        schema.put("type", "integer").put("minimum", min);
        if (max < Integer.MAX_VALUE) {
          schema.put("maximum", max);
        }
      }
      case Shape.Flag _ -> schema.put("type", "boolean");
      case Shape.Nothing _ -> schema.put("type", "null");
      case Shape.Strings _ -> {
        schema.put("type", "object");
        schema.putObject("additionalProperties").put("type", "string");
      }
      case Shape.ListOf(var of, var min, var max) -> {
        schema.put("type", "array").put("minItems", min);
        if (max < Integer.MAX_VALUE) {
          schema.put("maxItems", max);
        }
        write(schema.putObject("items"), of);
      }
      case Shape.Either(var shapes) -> {
        var any = schema.putArray("anyOf");
        shapes.forEach(one -> write(any.addObject(), one));
      }
      case Shape.Members object -> members(schema, object);
    }
  }

  private static void members(ObjectNode schema, Shape.Members object) {
    schema.put("type", "object");
    if (object.one()) {
      schema.put("minProperties", 1).put("maxProperties", 1);
    } else {
      var required =
          object.members().stream().filter(Shape.Member::required).map(Shape.Member::name).toList();
      if (!required.isEmpty()) {
        required.forEach(schema.putArray("required")::add);
      }
    }
    if (!object.members().isEmpty()) {
      var properties = schema.putObject("properties");
      object
          .members()
          .forEach(member -> write(properties.putObject(member.name()), member.shape()));
    }
  }

  /** What values are that look like these; each may also be null, where it is not the whole. */
  static void like(ObjectNode schema, List<JsonNode> examples) {
    schema.put("x-inferred", true);
    infer(schema, examples, false);
  }

  private static void infer(ObjectNode schema, List<JsonNode> examples, boolean orNull) {
    var said = examples.stream().filter(one -> !one.isNull()).toList();
    var types = said.stream().map(Schemas::type).distinct().sorted().toList();
    if (types.isEmpty()) {
      return; // anything: all are null
    }
    var all = new ArrayList<>(types);
    if (orNull) {
      all.add("null");
    }
    if (all.size() == 1) {
      schema.put("type", all.getFirst());
    } else {
      all.forEach(schema.putArray("type")::add);
    }
    var elements = said.stream().filter(JsonNode::isArray).flatMap(JsonNode::valueStream).toList();
    if (!elements.isEmpty()) {
      infer(schema.putObject("items"), elements, true);
    }
    var members = new LinkedHashMap<String, List<JsonNode>>();
    said.stream()
        .filter(JsonNode::isObject)
        .flatMap(one -> one.properties().stream())
        .forEach(
            member ->
                members
                    .computeIfAbsent(member.getKey(), _ -> new ArrayList<>())
                    .add(member.getValue()));
    if (!members.isEmpty()) {
      var properties = schema.putObject("properties");
      members.forEach((name, values) -> infer(properties.putObject(name), values, true));
    }
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case OBJECT -> "object";
      case STRING -> "string";
      case NULL, MISSING, BINARY, POJO -> throw new IllegalStateException("no value: " + value);
    };
  }
}
