package platter.volume;

import static platter.auth.Action.VOLUME_DELETE;
import static platter.auth.Action.VOLUME_GET;
import static platter.auth.Action.VOLUME_LIST;
import static platter.auth.Action.VOLUME_UPDATE;
import static platter.http.Shape.may;

import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Filter;
import platter.db.Page;
import platter.db.Tx;
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
import platter.id.VolumeId;
import platter.job.Asked;
import platter.volume.RecycleStore.Recycled;
import platter.zone.Zones;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code /v3/{project_id}/recycle-bin-volumes} (reference: recycle-bin.md). */
final class RecycleBinApi {
  private static final Shape.Members POLICY =
      Shape.object(
          may("switch", Shape.flag()),
          may("threshold_time", Shape.whole(1, RecyclePolicy.MAX_THRESHOLD_DAYS)),
          may("keep_time", Shape.whole(1, RecyclePolicy.MAX_KEEP_DAYS)));

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.of("name", Shape.text()),
          Parameter.of("status", Shape.oneOf(VolumeStatus.wireNames())),
          Parameter.of("availability_zone", Shape.text()),
          ListQuery.SERVICE,
          ListQuery.LIMIT,
          ListQuery.OFFSET);

  private final Database db;
  private final RecycleStore store;
  private final RecycleBin bin;
  private final DeleteVolume delete;
  private final Zones zones;

  RecycleBinApi(Database db, RecycleStore store, RecycleBin bin, DeleteVolume delete, Zones zones) {
    this.db = db;
    this.store = store;
    this.bin = bin;
    this.delete = delete;
    this.zones = zones;
  }

  List<Route> routes() {
    var all = "/v3/{project_id}/recycle-bin-volumes";
    var one = all + "/{volume_id}";
    return List.of(
        new Route("GET", all + "/policy", Face.EVS, VOLUME_GET, this::showPolicy),
        new Route("PUT", all + "/policy", Face.EVS, VOLUME_UPDATE, this::changePolicy).body(POLICY),
        new Route("GET", all + "/detail", Face.EVS, VOLUME_LIST, this::list).query(PARAMETERS),
        new Route("GET", one, Face.EVS, VOLUME_GET, this::show),
        new Route("DELETE", one, Face.EVS, VOLUME_DELETE, this::delete).headers(Asked.HEADERS),
        new Route("POST", one + "/revert", Face.EVS, VOLUME_UPDATE, this::revert));
  }

  private Answer showPolicy(Request request) {
    var policy = db.lookUp(tx -> store.policy(tx, request.project()));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeBooleanProperty("switch", policy.on());
          g.writeNumberProperty("threshold_time", policy.thresholdDays());
          g.writeNumberProperty("keep_time", policy.keepDays());
          g.writeEndObject();
        });
  }

  /** What is not named stays as it is. An empty object: Terraform's client takes no 204. */
  private Answer changePolicy(Request request) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    var on = body.bool("switch");
    var threshold = days(body, "threshold_time", RecyclePolicy.MAX_THRESHOLD_DAYS);
    var keep = days(body, "keep_time", RecyclePolicy.MAX_KEEP_DAYS);
    if (on.isEmpty() && threshold.isEmpty() && keep.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "give switch, threshold_time or keep_time");
    }
    db.inTx(
        tx -> {
          bin.setPolicy(tx, request.project(), on, threshold, keep);
          return true;
        });
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeEndObject();
        });
  }

  private static Optional<Integer> days(Body body, String name, int max) {
    var days = body.integer(name, ErrorCode.INVALID_REQUEST);
    if (days.isEmpty()) {
      return Optional.empty();
    }
    if (days.getAsInt() < 1 || days.getAsInt() > max) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, name + " must be 1.." + max + " days");
    }
    return Optional.of(days.getAsInt());
  }

  private Answer list(Request request) {
    var page = db.read(tx -> list(tx, request));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("count", page.count());
          g.writeArrayPropertyStart("volumes");
          page.rows().forEach(one -> write(g, one, request));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Page<Recycled> list(Tx tx, Request request) {
    var filter = new Filter(tx.dialect(), "project = ?", request.project().text());
    request.query("name").ifPresent(name -> filter.andContains("name", name));
    request
        .query("status")
        .map(ListVolumes::status)
        .ifPresent(status -> filter.and("status = ?", status));
    zones.wanted(request).ifPresent(zone -> filter.and("zone = ?", zone));
    request
        .query("service_type")
        .ifPresent(service -> filter.andOnlyIf(!ListQuery.isElsewhere(service)));
    int limit = ListQuery.limit(request);
    return store.list(tx, filter, limit, ListQuery.offset(request));
  }

  private Answer show(Request request) {
    var id = volumeId(request);
    var one =
        db.lookUp(tx -> store.find(tx, request.project(), id))
            .orElseThrow(() -> RecycleBin.notFound(id));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume");
          write(g, one, request);
          g.writeEndObject();
        });
  }

  private static VolumeId volumeId(Request request) {
    return CloudVolumesApi.volumeId(request.param("volume_id"));
  }

  private static void write(JsonGenerator g, Recycled one, Request request) {
    VolumeJson.writeRecycled(
        g, one.volume(), request.base(), one.preDeletedAt(), one.planDeleteAt());
  }

  private Answer delete(Request request) {
    delete.startFromBin(Asked.of(request), volumeId(request), store);
    return Answer.empty(204);
  }

  private Answer revert(Request request) {
    var id = volumeId(request);
    db.inTx(
        tx -> {
          bin.revert(tx, request.project(), id);
          return true;
        });
    return Answer.empty(204);
  }
}
