package platter.job;

import java.util.List;
import java.util.Map;
import platter.auth.Action;
import platter.db.Database;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Route;
import platter.node.Lease;
import platter.node.Member;

/** The JSON of {@code /platter/v1/nodes}: who works, and how many unfinished jobs each has. */
final class NodesApi {
  private final Database db;
  private final OwnedJobs owned;
  private final Lease lease;

  NodesApi(Database db, OwnedJobs owned, Lease lease) {
    this.db = db;
    this.owned = owned;
    this.lease = lease;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/platter/v1/nodes", Face.PLATTER, Action.OPERATE, _ -> list()));
  }

  /** The nodes and their jobs at one moment. */
  private record Known(List<Member> members, Map<String, Long> jobs) {}

  private Answer list() {
    var known = db.read(tx -> new Known(lease.members(tx), owned.byNode(tx)));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeStringProperty("told_by", lease.owner().node());
          g.writeArrayPropertyStart("nodes");
          for (var member : known.members()) {
            g.writeStartObject();
            g.writeStringProperty("name", member.name());
            g.writeNumberProperty("epoch", member.epoch());
            g.writeStringProperty("state", member.state().wireName());
            g.writeNumberProperty("jobs", known.jobs().getOrDefault(member.name(), 0L));
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }
}
