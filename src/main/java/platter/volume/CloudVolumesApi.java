package platter.volume;

import static platter.auth.Action.VOLUME_CREATE;
import static platter.auth.Action.VOLUME_DELETE;
import static platter.auth.Action.VOLUME_GET;
import static platter.auth.Action.VOLUME_LIST;
import static platter.auth.Action.VOLUME_UPDATE;
import static platter.http.Shape.about;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import platter.db.Page;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.ListQuery;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.Asked;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code /v2/{project_id}/cloudvolumes} and its v2.1, v3 and v5 relatives. */
final class CloudVolumesApi {
  static final int MAX_BATCH = 100;
  private static final int MAX_UNSUBSCRIBED = 60;

  /** Percent. */
  private static final int WHOLE = 100;

  private static final Parameter CASCADE =
      Parameter.lenient("cascade", Shape.flag(), "anything but true is false");

  private static final Shape.Members DELETE_BATCH =
      Shape.object(
          needs("volumes", Shape.list(Shape.object(needs("id", Shape.uuid())), 1, MAX_BATCH)),
          may("cascade", Shape.flag()));

  private static final Shape.Members UNSUBSCRIBE =
      Shape.object(needs("volume_ids", Shape.list(Shape.uuid(), 1, MAX_UNSUBSCRIBED)));

  private static final Shape.Members UPDATE =
      about("volume", CreateRequest.NAME, CreateRequest.DESCRIPTION);

  private final CreateRequest createRequest;
  private final CreateVolume create;
  private final DeleteVolume delete;
  private final DeleteVolume deleteInBatch;
  private final ListVolumes list;
  private final UpdateVolume update;
  private final boolean strictDelete;

  CloudVolumesApi(
      CreateRequest createRequest,
      CreateVolume create,
      DeleteVolume delete,
      DeleteVolume deleteInBatch,
      ListVolumes list,
      UpdateVolume update,
      boolean strictDelete) {
    this.createRequest = createRequest;
    this.create = create;
    this.delete = delete;
    this.deleteInBatch = deleteInBatch;
    this.list = list;
    this.update = update;
    this.strictDelete = strictDelete;
  }

  List<Route> routes() {
    var volumes = "/v2/{project_id}/cloudvolumes";
    var volume = volumes + "/{volume_id}";
    var vendor = "/{project_id}/os-vendor-volumes"; // what this family was called before
    return List.of(
        new Route(
                "POST", "/v2.1/{project_id}/cloudvolumes", Face.EVS, VOLUME_CREATE, this::createV21)
            .body(CreateRequest.SHAPE)
            .headers(Asked.HEADERS),
        new Route("POST", volumes, Face.EVS, VOLUME_CREATE, this::createOlder)
            .body(CreateRequest.SHAPE)
            .headers(Asked.HEADERS),
        new Route(
                "POST", "/v3/{project_id}/cloudvolumes", Face.EVS, VOLUME_CREATE, this::createOlder)
            .body(CreateRequest.SHAPE)
            .headers(Asked.HEADERS),
        new Route("DELETE", volume, Face.EVS, VOLUME_DELETE, this::delete)
            .query(CASCADE)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v5/{project_id}/volumes/batch-delete",
                Face.EVS,
                VOLUME_DELETE,
                this::deleteBatch)
            .body(DELETE_BATCH)
            .headers(Asked.HEADERS),
        new Route("GET", volumes + "/detail", Face.EVS, VOLUME_LIST, this::list)
            .query(ListVolumes.PARAMETERS),
        new Route("GET", "/v2" + vendor + "/detail", Face.EVS, VOLUME_LIST, this::list)
            .query(ListVolumes.PARAMETERS),
        new Route("GET", "/v3" + vendor + "/detail", Face.EVS, VOLUME_LIST, this::list)
            .query(ListVolumes.PARAMETERS),
        new Route("GET", volumes, Face.EVS, VOLUME_LIST, this::listBriefly)
            .query(ListVolumes.PARAMETERS),
        new Route("GET", volume, Face.EVS, VOLUME_GET, this::show),
        new Route("GET", "/v2" + vendor + "/{volume_id}", Face.EVS, VOLUME_GET, this::show),
        new Route("GET", "/v3" + vendor + "/{volume_id}", Face.EVS, VOLUME_GET, this::show),
        new Route(
            "GET",
            "/v3" + vendor + "/{volume_id}/internal-info",
            Face.EVS,
            VOLUME_GET,
            this::internalInfo),
        new Route("POST", volumes + "/unsubscribe", Face.EVS, VOLUME_DELETE, this::unsubscribe)
            .body(UNSUBSCRIBE),
        new Route("PUT", volume, Face.EVS, VOLUME_UPDATE, this::update).body(UPDATE));
  }

  private Answer createV21(Request request) {
    var accepted = create(request);
    return Answer.json(
        202,
        g -> {
          g.writeStartObject();
          g.writeStringProperty("job_id", accepted.job().text());
          g.writeArrayPropertyStart("volume_ids");
          accepted.volumes().forEach(id -> g.writeString(id.text()));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer createOlder(Request request) {
    var accepted = create(request);
    return Answer.json(200, g -> job(g, accepted.job()));
  }

  private CreateVolume.Accepted create(Request request) {
    return create.start(Asked.of(request), request.caller(), createRequest.read(request));
  }

  static void job(JsonGenerator g, JobId job) {
    g.writeStartObject();
    g.writeStringProperty("job_id", job.text());
    g.writeEndObject();
  }

  static VolumeId volumeId(Request request) {
    return volumeId(request.param("volume_id"));
  }

  static VolumeId volumeId(String text) {
    return VolumeId.parse(text)
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_VOLUME_ID, "a volume id is a UUID"));
  }

  private Answer delete(Request request) {
    boolean cascade =
        request.query("cascade").map(text -> text.equalsIgnoreCase("true")).orElse(false);
    var job = delete.start(Asked.of(request), volumeId(request), cascade, strictDelete);
    return Answer.json(200, g -> job(g, job));
  }

  /** Ours: the cloud has the job types but no public call that starts them. */
  private Answer deleteBatch(Request request) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    var volumes =
        body.objects("volumes")
            .orElseThrow(
                () -> new ApiException(ErrorCode.INVALID_RESOURCE_ID, "volumes is missing"));
    if (volumes.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_RESOURCE_ID, "volumes is empty");
    }
    if (volumes.size() > MAX_BATCH) {
      throw new ApiException(
          ErrorCode.BATCH_TOO_LARGE, "up to " + MAX_BATCH + " volumes, not " + volumes.size());
    }
    boolean cascade = body.bool("cascade").orElse(false);
    var ids = new ArrayList<VolumeId>(volumes.size());
    for (var volume : volumes) {
      ids.add(
          volumeId(
              volume
                  .text("id")
                  .orElseThrow(
                      () -> new ApiException(ErrorCode.INVALID_RESOURCE_ID, "id is missing"))));
    }
    if (new HashSet<>(ids).size() < ids.size()) {
      throw new ApiException(ErrorCode.INVALID_RESOURCE_ID, "a volume is named twice");
    }
    var job = deleteInBatch.startBatch(Asked.of(request), ids, cascade);
    return Answer.json(202, g -> job(g, job));
  }

  private Answer show(Request request) {
    var id = volumeId(request);
    var volume = list.find(request.project(), id).orElseThrow(() -> Volumes.notFound(id));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          VolumeJson.write(g, volume, request.base(), version(request));
          g.writeEndObject();
        });
  }

  /** The version of the path, such as {@code v2}: links keep it. */
  private static String version(Request request) {
    return request.path().substring(1, request.path().indexOf('/', 1));
  }

  /** No data is loaded lazily: a volume that has its storage has all of it. */
  private Answer internalInfo(Request request) {
    var id = volumeId(request);
    var volume = list.find(request.project(), id).orElseThrow(() -> Volumes.notFound(id));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("info");
          g.writeNumberProperty(
              "loading_progress", volume.status() == VolumeStatus.CREATING ? 0 : WHOLE);
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private Answer listBriefly(Request request) {
    var page = list.list(request);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("volumes");
          page.rows()
              .forEach(
                  volume -> VolumeJson.writeBriefly(g, volume, request.base(), version(request)));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  /**
   * Ends subscriptions, of which there are none: each volume says FAIL for itself, whether it is
   * there or not.
   */
  private Answer unsubscribe(Request request) {
    var ids =
        Body.of(request, ErrorCode.INVALID_REQUEST)
            .texts("volume_ids")
            .orElseThrow(
                () -> new ApiException(ErrorCode.INVALID_RESOURCE_ID, "volume_ids is missing"));
    if (ids.isEmpty() || ids.size() > MAX_UNSUBSCRIBED) {
      throw new ApiException(
          ErrorCode.INVALID_COUNT, "1 to " + MAX_UNSUBSCRIBED + " volumes, not " + ids.size());
    }
    var named = ids.stream().map(CloudVolumesApi::volumeId).toList();
    var there = list.present(request.project(), named);
    var reasons =
        named.stream()
            .map(
                id ->
                    there.contains(id)
                        ? "the volume is pay-per-use; delete it instead"
                        : ErrorCode.NOT_FOUND.message())
            .toList();
    return Answer.json(
        202,
        g -> {
          // a list around it, as the schema has it and the Java SDK reads it; the example has none
          g.writeStartArray();
          g.writeStartObject();
          g.writeArrayPropertyStart("results");
          for (int i = 0; i < reasons.size(); i++) {
            g.writeStartObject();
            g.writeStringProperty("volume_id", ids.get(i));
            g.writeStringProperty("result", "FAIL");
            g.writeStringProperty("fail_reason", reasons.get(i));
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
          g.writeEndArray();
        });
  }

  private Answer list(Request request) {
    var page = list.list(request);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("count", page.count());
          g.writeArrayPropertyStart("volumes");
          page.rows()
              .forEach(volume -> VolumeJson.write(g, volume, request.base(), version(request)));
          g.writeEndArray();
          links(g, request, page);
          g.writeEndObject();
        });
  }

  /** A list with the address of the next page, empty when there is none. */
  static void links(JsonGenerator g, Request request, Page<Volume> page) {
    g.writeArrayPropertyStart("volumes_links");
    if (page.more()) {
      VolumeJson.link(
          g, "next", ListQuery.next(request, page.limit(), page.rows().getLast().id().text()));
    }
    g.writeEndArray();
  }

  private Answer update(Request request) {
    var id = volumeId(request);
    var wanted =
        Body.of(request, ErrorCode.NULL_VOLUME)
            .object("volume")
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_VOLUME, "volume is missing"));
    var name = wanted.text("name");
    var description = wanted.text("description");
    if (name.isEmpty() && description.isEmpty()) {
      throw new ApiException(ErrorCode.NOTHING_TO_UPDATE, "give a name or a description");
    }
    name.ifPresent(text -> CreateRequest.name(text, OptionalInt.empty()));
    CreateRequest.description(description);
    var volume = update.update(request.project(), id, name, description);
    return Answer.json(200, g -> VolumeJson.writeUpdated(g, volume, request.base()));
  }
}
