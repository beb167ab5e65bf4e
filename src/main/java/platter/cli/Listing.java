package platter.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** The list of one kind of thing: all of its pages, and which of them a name means. */
final class Listing {
  /** The largest page that the service gives. */
  private static final int PAGE = 1000;

  private static final int MAX_CANDIDATES = 10;

  private final Api api;
  private final String path;
  private final String noun;
  private final String member;

  /**
   * @param path of all of them, such as {@code /v2/{project_id}/cloudvolumes}
   * @param noun what one is called, such as {@code volume}: in messages, in the name of its command
   *     and, with an s, in bodies
   */
  Listing(Api api, String path, String noun) {
    this.api = api;
    this.path = path;
    this.noun = noun;
    member = noun + "s";
  }

  /** All pages of a list as one body of the same shape, and its elements. */
  record Listed(String text, List<JsonNode> elements) {}

  /**
   * Asks for those that match.
   *
   * @param query members of the query, values not yet encoded
   * @param limit how many at most; 0 is all
   */
  Listed list(String wish, Map<String, String> query, int limit) {
    var asked =
        query.entrySet().stream()
            .map(entry -> "&" + entry.getKey() + "=" + Api.encoded(entry.getValue()))
            .collect(Collectors.joining());
    var first = path + "/detail?limit=" + (limit == 0 ? PAGE : limit) + asked;
    var reply = api.get(wish, first);
    var page = reply.json();
    var elements = new ArrayList<>(page.path(member).valueStream().toList());
    if (limit != 0 || !hasNext(page)) {
      return new Listed(reply.text(), elements);
    }
    while (hasNext(page)) {
      page = api.get(wish, first + "&marker=" + elements.getLast().path("id").asString("")).json();
      page.path(member).valueStream().forEach(elements::add);
    }
    var whole =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeNumberProperty("count", elements.size());
              g.writeArrayPropertyStart(member);
              elements.forEach(g::writeTree);
              g.writeEndArray();
              g.writeArrayPropertyStart(member + "_links");
              g.writeEndArray();
              g.writeEndObject();
            });
    return new Listed(new String(whole, StandardCharsets.UTF_8), elements);
  }

  private boolean hasNext(JsonNode page) {
    return !page.path(member).isEmpty() && !page.path(member + "_links").isEmpty();
  }

  /** The id of the one that is named by its id or by its name. */
  String idOf(String wish, String idOrName) {
    if (isId(idOrName)) {
      return idOrName;
    }
    // the service finds every volume whose name contains it
    var named =
        list(wish, Map.of("name", idOrName), 0).elements().stream()
            .filter(element -> element.path("name").asString("").equals(idOrName))
            .map(element -> element.path("id").asString(""))
            .toList();
    return switch (named.size()) {
      case 1 -> named.getFirst();
      case 0 ->
          throw CliException.refused(
              wish, "no " + noun + " has the id or the name " + idOrName, seeAll());
      default ->
          throw CliException.refused(
              wish,
              named.size()
                  + " "
                  + member
                  + " have the name "
                  + idOrName
                  + ":\n"
                  + named.stream().limit(MAX_CANDIDATES).collect(Collectors.joining("\n"))
                  + (named.size() > MAX_CANDIDATES ? "\n…" : ""),
              "use the id of the one that you mean");
    };
  }

  /** What to do when there is no such one. */
  String seeAll() {
    return "see which " + member + " there are:  platter " + noun + " list";
  }

  private static boolean isId(String text) {
    try {
      return text.length() == 36 && UUID.fromString(text).version() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
