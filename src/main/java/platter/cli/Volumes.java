package platter.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What several commands ask about volumes. */
final class Volumes {
  static final String PATH = "/v2/{project_id}/cloudvolumes";

  private final Listing listing;

  Volumes(Api api) {
    listing = new Listing(api, PATH, "volume");
  }

  /** As {@link Listing#list}. */
  Listing.Listed list(String wish, Map<String, String> query, int limit) {
    return listing.list(wish, query, limit);
  }

  /** The id of a volume that is named by its id or by its name. */
  String idOf(String wish, String idOrName) {
    return listing.idOf(wish, idOrName);
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

  /**
   * The same, and what each takes on the storage.
   *
   * @param spaces by id
   */
  static Table wideTable(List<JsonNode> volumes, Map<String, JsonNode> spaces) {
    var table =
        new Table("ID", "NAME", "STATUS", "GIB", "USED", "SNAPSHOTS", "THEIRS", "TYPE", "ZONE");
    for (var volume : volumes) {
      var id = text(volume, "id");
      var space = spaces.getOrDefault(id, MissingNode.getInstance());
      table.row(
          id,
          text(volume, "name"),
          text(volume, "status"),
          text(volume, "size"),
          Bytes.text(space.path("used_bytes")),
          space.path("snapshots").asString(""),
          Bytes.text(space.path("snapshots_used_bytes")),
          text(volume, "volume_type"),
          text(volume, "availability_zone"));
    }
    return table;
  }

  /** One volume, a line for each of its members that people look at. */
  static Table details(JsonNode volume, JsonNode space) {
    var table = new Table("FIELD", "VALUE");
    table.row("id", text(volume, "id"));
    table.row("name", text(volume, "name"));
    table.row("status", text(volume, "status"));
    table.row("size", text(volume, "size") + " GiB");
    table.row("used", Bytes.text(space.path("used_bytes")));
    table.row("snapshots", space.path("snapshots").asString(""));
    table.row("used by snapshots", Bytes.text(space.path("snapshots_used_bytes")));
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
