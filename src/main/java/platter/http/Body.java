package platter.http;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object of a request, read member by member. A member that is absent and one that is null
 * are the same (reference: "Data formats"). Only what the route says that it takes can be read.
 */
public final class Body {
  private static final BigDecimal ONE = BigDecimal.ONE;
  private static final BigDecimal MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

  private final JsonNode object;
  private final Shape.Members shape;

  private Body(JsonNode object, Shape.Members shape) {
    this.object = object;
    this.shape = shape;
  }

  /**
   * The body of a request.
   *
   * @param whenEmpty the code of a body that is not there
   * @throws ApiException INVALID_BODY when it is not JSON, WRONG_TYPE when it is no object
   */
  public static Body of(Request request, ErrorCode whenEmpty) {
    if (request.body().length == 0) {
      throw new ApiException(whenEmpty, "the body is empty");
    }
    JsonNode read;
    try {
      read = Json.read(request.body());
    } catch (Json.BadJson e) {
      throw new ApiException(ErrorCode.INVALID_BODY, String.valueOf(e.getMessage()));
    }
    if (read.isNull() || read.isMissingNode()) {
      throw new ApiException(whenEmpty, "the body is null");
    }
    if (!read.isObject()) {
      throw wrongType("the body", "an object");
    }
    var shape = request.takes().body();
    assert shape.isPresent() : "the route does not say that it takes a body";
    return new Body(read, shape.orElseGet(Shape::object));
  }

  private static ApiException wrongType(String what, String wanted) {
    return new ApiException(ErrorCode.WRONG_TYPE, what + " must be " + wanted);
  }

  private Optional<JsonNode> member(String name, Class<? extends Shape> kind) {
    // an assertion: tests must see it, but a call is not refused for it
    assert shape.member(name).filter(said -> said.shape().allows(kind)).isPresent()
        : "the route does not say that it takes the member " + name + ", " + kind.getSimpleName();
    return member(name);
  }

  private Optional<JsonNode> member(String name) {
    var member = object.path(name);
    return member.isMissingNode() || member.isNull() ? Optional.empty() : Optional.of(member);
  }

  /** Whether it has no members. */
  public boolean isEmpty() {
    return object.isEmpty();
  }

  /** Its members, also those that are null. */
  public Collection<String> names() {
    return object.propertyNames();
  }

  /** The names that the route says there may be. */
  public List<String> known() {
    return shape.names();
  }

  private Shape.Members within(String name) {
    return shape.member(name).map(said -> said.shape().inner()).orElseGet(Shape::object);
  }

  public boolean has(String name) {
    return member(name).isPresent();
  }

  /** A member that is an object. */
  public Optional<Body> object(String name) {
    return member(name, Shape.Members.class)
        .map(
            member -> {
              if (!member.isObject()) {
                throw wrongType(name, "an object");
              }
              return new Body(member, within(name));
            });
  }

  /** The members of a list of objects. */
  public Optional<List<Body>> objects(String name) {
    return member(name, Shape.ListOf.class)
        .map(
            member -> {
              if (!member.isArray()) {
                throw wrongType(name, "a list");
              }
              var all = new ArrayList<Body>();
              for (var element : member) {
                if (!element.isObject()) {
                  throw wrongType("an element of " + name, "an object");
                }
                all.add(new Body(element, within(name)));
              }
              return all;
            });
  }

  /** A member that is a list of strings. */
  public Optional<List<String>> texts(String name) {
    return member(name, Shape.ListOf.class)
        .map(
            member -> {
              if (!member.isArray()) {
                throw wrongType(name, "a list");
              }
              var all = new ArrayList<String>();
              for (var element : member) {
                if (!element.isString()) {
                  throw wrongType("an element of " + name, "a string");
                }
                all.add(element.stringValue());
              }
              return all;
            });
  }

  public Optional<String> text(String name) {
    return member(name, Shape.Text.class)
        .map(
            member -> {
              if (!member.isString()) {
                throw wrongType(name, "a string");
              }
              return member.stringValue();
            });
  }

  /**
   * A whole number; decimals are cut, as documented.
   *
   * @param outOfRange the code of a number that no int can hold
   */
  public OptionalInt integer(String name, ErrorCode outOfRange) {
    var member = member(name, Shape.Whole.class);
    if (member.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!member.get().isNumber()) {
      throw wrongType(name, "a number");
    }
    var number = member.get().decimalValue();
    // compared before it is cut: a huge exponent must not be written out
    if (number.abs().compareTo(MAX) > 0) {
      throw new ApiException(outOfRange, name + " is out of range");
    }
    return OptionalInt.of(number.abs().compareTo(ONE) < 0 ? 0 : number.intValue());
  }

  /** Whether there is such a member and it is true or false, as JSON has them. */
  public boolean isBool(String name) {
    return member(name, Shape.Flag.class).filter(JsonNode::isBoolean).isPresent();
  }

  public Optional<Boolean> bool(String name) {
    return member(name, Shape.Flag.class)
        .map(
            member -> {
              if (!member.isBoolean()) {
                throw wrongType(name, "true or false");
              }
              return member.booleanValue();
            });
  }

  /** A member that is an object of strings; empty when it is absent. */
  public Map<String, String> strings(String name) {
    var strings = new TreeMap<String, String>();
    member(name, Shape.Strings.class)
        .ifPresent(
            map -> {
              if (!map.isObject()) {
                throw wrongType(name, "an object");
              }
              for (var entry : map.properties()) {
                if (!entry.getValue().isString()) {
                  throw wrongType(name + "." + entry.getKey(), "a string");
                }
                strings.put(entry.getKey(), entry.getValue().stringValue());
              }
            });
    return strings;
  }

  /**
   * Whether a text has at most so many bytes in UTF-8, no control characters, no half characters.
   */
  public static boolean isText(String text, int maxBytes) {
    if (text.length() > maxBytes || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      return false;
    }
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && text.getBytes(StandardCharsets.UTF_8).length <= maxBytes;
  }
}
