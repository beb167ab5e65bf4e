package platter.volume;

import static platter.auth.Action.VOLUME_DELETE;
import static platter.auth.Action.VOLUME_GET;
import static platter.auth.Action.VOLUME_UPDATE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.tag.Metadata;

/** The JSON of Cinder's {@code /v2|v3/{project_id}/volumes/{volume_id}/metadata}. */
final class VolumeMetadataApi {
  private final ListVolumes list;
  private final ChangeMetadata change;

  VolumeMetadataApi(ListVolumes list, ChangeMetadata change) {
    this.list = list;
    this.change = change;
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : CinderVolumeJson.Version.values()) {
      var all = "/" + version.segment() + "/{project_id}/volumes/{volume_id}/metadata";
      var one = all + "/{key}";
      routes.add(new Route("GET", all, Face.CINDER, VOLUME_GET, this::all));
      routes.add(
          new Route("POST", all, Face.CINDER, VOLUME_UPDATE, this::merge).body(Metadata.MAP));
      routes.add(
          new Route("PUT", all, Face.CINDER, VOLUME_UPDATE, this::replace).body(Metadata.MAP));
      routes.add(new Route("GET", one, Face.CINDER, VOLUME_GET, this::one));
      routes.add(new Route("PUT", one, Face.CINDER, VOLUME_UPDATE, this::set).body(Metadata.ONE));
      routes.add(new Route("DELETE", one, Face.CINDER, VOLUME_DELETE, this::remove));
    }
    return routes;
  }

  private Answer all(Request request) {
    return map("metadata", metadata(request));
  }

  private Map<String, String> metadata(Request request) {
    var id = VolumesApi.volumeId(request);
    return list.find(request.project(), id).orElseThrow(() -> Volumes.notFound(id)).metadata();
  }

  private static Answer map(String name, Map<String, String> metadata) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          VolumeJson.strings(g, name, metadata);
          g.writeEndObject();
        });
  }

  private Answer merge(Request request) {
    var id = VolumesApi.volumeId(request);
    return map("metadata", change.merge(request.project(), id, wanted(request, "metadata")));
  }

  private Answer replace(Request request) {
    var id = VolumesApi.volumeId(request);
    return map("metadata", change.replace(request.project(), id, wanted(request, "metadata")));
  }

  private static Map<String, String> wanted(Request request, String member) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    if (!body.has(member)) {
      throw new ApiException(ErrorCode.INVALID_BODY, member + " is missing");
    }
    var wanted = body.strings(member);
    Metadata.sizes(wanted);
    return wanted;
  }

  private Answer one(Request request) {
    var key = request.param("key");
    var value = metadata(request).get(key);
    if (value == null) {
      throw ChangeMetadata.noKey(VolumesApi.volumeId(request), key);
    }
    return map("meta", Map.of(key, value));
  }

  private Answer set(Request request) {
    var id = VolumesApi.volumeId(request);
    var meta = wanted(request, "meta");
    if (meta.size() != 1 || !meta.containsKey(request.param("key"))) {
      throw new ApiException(
          ErrorCode.BODY_AND_URI,
          "Request body and URI mismatch: meta must have the one key " + request.param("key"));
    }
    change.merge(request.project(), id, meta);
    return map("meta", meta);
  }

  private Answer remove(Request request) {
    change.remove(request.project(), VolumesApi.volumeId(request), request.param("key"));
    return Answer.empty(200);
  }
}
