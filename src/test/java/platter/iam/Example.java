package platter.iam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import platter.Published;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** Compares answers with the examples of the cloud: names of members, their order, their types. */
final class Example {
  private Example() {}

  static byte[] bytes(String name) {
    return Published.text(name).getBytes(UTF_8);
  }

  static JsonNode read(String name) {
    return Json.read(bytes(name));
  }

  /** Each element of an array must have the shape of one of the example's elements. */
  static void assertShape(JsonNode ours, String example) {
    assertShape(ours, read(example), "");
  }

  private static void assertShape(JsonNode ours, JsonNode example, String at) {
    assertThat(ours.getNodeType()).as("type of %s", at).isEqualTo(example.getNodeType());
    if (ours.isArray()) {
      var shapes = new LinkedHashSet<String>();
      example.forEach(element -> shapes.add(shape(element)));
      assertThat(ours.isEmpty()).as("%s is empty", at).isEqualTo(example.isEmpty());
      ours.forEach(element -> assertThat(shape(element)).as(at).isIn(shapes));
    } else if (ours.isObject()) {
      assertThat(ours.propertyNames())
          .as("members of %s", at)
          .containsExactlyElementsOf(example.propertyNames());
      for (var member : ours.properties()) {
        assertShape(member.getValue(), example.get(member.getKey()), at + "." + member.getKey());
      }
    }
  }

  private static String shape(JsonNode node) {
    var out = new StringBuilder(node.getNodeType().name());
    if (node.isObject()) {
      node.properties()
          .forEach(
              e ->
                  out.append(' ')
                      .append(e.getKey())
                      .append('(')
                      .append(shape(e.getValue()))
                      .append(')'));
    } else if (node.isArray()) {
      var shapes = new LinkedHashSet<String>();
      node.forEach(element -> shapes.add(shape(element)));
      out.append(shapes);
    }
    return out.toString();
  }
}
