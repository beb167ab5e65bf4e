package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import platter.Published;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** The bodies that the cloud's documents show, and how an answer of ours differs from one. */
final class Examples {
  /** Members whose own members are anybody's. */
  static final Set<String> MAPS = Set.of("metadata", "tags", "volume_image_metadata");

  private Examples() {}

  /** Such as {@code createVolume.request}. */
  static String text(String name) {
    return Published.text(name);
  }

  static JsonNode json(String name) {
    return Json.read(text(name));
  }

  /** The answer is like the example. */
  static void assertLike(Answer answer, String example) {
    assertLike(answer, example, "");
  }

  /**
   * The answer is like the example.
   *
   * @param more a regular expression: members that it has beyond the example, and shall have
   */
  static void assertLike(Answer answer, String example, String more) {
    var differences = differences(answer.json(), json(example), MAPS);
    differences.removeIf(sentence -> sentence.matches("(.*\\.)?(" + more + ") is more"));
    assertThat(differences).as(answer.body()).isEmpty();
  }

  /**
   * Members that one has and the other has not, and members of different types; null goes with
   * every type. The elements of a list are compared with all of the example's together.
   *
   * @param maps members whose own members are anybody's, such as {@code metadata}
   * @return a sentence each, such as {@code volume.wwn is missing}
   */
  static List<String> differences(JsonNode ours, JsonNode example, Set<String> maps) {
    var differences = new ArrayList<String>();
    compare("", ours, List.of(example), maps, differences);
    return differences;
  }

  private static void compare(
      String at,
      JsonNode ours,
      List<JsonNode> examples,
      Set<String> maps,
      List<String> differences) {
    var telling = examples.stream().filter(example -> !example.isNull()).toList();
    if (ours.isNull() || telling.isEmpty()) {
      return;
    }
    if (telling.stream().noneMatch(example -> example.getNodeType() == ours.getNodeType())) {
      differences.add(
          "%s is %s, not %s".formatted(at, ours.getNodeType(), telling.getFirst().getNodeType()));
      return;
    }
    if (ours.isArray()) {
      var elements = telling.stream().flatMap(JsonNode::valueStream).toList();
      for (var element : elements.isEmpty() ? List.<JsonNode>of() : ours) {
        compare(at + "[]", element, elements, maps, differences);
      }
    } else if (ours.isObject()) {
      if (!maps.contains(at.substring(at.lastIndexOf('.') + 1))) {
        compareMembers(at, ours, telling, maps, differences);
      }
    }
  }

  private static void compareMembers(
      String at,
      JsonNode ours,
      List<JsonNode> examples,
      Set<String> maps,
      List<String> differences) {
    var names = new LinkedHashSet<String>(ours.propertyNames());
    examples.forEach(example -> names.addAll(example.propertyNames()));
    for (var name : names) {
      var path = at.isEmpty() ? name : at + "." + name;
      var same = examples.stream().filter(e -> e.has(name)).map(e -> e.path(name)).toList();
      if (!ours.has(name)) {
        differences.add(path + " is missing");
      } else if (same.isEmpty()) {
        differences.add(path + " is more");
      } else {
        compare(path, ours.path(name), same, maps, differences);
      }
    }
  }
}
