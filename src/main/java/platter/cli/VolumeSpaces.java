package platter.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What volumes take on the storage, by their ids. */
final class VolumeSpaces {
  private static final String PATH = "/platter/v1/{project_id}/volumes/space?";

  /** So many may be asked for at once. */
  private static final int PAGE = 100;

  private VolumeSpaces() {}

  /** Asks for them, a page after the other. */
  static Map<String, JsonNode> of(Api api, String wish, List<String> ids) {
    var all = new HashMap<String, JsonNode>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      var query =
          ids.subList(from, Math.min(from + PAGE, ids.size())).stream()
              .map(id -> "volume_id=" + Api.encoded(id))
              .collect(Collectors.joining("&"));
      for (var one : api.get(wish, PATH + query).json().path("volumes")) {
        all.put(one.path("id").asString(""), one);
      }
    }
    return all;
  }
}
