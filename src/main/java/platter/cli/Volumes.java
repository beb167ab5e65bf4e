package platter.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** What several commands ask about volumes. */
final class Volumes {
  static final String PATH = "/v2/{project_id}/cloudvolumes";

  /** The largest page that the service gives. */
  private static final int PAGE = 1000;

  private static final int MAX_CANDIDATES = 10;

  private final Api api;

  Volumes(Api api) {
    this.api = api;
  }

  /** All pages of a list as one body of the same shape, and its volumes. */
  record Listed(String text, List<JsonNode> volumes) {}

  /**
   * @param query members of the query, values not yet encoded
   * @param limit how many at most; 0 is all
   */
  Listed list(String wish, Map<String, String> query, int limit) {
    var asked =
        query.entrySet().stream()
            .map(entry -> "&" + entry.getKey() + "=" + Api.encoded(entry.getValue()))
            .collect(Collectors.joining());
    var first = PATH + "/detail?limit=" + (limit == 0 ? PAGE : limit) + asked;
    var reply = api.get(wish, first);
    var body = reply.json();
    var volumes = new ArrayList<>(body.path("volumes").valueStream().toList());
    if (limit != 0 || !hasNext(body)) {
      return new Listed(reply.text(), volumes);
    }
    var page = body;
    while (hasNext(page)) {
      page = api.get(wish, first + "&marker=" + volumes.getLast().path("id").asString("")).json();
      page.path("volumes").valueStream().forEach(volumes::add);
    }
    var whole =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeNumberProperty("count", volumes.size());
              g.writeArrayPropertyStart("volumes");
              volumes.forEach(g::writeTree);
              g.writeEndArray();
              g.writeArrayPropertyStart("volumes_links");
              g.writeEndArray();
              g.writeEndObject();
            });
    return new Listed(new String(whole, StandardCharsets.UTF_8), volumes);
  }

  private static boolean hasNext(JsonNode page) {
    return !page.path("volumes").isEmpty() && !page.path("volumes_links").isEmpty();
  }

  /** The id of a volume that is named by its id or by its name. */
  String idOf(String wish, String idOrName) {
    if (isId(idOrName)) {
      return idOrName;
    }
    // the service finds every name that contains it
    var named =
        list(wish, Map.of("name", idOrName), 0).volumes().stream()
            .filter(volume -> volume.path("name").asString("").equals(idOrName))
            .map(volume -> volume.path("id").asString(""))
            .toList();
    return switch (named.size()) {
      case 1 -> named.getFirst();
      case 0 ->
          throw CliException.refused(
              wish,
              "no volume has the id or the name " + idOrName,
              "see which volumes there are:  platter volume list");
      default ->
          throw CliException.refused(
              wish,
              named.size()
                  + " volumes have the name "
                  + idOrName
                  + ":\n"
                  + named.stream().limit(MAX_CANDIDATES).collect(Collectors.joining("\n"))
                  + (named.size() > MAX_CANDIDATES ? "\n…" : ""),
              "use the id of the one that you mean");
    };
  }

  static boolean isId(String text) {
    try {
      return text.length() == 36 && UUID.fromString(text).version() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The columns of lists. */
  static Table table(List<JsonNode> volumes) {
    var table = new Table("ID", "NAME", "STATUS", "GIB", "TYPE", "ZONE");
    for (var volume : volumes) {
      table.row(
          text(volume, "id"),
          text(volume, "name"),
          text(volume, "status"),
          text(volume, "size"),
          text(volume, "volume_type"),
          text(volume, "availability_zone"));
    }
    return table;
  }

  /** One volume, a line for each of its members that people look at. */
  static Table details(JsonNode volume) {
    var table = new Table("FIELD", "VALUE");
    table.row("id", text(volume, "id"));
    table.row("name", text(volume, "name"));
    table.row("status", text(volume, "status"));
    table.row("size", text(volume, "size") + " GiB");
    table.row("type", text(volume, "volume_type"));
    table.row("zone", text(volume, "availability_zone"));
    table.row("description", text(volume, "description"));
    table.row("multiattach", text(volume, "multiattach"));
    table.row("metadata", pairs(volume.path("metadata")));
    table.row("tags", pairs(volume.path("tags")));
    if (volume.has("iops")) {
      table.row("iops", text(volume.path("iops"), "total_val"));
    }
    if (volume.has("throughput")) {
      table.row("throughput", text(volume.path("throughput"), "total_val") + " MiB/s");
    }
    table.row("wwn", text(volume, "wwn"));
    table.row("created", utc(text(volume, "created_at")));
    table.row("updated", utc(text(volume, "updated_at")));
    return table;
  }

  static String pairs(JsonNode strings) {
    return strings.properties().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().asString(""))
        .collect(Collectors.joining(", "));
  }

  static String utc(String time) {
    int fraction = time.indexOf('.');
    return time.isEmpty()
        ? ""
        : (fraction < 0 ? time : time.substring(0, fraction)).replace('T', ' ') + " UTC";
  }

  private static String text(JsonNode volume, String member) {
    return volume.path(member).asString("");
  }
}
