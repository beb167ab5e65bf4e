package platter.snapshot;

import static platter.auth.Action.SNAPSHOT_CREATE;
import static platter.auth.Action.SNAPSHOT_DELETE;
import static platter.auth.Action.SNAPSHOT_GET;
import static platter.auth.Action.SNAPSHOT_LIST;
import static platter.auth.Action.SNAPSHOT_ROLLBACK;
import static platter.auth.Action.SNAPSHOT_TAG_CREATE;
import static platter.auth.Action.SNAPSHOT_TAG_DELETE;
import static platter.auth.Action.SNAPSHOT_UPDATE;

import java.util.List;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.job.Asked;
import platter.tag.TagsApi;

/**
 * The JSON of {@code /v5/{project_id}/snapshots}: the same snapshots, as Terraform knows them. Only
 * their create tells its job.
 */
final class SnapshotsV5Api {
  private final CreateSnapshot create;
  private final DeleteSnapshot delete;
  private final RollbackSnapshot rollback;
  private final UpdateSnapshot update;
  private final ListSnapshots list;
  private final SnapshotJson json;
  private final TagsApi tags;

  SnapshotsV5Api(
      CreateSnapshot create,
      DeleteSnapshot delete,
      RollbackSnapshot rollback,
      UpdateSnapshot update,
      ListSnapshots list,
      SnapshotJson json,
      TagsApi tags) {
    this.create = create;
    this.delete = delete;
    this.rollback = rollback;
    this.update = update;
    this.list = list;
    this.json = json;
    this.tags = tags;
  }

  List<Route> routes() {
    var all = "/v5/{project_id}/snapshots";
    var one = all + "/{snapshot_id}";
    return List.of(
        new Route("POST", all, Face.EVS, SNAPSHOT_CREATE, this::create)
            .body(SnapshotRequest.CREATE_V5)
            .headers(Asked.HEADERS),
        new Route("GET", all + "/detail", Face.EVS, SNAPSHOT_LIST, this::list)
            .query(ListSnapshots.V5),
        new Route("GET", all + "/tags", Face.EVS, SNAPSHOT_LIST, tags::allAsList),
        new Route("GET", one, Face.EVS, SNAPSHOT_GET, this::show),
        new Route("PUT", one, Face.EVS, SNAPSHOT_UPDATE, this::update)
            .body(SnapshotRequest.UPDATE_V5),
        new Route("DELETE", one, Face.EVS, SNAPSHOT_DELETE, this::delete).headers(Asked.HEADERS),
        new Route(
                "POST",
                one + "/rollback",
                Face.EVS,
                SNAPSHOT_ROLLBACK,
                request -> CloudSnapshotsApi.rolledBack(request, rollback))
            .body(SnapshotRequest.ROLLBACK)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                one + "/tags/create",
                Face.EVS,
                SNAPSHOT_TAG_CREATE,
                request -> tags.add(request, SnapshotRequest.id(request).text()))
            .body(TagsApi.ADD),
        new Route(
                "POST",
                one + "/tags/delete",
                Face.EVS,
                SNAPSHOT_TAG_DELETE,
                request -> tags.remove(request, SnapshotRequest.id(request).text()))
            .body(TagsApi.REMOVE));
  }

  private Answer create(Request request) {
    var wanted = SnapshotRequest.createV5(request);
    var accepted = create.start(Asked.of(request), request.caller(), wanted);
    var answer =
        Answer.json(
            202,
            g -> {
              g.writeStartObject();
              g.writeStringProperty("snapshot_id", accepted.snapshot().id().text());
              g.writeStringProperty("job_id", accepted.job().text());
              g.writeEndObject();
            });
    return CloudSnapshotsApi.withJob(answer, accepted.job());
  }

  private Answer list(Request request) {
    var page = list.list(request, ListSnapshots.Family.V5, false);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("count", page.count());
          CloudSnapshotsApi.snapshots(g, page, json::v5);
          g.writeEndObject();
        });
  }

  private Answer show(Request request) {
    var snapshot = list.get(request.project(), SnapshotRequest.id(request));
    return CloudSnapshotsApi.one(200, snapshot, json::v5);
  }

  private Answer update(Request request) {
    var id = SnapshotRequest.id(request);
    var wanted = SnapshotRequest.member(request, "snapshot");
    var name = SnapshotRequest.nameV5(wanted);
    var description = SnapshotRequest.descriptionV5(wanted);
    var instantAccess = wanted.bool("instant_access");
    if (name.isEmpty() && description.isEmpty() && instantAccess.isEmpty()) {
      throw new ApiException(
          ErrorCode.NOTHING_TO_UPDATE, "give a name, a description or instant_access");
    }
    var snapshot = update.update(request.project(), id, name, description, instantAccess);
    return CloudSnapshotsApi.one(200, snapshot, json::v5);
  }

  private Answer delete(Request request) {
    var job = delete.start(Asked.of(request), SnapshotRequest.id(request));
    return CloudSnapshotsApi.withJob(Answer.empty(202), job);
  }
}
