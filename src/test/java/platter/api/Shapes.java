package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import platter.Published;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** Compares answers with the examples of the cloud, see {@link Published}. */
final class Shapes {
  private Shapes() {}

  static String text(String example) {
    return Published.text(example);
  }

  /**
   * Every member of the example is there with its type, except those that are excused by name; our
   * lists have elements like those of the example.
   */
  static void assertShape(Answer answer, String example, Set<String> excused) {
    assertShape(answer.json(), Json.read(text(example)), excused, "");
  }

  private static void assertShape(JsonNode ours, JsonNode theirs, Set<String> excused, String at) {
    assertThat(ours.getNodeType()).as("type of %s", at).isEqualTo(theirs.getNodeType());
    if (theirs.isArray() && !theirs.isEmpty()) {
      assertThat(ours.isEmpty()).as("%s is empty", at).isFalse();
      ours.forEach(one -> assertShape(one, theirs.get(0), excused, at + "[]"));
    }
    for (var member : theirs.properties()) {
      if (!excused.contains(member.getKey())) {
        assertThat(ours.has(member.getKey())).as("%s.%s", at, member.getKey()).isTrue();
        assertShape(
            ours.get(member.getKey()), member.getValue(), excused, at + "." + member.getKey());
      }
    }
  }
}
