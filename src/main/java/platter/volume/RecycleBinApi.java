package platter.volume;

import static platter.auth.Action.VOLUME_DELETE;
import static platter.auth.Action.VOLUME_GET;
import static platter.auth.Action.VOLUME_LIST;
import static platter.auth.Action.VOLUME_UPDATE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.volume.RecycleStore.Recycled;
import platter.zone.Zones;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code /v3/{project_id}/recycle-bin-volumes} (reference: recycle-bin.md). */
final class RecycleBinApi {
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
        new Route("PUT", all + "/policy", Face.EVS, VOLUME_UPDATE, this::changePolicy),
        new Route("GET", all + "/detail", Face.EVS, VOLUME_LIST, this::list),
        new Route("GET", one, Face.EVS, VOLUME_GET, this::show),
        new Route("DELETE", one, Face.EVS, VOLUME_DELETE, this::delete),
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
          g.writeNumberProperty("count", page.count);
          g.writeArrayPropertyStart("volumes");
          page.volumes.forEach(one -> write(g, one, request));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private record Page(long count, List<Recycled> volumes) {}

  private Page list(Tx tx, Request request) {
    var where = new StringBuilder(" where project = ?");
    var values = new ArrayList<Object>(List.of(request.project().text()));
    request
        .query("name")
        .ifPresent(
            name -> {
              where.append(" and ").append(tx.dialect().contains("name"));
              values.add(name);
            });
    request
        .query("status")
        .map(ListVolumes::status)
        .ifPresent(
            status -> {
              where.append(" and status = ?");
              values.add(status);
            });
    request
        .query("availability_zone")
        .ifPresent(
            zone -> {
              if (!zones.has(zone)) {
                throw new ApiException(
                    ErrorCode.INVALID_ZONE_FILTER,
                    "availability_zone must be one of " + zones.names());
              }
              where.append(" and zone = ?");
              values.add(zone);
            });
    boolean elsewhere = request.query("service_type").map(RecycleBinApi::elsewhere).orElse(false);
    int limit =
        request.query("limit").map(text -> ListVolumes.limit(text)).orElse(ListVolumes.MAX_LIMIT);
    int offset = request.query("offset").map(text -> ListVolumes.offset(text)).orElse(0);
    if (elsewhere) {
      return new Page(0, List.of());
    }
    long count = store.count(tx, where.toString(), values.toArray());
    values.add(limit);
    values.add(offset);
    return new Page(count, store.list(tx, where.toString(), values.toArray()));
  }

  /** No volume lies in a dedicated pool. */
  private static boolean elsewhere(String service) {
    if (!Set.of("EVS", "DSS", "DESS").contains(service)) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "service_type must be EVS, DSS or DESS");
    }
    return !service.equals("EVS");
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
