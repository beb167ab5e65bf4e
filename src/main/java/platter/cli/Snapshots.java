package platter.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What several commands ask about snapshots. */
final class Snapshots {
  static final String PATH = "/v2/{project_id}/cloudsnapshots";

  private final Api api;
  private final Listing listing;

  Snapshots(Api api) {
    this.api = api;
    listing = new Listing(api, PATH, "snapshot");
  }

  /** All that match. */
  Listing.Listed list(String wish, Map<String, String> query) {
    return listing.list(wish, query, 0);
  }

  /** The id of a snapshot that is named by its id or by its name. */
  String idOf(String wish, String idOrName) {
    return listing.idOf(wish, idOrName);
  }

  /** The path of one; empty or more of it: {@code /rollback}. */
  static String path(String id, String more) {
    return PATH + "/" + Api.encoded(id) + more;
  }

  /** One snapshot, as it is now. */
  Api.Reply show(String id) {
    return asking(() -> api.get("cannot show the snapshot", path(id, "")));
  }

  /** Of one snapshot: when there is no such one, snapshots are what to look at. */
  Api.Reply asking(Supplier<Api.Reply> call) {
    try {
      return call.get();
    } catch (CliException.Refused e) {
      throw e.why().startsWith(Refusals.NOT_FOUND) ? e.withNext(listing.seeAll()) : e;
    }
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
