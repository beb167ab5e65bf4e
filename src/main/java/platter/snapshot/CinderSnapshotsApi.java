package platter.snapshot;

import static platter.auth.Action.SNAPSHOT_CREATE;
import static platter.auth.Action.SNAPSHOT_DELETE;
import static platter.auth.Action.SNAPSHOT_GET;
import static platter.auth.Action.SNAPSHOT_LIST;
import static platter.auth.Action.SNAPSHOT_UPDATE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import platter.auth.Action;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.id.SnapshotId;
import platter.job.Asked;
import platter.tag.Metadata;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code /v2/{project_id}/snapshots} and of its twin under v3: the same objects. */
final class CinderSnapshotsApi {
  private static final int SORTS_BY_NAME = 30;
  private static final int FINDS_SIMILAR = 31;
  private static final int COUNTS = 45;

  private final CreateSnapshot create;
  private final DeleteSnapshot delete;
  private final UpdateSnapshot update;
  private final ListSnapshots list;
  private final SnapshotJson json;

  CinderSnapshotsApi(
      CreateSnapshot create,
      DeleteSnapshot delete,
      UpdateSnapshot update,
      ListSnapshots list,
      SnapshotJson json) {
    this.create = create;
    this.delete = delete;
    this.update = update;
    this.list = list;
    this.json = json;
  }

  List<Route> routes() {
    var all = new ArrayList<Route>();
    for (var version : List.of("v2", "v3")) {
      var snapshots = "/" + version + "/{project_id}/snapshots";
      var one = snapshots + "/{snapshot_id}";
      var metadata = one + "/metadata";
      var meta = metadata + "/{key}";
      all.add(
          route("POST", snapshots, SNAPSHOT_CREATE, this::create)
              .body(SnapshotRequest.CREATE)
              .headers(Asked.HEADERS));
      all.add(route("GET", snapshots, SNAPSHOT_LIST, this::list).query(ListSnapshots.CINDER));
      all.add(
          route("GET", snapshots + "/detail", SNAPSHOT_LIST, this::listInDetail)
              .query(ListSnapshots.CINDER_DETAIL));
      all.add(route("GET", one, SNAPSHOT_GET, this::show));
      all.add(route("PUT", one, SNAPSHOT_UPDATE, this::update).body(SnapshotRequest.UPDATE));
      all.add(route("DELETE", one, SNAPSHOT_DELETE, this::delete).headers(Asked.HEADERS));
      all.add(route("GET", metadata, SNAPSHOT_GET, this::metadata));
      all.add(route("POST", metadata, SNAPSHOT_UPDATE, this::addMetadata).body(Metadata.MAP));
      all.add(route("PUT", metadata, SNAPSHOT_UPDATE, this::replaceMetadata).body(Metadata.MAP));
      all.add(route("GET", meta, SNAPSHOT_GET, this::meta));
      all.add(route("PUT", meta, SNAPSHOT_UPDATE, this::setMeta).body(Metadata.ONE));
      all.add(route("DELETE", meta, SNAPSHOT_DELETE, this::deleteMeta));
    }
    return all;
  }

  private static Route route(String method, String path, Action action, Route.Handler handler) {
    return new Route(method, path, Face.CINDER, action, handler);
  }

  private Answer create(Request request) {
    var wanted = SnapshotRequest.create(request);
    var accepted = create.start(Asked.of(request), request.caller(), wanted);
    return CloudSnapshotsApi.withJob(
        CloudSnapshotsApi.one(202, accepted.snapshot(), SnapshotJson::brief), accepted.job());
  }

  private Answer list(Request request) {
    return list(request, SnapshotJson::brief, true);
  }

  private Answer listInDetail(Request request) {
    boolean count =
        request.microversion().has(COUNTS)
            && request.query("with_count").filter("true"::equalsIgnoreCase).isPresent();
    return list(request, json::cinder, count);
  }

  private Answer list(Request request, BiConsumer<JsonGenerator, Snapshot> json, boolean count) {
    var version = request.microversion();
    var family =
        version.has(FINDS_SIMILAR)
            ? ListSnapshots.Family.CINDER_SIMILAR
            : ListSnapshots.Family.CINDER;
    var page = list.list(request, family, version.has(SORTS_BY_NAME));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          CloudSnapshotsApi.snapshots(g, page, json);
          CloudSnapshotsApi.links(g, request, page);
          if (count) {
            g.writeNumberProperty("count", page.count());
          }
          g.writeEndObject();
        });
  }

  private Snapshot snapshot(Request request) {
    return list.get(request.project(), SnapshotRequest.id(request));
  }

  private Answer show(Request request) {
    return CloudSnapshotsApi.one(200, snapshot(request), json::cinder);
  }

  private Answer update(Request request) {
    return CloudSnapshotsApi.one(
        200, CloudSnapshotsApi.updated(request, update), SnapshotJson::brief);
  }

  private Answer delete(Request request) {
    var job = delete.start(Asked.of(request), SnapshotRequest.id(request));
    return CloudSnapshotsApi.withJob(Answer.empty(202), job);
  }

  private Answer metadata(Request request) {
    return answer("metadata", snapshot(request).metadata());
  }

  private static Answer answer(String name, Map<String, String> strings) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          SnapshotJson.strings(g, name, strings);
          g.writeEndObject();
        });
  }

  private Answer addMetadata(Request request) {
    var id = SnapshotRequest.id(request);
    var more = SnapshotRequest.metadata(request, "metadata");
    return answer(
        "metadata", update.metadata(request.project(), id, now -> Metadata.merged(now, more)));
  }

  /** What the system has written stays. */
  private Answer replaceMetadata(Request request) {
    var id = SnapshotRequest.id(request);
    var wanted = SnapshotRequest.metadata(request, "metadata");
    return answer(
        "metadata",
        update.metadata(
            request.project(), id, now -> SnapshotRequest.METADATA.replaced(now, wanted)));
  }

  private Answer meta(Request request) {
    var key = request.param("key");
    var value = snapshot(request).metadata().get(key);
    if (value == null) {
      throw noKey(SnapshotRequest.id(request), key);
    }
    return answer("meta", Map.of(key, value));
  }

  private static ApiException noKey(SnapshotId id, String key) {
    return new ApiException(
        ErrorCode.NOT_FOUND, "snapshot " + id + " has no metadata with key " + key);
  }

  private Answer setMeta(Request request) {
    var id = SnapshotRequest.id(request);
    var key = request.param("key");
    var wanted = SnapshotRequest.metadata(request, "meta");
    if (!wanted.keySet().equals(Set.of(key))) {
      throw new ApiException(ErrorCode.BODY_AND_URI, "Request body and URI mismatch");
    }
    update.metadata(request.project(), id, now -> Metadata.merged(now, wanted));
    return answer("meta", wanted);
  }

  private Answer deleteMeta(Request request) {
    var id = SnapshotRequest.id(request);
    var key = request.param("key");
    update.metadata(
        request.project(),
        id,
        now -> {
          var rest = new TreeMap<>(now);
          if (rest.remove(key) == null) {
            throw noKey(id, key);
          }
          return rest;
        });
    return Answer.empty(200);
  }
}
