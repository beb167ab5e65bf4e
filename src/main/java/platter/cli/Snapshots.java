package platter.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** What several commands ask about snapshots. */
final class Snapshots {
  static final String PATH = "/v2/{project_id}/cloudsnapshots";

  /** The largest page that the service gives. */
  private static final int PAGE = 1000;

  private static final int MAX_CANDIDATES = 10;

  private final Api api;

  Snapshots(Api api) {
    this.api = api;
  }

  /** All pages of a list as one body of the same shape, and its snapshots. */
  record Listed(String text, List<JsonNode> snapshots) {}

  /**
   * Asks for those that match.
   *
   * @param query members of the query, values not yet encoded
   */
  Listed list(String wish, Map<String, String> query) {
    var asked =
        query.entrySet().stream()
            .map(entry -> "&" + entry.getKey() + "=" + Api.encoded(entry.getValue()))
            .collect(Collectors.joining());
    var first = PATH + "/detail?limit=" + PAGE + asked;
    var reply = api.get(wish, first);
    var page = reply.json();
    var snapshots = new ArrayList<>(page.path("snapshots").valueStream().toList());
    if (!hasNext(page)) {
      return new Listed(reply.text(), snapshots);
    }
    while (hasNext(page)) {
      page = api.get(wish, first + "&marker=" + snapshots.getLast().path("id").asString("")).json();
      page.path("snapshots").valueStream().forEach(snapshots::add);
    }
    var whole =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeNumberProperty("count", snapshots.size());
              g.writeArrayPropertyStart("snapshots");
              snapshots.forEach(g::writeTree);
              g.writeEndArray();
              g.writeArrayPropertyStart("snapshots_links");
              g.writeEndArray();
              g.writeEndObject();
            });
    return new Listed(new String(whole, StandardCharsets.UTF_8), snapshots);
  }

  private static boolean hasNext(JsonNode page) {
    return !page.path("snapshots").isEmpty() && !page.path("snapshots_links").isEmpty();
  }

  /** The id of a snapshot that is named by its id or by its name. */
  String idOf(String wish, String idOrName) {
    if (Volumes.isId(idOrName)) {
      return idOrName;
    }
    var named =
        list(wish, Map.of("name", idOrName)).snapshots().stream()
            .map(snapshot -> snapshot.path("id").asString(""))
            .toList();
    return switch (named.size()) {
      case 1 -> named.getFirst();
      case 0 ->
          throw CliException.refused(
              wish,
              "no snapshot has the id or the name " + idOrName,
              "see which snapshots there are:  platter snapshot list");
      default ->
          throw CliException.refused(
              wish,
              named.size()
                  + " snapshots have the name "
                  + idOrName
                  + ":\n"
                  + named.stream().limit(MAX_CANDIDATES).collect(Collectors.joining("\n"))
                  + (named.size() > MAX_CANDIDATES ? "\n…" : ""),
              "use the id of the one that you mean");
    };
  }

  /** One snapshot, as it is now. */
  Api.Reply show(String id) {
    return api.get("cannot show the snapshot", PATH + "/" + Api.encoded(id));
  }

  /** The columns of lists. */
  static Table table(List<JsonNode> snapshots) {
    var table = new Table("ID", "NAME", "STATUS", "GIB", "VOLUME", "CREATED");
    for (var snapshot : snapshots) {
      table.row(
          text(snapshot, "id"),
          text(snapshot, "name"),
          text(snapshot, "status"),
          text(snapshot, "size"),
          text(snapshot, "volume_id"),
          Volumes.utc(text(snapshot, "created_at")));
    }
    return table;
  }

  /** One snapshot, a line for each of its members that people look at. */
  static Table details(JsonNode snapshot) {
    var table = new Table("FIELD", "VALUE");
    table.row("id", text(snapshot, "id"));
    table.row("name", text(snapshot, "name"));
    table.row("status", text(snapshot, "status"));
    table.row("size", text(snapshot, "size") + " GiB");
    table.row("volume", text(snapshot, "volume_id"));
    table.row("description", text(snapshot, "description"));
    table.row("metadata", Volumes.pairs(snapshot.path("metadata")));
    table.row("created", Volumes.utc(text(snapshot, "created_at")));
    table.row("updated", Volumes.utc(text(snapshot, "updated_at")));
    return table;
  }

  private static String text(JsonNode snapshot, String member) {
    return snapshot.path(member).asString("");
  }
}
