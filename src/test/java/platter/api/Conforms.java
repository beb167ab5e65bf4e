package platter.api;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether a value is as a schema of the OpenAPI document says: the keywords that it uses. */
final class Conforms {
  private Conforms() {}

  /** Where it is not; empty when it conforms. */
  static Optional<String> fault(JsonNode schema, JsonNode value) {
    return fault(schema, value, "$");
  }

  private static Optional<String> fault(JsonNode schema, JsonNode value, String at) {
    var type = schema.path("type");
    boolean fits =
        type.isMissingNode()
            || (type.isArray()
                ? type.valueStream().anyMatch(one -> is(one.asString(""), value))
                : is(type.asString(""), value));
    if (!fits) {
      return Optional.of(at + " is " + value.getNodeType() + ", not " + type);
    }
    for (var required : schema.path("required")) {
      if (!value.has(required.asString(""))) {
        return Optional.of(at + " has no " + required.asString(""));
      }
    }
    for (var member : schema.path("properties").properties()) {
      if (value.has(member.getKey())) {
        var fault =
            fault(member.getValue(), value.path(member.getKey()), at + "." + member.getKey());
        if (fault.isPresent()) {
          return fault;
        }
      }
    }
    if (schema.has("items") && value.isArray()) {
      for (var element : value) {
        var fault = fault(schema.path("items"), element, at + "[]");
        if (fault.isPresent()) {
          return fault;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> false;
    };
  }
}
