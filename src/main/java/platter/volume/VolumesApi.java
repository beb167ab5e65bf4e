package platter.volume;

import static platter.auth.Action.VOLUME_CREATE;
import static platter.auth.Action.VOLUME_DELETE;
import static platter.auth.Action.VOLUME_GET;
import static platter.auth.Action.VOLUME_LIST;
import static platter.auth.Action.VOLUME_UPDATE;
import static platter.http.Shape.about;
import static platter.http.Shape.may;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.volume.CinderVolumeJson.Version;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of Cinder's {@code /v2|v3/{project_id}/volumes}. Its calls tell no job, though what they
 * start is one: the client asks for the volume until its status settles.
 */
final class VolumesApi {
  private static final int SUMMARY_SINCE = 12;
  private static final int SUMMARY_HAS_METADATA_SINCE = 36;
  private static final int COUNT_SINCE = 45;
  private static final int MAX_SUMMARY_METADATA = 10_000;
  private static final Set<String> TRUE = Set.of("true", "True", "1");
  private static final Set<String> FALSE = Set.of("false", "False", "0");

  private static final Parameter CASCADE =
      Parameter.of(
          "cascade", Shape.oneOf(Stream.concat(TRUE.stream(), FALSE.stream()).sorted().toList()));

  private static final Shape.Members UPDATE =
      about(
          "volume",
          CreateRequest.NAME,
          CreateRequest.DESCRIPTION,
          may("display_name", CreateRequest.NAME.shape()),
          may("display_description", CreateRequest.DESCRIPTION.shape()),
          CreateRequest.METADATA);

  private final CinderCreateRequest createRequest;
  private final CreateVolume create;
  private final DeleteVolume delete;
  private final ListVolumes list;
  private final UpdateVolume update;
  private final boolean strictDelete;

  VolumesApi(
      CinderCreateRequest createRequest,
      CreateVolume create,
      DeleteVolume delete,
      ListVolumes list,
      UpdateVolume update,
      boolean strictDelete) {
    this.createRequest = createRequest;
    this.create = create;
    this.delete = delete;
    this.list = list;
    this.update = update;
    this.strictDelete = strictDelete;
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : Version.values()) {
      var volumes = "/" + version.segment() + "/{project_id}/volumes";
      var volume = volumes + "/{volume_id}";
      routes.add(
          new Route("POST", volumes, Face.CINDER, VOLUME_CREATE, call -> create(call, version))
              .body(CinderCreateRequest.SHAPE)
              .headers(Asked.HEADERS));
      routes.add(
          new Route("GET", volumes, Face.CINDER, VOLUME_LIST, call -> brief(call, version))
              .query(ListVolumes.PARAMETERS_OF_CINDER));
      routes.add(
          new Route(
                  "GET",
                  volumes + "/detail",
                  Face.CINDER,
                  VOLUME_LIST,
                  call -> detail(call, version))
              .query(ListVolumes.PARAMETERS_OF_CINDER));
      routes.add(new Route("GET", volume, Face.CINDER, VOLUME_GET, call -> show(call, version)));
      routes.add(
          new Route("PUT", volume, Face.CINDER, VOLUME_UPDATE, call -> update(call, version))
              .body(UPDATE));
      routes.add(
          new Route("DELETE", volume, Face.CINDER, VOLUME_DELETE, this::delete)
              .query(CASCADE)
              .headers(Asked.HEADERS));
    }
    routes.add(
        new Route(
            "GET", "/v3/{project_id}/volumes/summary", Face.CINDER, VOLUME_LIST, this::summary));
    routes.add(
        new Route(
            "GET", "/v1/{project_id}/volumes/{volume_id}", Face.CINDER, VOLUME_GET, this::showV1));
    return routes;
  }

  private Answer create(Request request, Version version) {
    var wanted = createRequest.read(request);
    var volume = create.startShown(Asked.of(request), request.caller(), wanted).volume();
    return Answer.json(
        202,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          CinderVolumeJson.writeCreated(g, volume, request.base(), version);
          g.writeEndObject();
        });
  }

  private Volume find(Request request, VolumeId id) {
    return list.find(request.project(), id).orElseThrow(() -> Volumes.notFound(id));
  }

  /**
   * The id of the path. What is no id at all is no volume either: OpenStack's clients try a name
   * first and look for the 404.
   */
  static VolumeId volumeId(Request request) {
    var text = request.param("volume_id");
    return VolumeId.parse(text)
        .orElseThrow(
            () -> new ApiException(ErrorCode.NOT_FOUND, "Volume " + text + " could not be found."));
  }

  private Answer brief(Request request, Version version) {
    return list(
        request, (g, volume) -> CinderVolumeJson.writeBrief(g, volume, request.base(), version));
  }

  private Answer detail(Request request, Version version) {
    return list(
        request, (g, volume) -> CinderVolumeJson.writeListed(g, volume, request.base(), version));
  }

  private Answer list(Request request, BiConsumer<JsonGenerator, Volume> element) {
    var page = list.listOfCinder(request);
    boolean counted =
        request.query("with_count").filter(TRUE::contains).isPresent()
            && request.microversion().has(COUNT_SINCE);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("volumes");
          page.rows().forEach(volume -> element.accept(g, volume));
          g.writeEndArray();
          CloudVolumesApi.links(g, request, page);
          if (counted) {
            g.writeNumberProperty("count", page.count());
          }
          g.writeEndObject();
        });
  }

  private Answer show(Request request, Version version) {
    var volume = find(request, volumeId(request));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          CinderVolumeJson.writeShown(g, volume, request.base(), version);
          g.writeEndObject();
        });
  }

  private Answer showV1(Request request) {
    var volume = find(request, volumeId(request));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          CinderVolumeJson.writeV1(g, volume);
          g.writeEndObject();
        });
  }

  private Answer update(Request request, Version version) {
    var id = volumeId(request);
    var wanted =
        Body.of(request, ErrorCode.NULL_VOLUME)
            .object("volume")
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_VOLUME, "volume is missing"));
    var name = wanted.text("name").or(() -> wanted.text("display_name"));
    var description = wanted.text("description").or(() -> wanted.text("display_description"));
    var metadata =
        wanted.has("metadata")
            ? Optional.of(wanted.strings("metadata"))
            : Optional.<Map<String, String>>empty();
    if (name.isEmpty() && description.isEmpty() && metadata.isEmpty()) {
      throw new ApiException(ErrorCode.NOTHING_TO_UPDATE, "give a name, a description or metadata");
    }
    name.ifPresent(text -> CreateRequest.name(text, OptionalInt.empty()));
    CreateRequest.description(description);
    var volume = update.update(request.project(), id, name, description, metadata);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          CinderVolumeJson.writeUpdated(g, volume, request.base(), version);
          g.writeEndObject();
        });
  }

  /** With {@code cascade} its snapshots go with it. */
  private Answer delete(Request request) {
    var id = volumeId(request);
    var cascade = request.query("cascade").orElse("false");
    if (!TRUE.contains(cascade) && !FALSE.contains(cascade)) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "cascade must be true or false");
    }
    delete.start(Asked.of(request), id, TRUE.contains(cascade), strictDelete);
    return Answer.empty(202);
  }

  /**
   * How many volumes there are, how large, with what metadata. A call that names no version gets
   * what the published example shows, though the default version has no summary.
   */
  private Answer summary(Request request) {
    var version = request.microversion();
    if (version.asked() && !version.has(SUMMARY_SINCE)) {
      throw new ApiException(
          ErrorCode.NOT_FOUND, "Volume summary could not be found: it needs version 3.12");
    }
    boolean withMetadata = !version.asked() || version.has(SUMMARY_HAS_METADATA_SINCE);
    var summary = list.summary(request.project(), withMetadata ? MAX_SUMMARY_METADATA : 0);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("volume-summary");
          g.writeNumberProperty("total_size", summary.gib());
          g.writeNumberProperty("total_count", summary.volumes());
          if (withMetadata) {
            g.writeObjectPropertyStart("metadata");
            values(summary.metadata())
                .forEach(
                    (key, values) -> {
                      g.writeArrayPropertyStart(key);
                      values.forEach(g::writeString);
                      g.writeEndArray();
                    });
            g.writeEndObject();
          }
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  /** All values that each key has somewhere. */
  private static Map<String, Set<String>> values(List<Map<String, String>> maps) {
    var values = new TreeMap<String, Set<String>>();
    for (var map : maps) {
      map.forEach((key, value) -> values.computeIfAbsent(key, _ -> new TreeSet<>()).add(value));
    }
    return values;
  }
}
