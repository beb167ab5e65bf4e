package platter.tag;

import static platter.auth.Action.SNAPSHOT_TAG_CREATE;
import static platter.auth.Action.SNAPSHOT_TAG_DELETE;
import static platter.auth.Action.SNAPSHOT_TAG_LIST;

import java.util.List;
import java.util.function.Function;
import platter.db.Database;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.id.VolumeId;

/** The JSON of {@code /v5/{project_id}/snapshots/…/tags} (reference: snapshots.md, section 2). */
public final class SnapshotTagsApi {
  private final TagsApi tags;

  public SnapshotTagsApi(Database db, Tagged snapshots) {
    tags = new TagsApi(db, snapshots);
  }

  public List<Route> routes() {
    var snapshots = "/v5/{project_id}/snapshots";
    return List.of(
        new Route(
            "POST",
            snapshots + "/{snapshot_id}/tags/create",
            Face.EVS,
            SNAPSHOT_TAG_CREATE,
            of(id -> request -> tags.add(request, id))),
        new Route(
            "POST",
            snapshots + "/{snapshot_id}/tags/delete",
            Face.EVS,
            SNAPSHOT_TAG_DELETE,
            of(id -> request -> tags.remove(request, id))),
        new Route("GET", snapshots + "/tags", Face.EVS, SNAPSHOT_TAG_LIST, tags::allAsList));
  }

  private static Route.Handler of(Function<String, Function<Request, Answer>> call) {
    return request -> call.apply(snapshotId(request.param("snapshot_id"))).apply(request);
  }

  /** It has the form of a volume's. */
  private static String snapshotId(String text) {
    return VolumeId.parse(text)
        .map(VolumeId::text)
        .orElseThrow(
            () -> new ApiException(ErrorCode.INVALID_SNAPSHOT_ID, "a snapshot id is a UUID"));
  }
}
