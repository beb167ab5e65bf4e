package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Paths, queries, headers and bodies for a call: of what the OpenAPI document says that it takes,
 * of the reference's examples, and most of the time with something wrong.
 *
 * @param id of something that there is or was, or of nothing
 */
record Invention(Random random, Supplier<String> id) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern NAME = Pattern.compile("\\{([^}]*)}");
  private static final Pattern ID =
      Pattern.compile("\"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\"");
  private static final Pattern VALUE =
      Pattern.compile("(?<=: ?)(\"[^\"]*\"|-?\\d+(\\.\\d+)?|true|false|null)");
  private static final Pattern MEMBER = Pattern.compile("\"[\\w:-]+\" ?:");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "10",
          "10.5",
          "1e400",
          "1e-400",
          "2147483648",
          "9223372036854775808",
          "1e99999999999",
          "9".repeat(200),
          "\"\"",
          "\"x\"",
          "\"10\"",
          "\"true\"",
          "\"az1\"",
          "\"SSD\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"💾\"",
          "\"%s%n\"",
          "\"';--\"",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "{\"a\": 1}",
          "nul",
          "\"",
          '"' + "x".repeat(300) + '"',
          '"' + "ü".repeat(128) + '"',
          '"' + "x".repeat(5000) + '"');

  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "0",
          "-1",
          "1",
          "1000",
          "1001",
          "2147483648",
          "9".repeat(40),
          "null",
          "true",
          "[]",
          "{}",
          "{\"a\": \"b\"}",
          "{'a': u'b'}",
          "{",
          "\u0000",
          "\n",
          "💾",
          "a,b",
          ",",
          "%",
          "..",
          "../..",
          "*",
          "created_at",
          "name:asc",
          "asc",
          "desc",
          "available",
          "deleting",
          "2026-11-21T18:20:15Z",
          "x".repeat(300));

  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "X-Client-Token", List.of("", "x", "8d2a4f5e-0e1c-4a0e-9a55-0d9d5f1f7a11"),
          "Idempotency-Key", List.of("", "k", "k".repeat(256), "a b"),
          "OpenStack-API-Version",
              List.of(
                  "",
                  "volume",
                  "volume 3.0",
                  "volume 3.50",
                  "volume 3.51",
                  "volume 9.9",
                  "volume latest",
                  "volume 3.99999999999999999999",
                  "compute 2.1"),
          "X-Subject-Token", List.of("", "x"),
          "X-Security-Token", List.of("", "x"),
          "X-Project-Id", List.of("", "x", TestServer.BOB_PROJECT),
          "Content-Type", List.of("text/plain", "application/json; charset=utf-16", "x"),
          "Accept", List.of("text/html", "*/*"),
          "X-Forwarded-For", List.of("127.0.0.1"));

  /** Names that no call has, or another one. */
  private static final List<String> STRANGE =
      List.of("x", "limit", "marker", "name", "cascade", "usage", "");

  /** The path and the query. */
  String uri(Operation operation) {
    var path = NAME.matcher(operation.path()).replaceAll(name -> encoded(segment(name.group(1))));
    var query = new ArrayList<String>();
    var known = operation.query();
    if (random.nextInt(known.isEmpty() ? 8 : 2) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        if (known.isEmpty() || random.nextInt(8) == 0) {
          query.add(STRANGE.get(pick(STRANGE)) + "=" + encoded(text()));
        } else {
          var one = known.get(pick(known));
          var value = random.nextInt(3) == 0 ? text() : text(one);
          query.add(encoded(one.path("name").asString("")) + "=" + encoded(value));
        }
      }
    }
    if (random.nextInt(40) == 0) {
      query.add("name=%ff%c3"); // no UTF-8
    }
    return path + (query.isEmpty() ? "" : "?" + String.join("&", query));
  }

  /** Something that a parameter may be. */
  private String text(JsonNode parameter) {
    var value = value(parameter.path("schema"), parameter.path("name").asString(""));
    return value.isArray() ? id.get() : value.asString("");
  }

  private String segment(String name) {
    if (name.equals("project_id") && random.nextInt(12) != 0) {
      return TestServer.ALICE_PROJECT;
    }
    int kind = random.nextInt(10);
    var text = text();
    // an empty or dotted segment would be another path
    return kind < 8 ? id.get() : text.isEmpty() || text.startsWith(".") ? "x" : text;
  }

  private String text() {
    return random.nextInt(4) == 0 ? id.get() : TEXTS.get(pick(TEXTS));
  }

  /** None most of the time. */
  Map<String, String> headers() {
    var headers = new HashMap<String, String>();
    if (random.nextInt(4) == 0) {
      var name = HEADERS.keySet().stream().sorted().toList().get(random.nextInt(HEADERS.size()));
      var values = HEADERS.get(name);
      headers.put(name, values.get(pick(values)));
    }
    return headers;
  }

  /** A body, where the call has one or though it has none. */
  byte[] body(Operation operation) {
    var schema = operation.body();
    if (schema.isEmpty() && random.nextInt(20) != 0) {
      return new byte[0];
    }
    var examples = operation.examples();
    var text =
        examples.isEmpty() || random.nextInt(3) != 0
            ? schema.map(one -> new String(Json.write(value(one, "")), UTF_8)).orElse("{}")
            : ID.matcher(examples.get(pick(examples))).replaceAll(_ -> '"' + id.get() + '"');
    for (int i = random.nextInt(3); i > 0; i--) {
      text = spoiled(text);
    }
    var bytes = text.getBytes(UTF_8);
    if (random.nextInt(20) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256); // maybe no UTF-8 any more
    }
    return bytes;
  }

  /** Something that a schema of a query or a body allows. */
  private JsonNode value(JsonNode schema, String name) {
    if (schema.has("anyOf")) {
      return value(schema.path("anyOf").get(random.nextInt(schema.path("anyOf").size())), name);
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    return switch (schema.path("type").asString("")) {
      case "object" -> object(schema);
      case "array" -> {
        var list = JSON.arrayNode();
        int size = schema.path("minItems").asInt(0) + random.nextInt(2);
        for (int i = 0; i < size; i++) {
          list.add(value(schema.path("items"), name));
        }
        yield list;
      }
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "null" -> JSON.nullNode();
      case "integer" -> {
        long min = schema.path("minimum").asLong(0);
        long max = schema.path("maximum").asLong(Integer.MAX_VALUE);
        yield JSON.numberNode(
            switch (random.nextInt(4)) {
              case 0 -> min;
              case 1 -> max;
              default -> Math.clamp(min + random.nextInt(20), min, max);
            });
      }
      default ->
          JSON.stringNode(
              switch (schema.path("format").asString("")) {
                case "uuid" -> id.get();
                case "date-time" -> "2036-11-21T18:20:15Z";
                default ->
                    name.endsWith("id")
                        ? id.get()
                        : name.equals("availability_zone") ? "az1" : "x" + random.nextInt(5);
              });
    };
  }

  private JsonNode object(JsonNode schema) {
    var object = JSON.objectNode();
    var members = List.copyOf(schema.path("properties").properties());
    if (schema.path("maxProperties").asInt(0) == 1) {
      var one = members.get(pick(members));
      return object.set(one.getKey(), value(one.getValue(), one.getKey()));
    }
    var required = schema.path("required").valueStream().map(one -> one.asString("")).toList();
    for (var member : members) {
      if (required.contains(member.getKey()) || random.nextInt(4) == 0) {
        object.set(member.getKey(), value(member.getValue(), member.getKey()));
      }
    }
    if (schema.has("additionalProperties") && random.nextBoolean()) {
      object.set("k" + random.nextInt(3), value(schema.path("additionalProperties"), "k"));
    }
    return object;
  }

  private String scalar() {
    return SCALARS.get(pick(SCALARS));
  }

  private String spoiled(String text) {
    return switch (random.nextInt(10)) {
      case 0 -> "";
      case 1 -> scalar();
      case 2 -> "[".repeat(1 + random.nextInt(5000)) + text;
      case 3 -> "{\"volume\": ".repeat(40) + text + "}".repeat(40);
      case 4 -> text.substring(0, random.nextInt(text.length() + 1));
      case 5 -> one(MEMBER, text, member -> member + scalar() + ", " + member); // twice
      case 6 -> one(MEMBER, text, _ -> "\"other\":");
      default -> one(VALUE, text, _ -> random.nextBoolean() ? scalar() : '"' + id.get() + '"');
    };
  }

  /** Replaces one of the places, whichever. */
  private String one(Pattern what, String text, UnaryOperator<String> by) {
    var places = what.matcher(text).results().toList();
    if (places.isEmpty()) {
      return text;
    }
    var place = places.get(pick(places));
    return text.substring(0, place.start()) + by.apply(place.group()) + text.substring(place.end());
  }

  private int pick(List<?> list) {
    return random.nextInt(list.size());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
