package platter.snapshot;

import static platter.auth.Action.SNAPSHOT_CREATE;
import static platter.auth.Action.SNAPSHOT_DELETE;
import static platter.auth.Action.SNAPSHOT_GET;
import static platter.auth.Action.SNAPSHOT_LIST;
import static platter.auth.Action.SNAPSHOT_ROLLBACK;
import static platter.auth.Action.SNAPSHOT_UPDATE;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import platter.db.Page;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.ListQuery;
import platter.http.Request;
import platter.http.Route;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.Asked;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of {@code /v2/{project_id}/cloudsnapshots}. The cloud tells no job here; ours is in a
 * header.
 */
final class CloudSnapshotsApi {
  private static final String JOB = "X-Platter-Job";

  private final CreateSnapshot create;
  private final DeleteSnapshot delete;
  private final RollbackSnapshot rollback;
  private final UpdateSnapshot update;
  private final ListSnapshots list;
  private final SnapshotJson json;

  CloudSnapshotsApi(
      CreateSnapshot create,
      DeleteSnapshot delete,
      RollbackSnapshot rollback,
      UpdateSnapshot update,
      ListSnapshots list,
      SnapshotJson json) {
    this.create = create;
    this.delete = delete;
    this.rollback = rollback;
    this.update = update;
    this.list = list;
    this.json = json;
  }

  List<Route> routes() {
    var all = "/v2/{project_id}/cloudsnapshots";
    var one = all + "/{snapshot_id}";
    return List.of(
        new Route("POST", all, Face.EVS, SNAPSHOT_CREATE, this::create)
            .body(SnapshotRequest.CREATE)
            .headers(Asked.HEADERS),
        new Route("GET", all + "/detail", Face.EVS, SNAPSHOT_LIST, this::list)
            .query(ListSnapshots.CUSTOM),
        new Route("GET", one, Face.EVS, SNAPSHOT_GET, this::show),
        new Route("PUT", one, Face.EVS, SNAPSHOT_UPDATE, this::update).body(SnapshotRequest.UPDATE),
        new Route("DELETE", one, Face.EVS, SNAPSHOT_DELETE, this::delete).headers(Asked.HEADERS),
        new Route("POST", one + "/rollback", Face.EVS, SNAPSHOT_ROLLBACK, this::rollback)
            .body(SnapshotRequest.ROLLBACK)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v2/{project_id}/os-vendor-snapshots/{snapshot_id}/rollback",
                Face.EVS,
                SNAPSHOT_ROLLBACK,
                this::rollback)
            .body(SnapshotRequest.ROLLBACK)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v3/{project_id}/os-vendor-snapshots/{snapshot_id}/rollback",
                Face.EVS,
                SNAPSHOT_ROLLBACK,
                this::rollback)
            .body(SnapshotRequest.ROLLBACK)
            .headers(Asked.HEADERS));
  }

  private Answer create(Request request) {
    var wanted = SnapshotRequest.create(request);
    var accepted = create.start(Asked.of(request), request.caller(), wanted);
    return withJob(one(202, accepted.snapshot(), SnapshotJson::brief), accepted.job());
  }

  /** {@code {"snapshot": …}}. */
  static Answer one(int status, Snapshot snapshot, BiConsumer<JsonGenerator, Snapshot> json) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("snapshot");
          json.accept(g, snapshot);
          g.writeEndObject();
        });
  }

  static Answer withJob(Answer answer, JobId job) {
    return answer.withHeader(JOB, job.text());
  }

  private Answer list(Request request) {
    var page = list.list(request, ListSnapshots.Family.CUSTOM, false);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("count", page.count());
          snapshots(g, page, json::customListed);
          links(g, request, page);
          g.writeEndObject();
        });
  }

  static void snapshots(
      JsonGenerator g, Page<Snapshot> page, BiConsumer<JsonGenerator, Snapshot> json) {
    g.writeArrayPropertyStart("snapshots");
    page.rows().forEach(snapshot -> json.accept(g, snapshot));
    g.writeEndArray();
  }

  static void links(JsonGenerator g, Request request, Page<Snapshot> page) {
    g.writeArrayPropertyStart("snapshots_links");
    if (page.more()) {
      g.writeStartObject();
      g.writeStringProperty(
          "href", ListQuery.next(request, page.limit(), page.rows().getLast().id().text()));
      g.writeStringProperty("rel", "next");
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  private Answer show(Request request) {
    var snapshot = list.get(request.project(), SnapshotRequest.id(request));
    return one(200, snapshot, json::custom);
  }

  private Answer update(Request request) {
    return one(200, updated(request, update), SnapshotJson::brief);
  }

  /** Cinder's update is the same. */
  static Snapshot updated(Request request, UpdateSnapshot update) {
    var id = SnapshotRequest.id(request);
    var wanted = SnapshotRequest.member(request, "snapshot");
    var name = SnapshotRequest.name(wanted);
    var description = SnapshotRequest.description(wanted);
    if (name.isEmpty() && description.isEmpty()) {
      throw new ApiException(ErrorCode.NOTHING_TO_UPDATE, "give a name or a description");
    }
    return update.update(request.project(), id, name, description, Optional.empty());
  }

  private Answer delete(Request request) {
    return withJob(Answer.empty(202), delete.start(Asked.of(request), SnapshotRequest.id(request)));
  }

  private Answer rollback(Request request) {
    return rolledBack(request, rollback);
  }

  /** That of v5 is the same. */
  static Answer rolledBack(Request request, RollbackSnapshot rollback) {
    var id = SnapshotRequest.id(request);
    VolumeId volume = SnapshotRequest.rollback(request);
    var job = rollback.start(Asked.of(request), id, volume);
    var answer =
        Answer.json(
            202,
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("rollback");
              g.writeStringProperty("volume_id", volume.text());
              g.writeEndObject();
              g.writeEndObject();
            });
    return withJob(answer, job);
  }
}
