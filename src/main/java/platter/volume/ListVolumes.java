package platter.volume;

import static platter.error.ErrorCode.INVALID_MARKER;
import static platter.error.ErrorCode.INVALID_METADATA_FILTER;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.error.ErrorCode.INVALID_STATUS;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import platter.db.Database;
import platter.db.Filter;
import platter.db.Page;
import platter.db.Tx;
import platter.error.ApiException;
import platter.http.ListQuery;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Shape;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.json.Json;
import platter.type.VolumeType;
import platter.zone.Zones;

/** Finds volumes by the filters of the page "Querying Details About All Disks". */
final class ListVolumes {
  private static final int MAX_IDS = 60;
  private static final String ALL_ENTERPRISE_PROJECTS = "all_granted_eps";

  /** The order of the list: what may be asked for, and its column. */
  private static final Map<String, String> SORT_KEYS =
      Map.of("id", "id", "status", "status", "size", "size_gib", "created_at", "created_at");

  private static final Set<String> NOT_METADATA =
      Set.of(
          "{\"hw:passthrough\":true}",
          "{\"hw:passthrough\":false}",
          "{\"__system__encrypted\":1}",
          "{\"__system__encrypted\":0}");

  private static final List<Parameter> EVERYWHERE =
      ListQuery.all(
          ListQuery.PAGE,
          ListQuery.sorting(SORT_KEYS.keySet()),
          List.of(
              Parameter.of("name", Shape.text()),
              Parameter.of("status", Shape.oneOf(VolumeStatus.wireNames())),
              Parameter.of("availability_zone", Shape.text()),
              Parameter.of("metadata", Shape.text())));

  /** Read by {@link #list(Request)}. */
  static final List<Parameter> PARAMETERS =
      ListQuery.all(
          EVERYWHERE,
          List.of(
              Parameter.of("multiattach", Shape.oneOf("true", "True", "false", "False")),
              Parameter.of("not_metadata", Shape.oneOf(NOT_METADATA.stream().sorted().toList())),
              Parameter.of("volume_type_id", Shape.text()),
              ListQuery.SERVICE,
              Parameter.of("server_id", Shape.text()),
              Parameter.of("dedicated_storage_id", Shape.text()),
              Parameter.of("dedicated_storage_name", Shape.text()),
              Parameter.of("enterprise_project_id", Shape.text()),
              Parameter.of("ids", Shape.text()),
              Parameter.of("id", Shape.text())));

  /** Read by {@link #listOfCinder}. */
  static final List<Parameter> PARAMETERS_OF_CINDER =
      ListQuery.all(
          EVERYWHERE,
          List.of(
              Parameter.of("sort", Shape.text()),
              Parameter.lenient("with_count", Shape.flag(), "from 3.45 on")));

  private final Database db;
  private final VolumeStore store;
  private final Zones zones;

  ListVolumes(Database db, VolumeStore store, Zones zones) {
    this.db = db;
    this.store = store;
    this.zones = zones;
  }

  Optional<Volume> find(ProjectId project, VolumeId id) {
    return db.lookUp(tx -> store.find(tx, project, id));
  }

  /** Which of these the project has. */
  Set<VolumeId> present(ProjectId project, List<VolumeId> ids) {
    return db.read(tx -> store.present(tx, project, ids));
  }

  private static Filter filter(Tx tx, ProjectId project) {
    return new Filter(tx.dialect(), "project = ?" + VolumeStore.IN_SIGHT, project.text());
  }

  Page<Volume> list(Request request) {
    return db.read(
        tx -> {
          var filter = filter(tx, request.project());
          read(request, filter);
          int limit = ListQuery.limit(request);
          return list(
              tx, request, filter, limit, request.query("sort_key"), request.query("sort_dir"));
        });
  }

  /**
   * One page of Cinder's list (page "Querying Details About All Disks (OpenStack Cinder API)"): the
   * name must be the whole one, and what Cinder does not filter by is overlooked.
   */
  Page<Volume> listOfCinder(Request request) {
    return db.read(
        tx -> {
          var filter = filter(tx, request.project());
          request.query("name").ifPresent(name -> filter.and("name = ?", name));
          request
              .query("status")
              .map(ListVolumes::status)
              .ifPresent(status -> filter.and("status = ?", status));
          zones.wanted(request).ifPresent(zone -> filter.and("zone = ?", zone));
          request
              .query("metadata")
              .ifPresent(dict -> metadata(dict.contains("\"") ? dict : ofPython(dict), filter));
          int limit = ListQuery.limitOfCinder(request);
          var sort = request.query("sort").map(text -> text.split(":", 2));
          return list(
              tx,
              request,
              filter,
              limit,
              sort.map(parts -> parts[0]).or(() -> request.query("sort_key")),
              sort.map(parts -> parts.length == 2 ? parts[1] : "desc")
                  .or(() -> request.query("sort_dir")));
        });
  }

  /** JSON of {@code {'key': 'value'}}, which Python's clients send. */
  private static String ofPython(String dict) {
    return dict.replace('\'', '"');
  }

  /**
   * What a project has.
   *
   * @param metadata each map that a volume has
   */
  record Summary(long volumes, long gib, List<Map<String, String>> metadata) {}

  /**
   * @param maxMaps how many maps of metadata are looked at
   */
  Summary summary(ProjectId project, int maxMaps) {
    return db.read(
        tx -> {
          var maps =
              maxMaps == 0 ? List.<Map<String, String>>of() : store.metadata(tx, project, maxMaps);
          return tx.find(
                  "select count(*), coalesce(sum(size_gib), 0) from volume where project = ?"
                      + VolumeStore.IN_SIGHT,
                  row -> new Summary(row.getLong(1), row.getLong(2), maps),
                  project.text())
              .orElseThrow();
        });
  }

  private Page<Volume> list(
      Tx tx,
      Request request,
      Filter filter,
      int limit,
      Optional<String> sortKey,
      Optional<String> sortDir) {
    int offset = ListQuery.offset(request);
    var order = ListQuery.order(SORT_KEYS, sortKey, sortDir);
    var marker = request.query("marker").map(ListVolumes::marker);
    long count = filter.count(tx, "volume");
    marker.ifPresent(id -> after(tx, request.project(), filter, id, order));
    return filter.page(
        tx,
        count,
        "select " + VolumeStore.COLUMNS + " from volume",
        Filter.order(order.column(), order.descending()),
        limit,
        offset,
        VolumeStore::read);
  }

  private void after(
      Tx tx, ProjectId project, Filter filter, VolumeId marker, ListQuery.Order order) {
    var last =
        store
            .find(tx, project, marker)
            .orElseThrow(
                () -> new ApiException(INVALID_MARKER, "this project has no volume " + marker));
    filter.andBehind(
        order.column(),
        order.descending(),
        switch (order.column()) {
          case "id" -> last.id().text();
          case "status" -> last.status().wireName();
          case "size_gib" -> last.sizeGib();
          default -> VolumeStore.micros(last.createdAt());
        },
        last.id().text());
  }

  private void read(Request request, Filter filter) {
    request.query("name").ifPresent(name -> filter.andContains("name", name));
    request.query("status").map(ListVolumes::status).ifPresent(s -> filter.and("status = ?", s));
    zones.wanted(request).ifPresent(zone -> filter.and("zone = ?", zone));
    request
        .query("multiattach")
        .map(ListVolumes::bool)
        .ifPresent(shared -> filter.and("multiattach = ?", shared));
    request.query("metadata").ifPresent(json -> metadata(json, filter));
    request.query("not_metadata").ifPresent(json -> notMetadata(json, filter));
    request.query("volume_type_id").ifPresent(id -> filter.and("volume_type = ?", typeOfId(id)));
    request
        .query("service_type")
        .ifPresent(service -> filter.andOnlyIf(!ListQuery.isElsewhere(service)));
    request
        .query("server_id")
        .ifPresent(
            server ->
                filter.and(
                    "exists (select 1 from attachment a where a.volume = volume.id"
                        + " and a.server = ?)",
                    server));
    // no volume lies in a dedicated pool
    request.query("dedicated_storage_id").ifPresent(_ -> filter.andOnlyIf(false));
    request.query("dedicated_storage_name").ifPresent(_ -> filter.andOnlyIf(false));
    request
        .query("enterprise_project_id")
        .filter(id -> !id.equals(ALL_ENTERPRISE_PROJECTS))
        .ifPresent(id -> filter.and("enterprise_project = ?", id));
    var ids = request.query("ids");
    if (ids.isPresent()) {
      filter.andIn("id", ids(ids.get()));
    } else {
      request.query("id").ifPresent(id -> filter.and("id = ?", id));
    }
  }

  private static VolumeId marker(String text) {
    return VolumeId.parse(text)
        .orElseThrow(() -> new ApiException(INVALID_MARKER, "marker must be the id of a volume"));
  }

  static String status(String text) {
    return VolumeStatus.named(text)
        .map(VolumeStatus::wireName)
        .orElseThrow(() -> new ApiException(INVALID_STATUS, "no volume ever has that status"));
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true", "True" -> true;
      case "false", "False" -> false;
      default -> throw new ApiException(INVALID_REQUEST, "multiattach must be true or false");
    };
  }

  private static String typeOfId(String id) {
    for (var type : VolumeType.values()) {
      if (type.id().equals(id)) {
        return type.name();
      }
    }
    return ""; // an id that no type has: nothing matches
  }

  /** Volumes that have all these members; values are compared as text. */
  private static void metadata(String json, Filter filter) {
    try {
      var wanted = Json.read(json);
      if (!wanted.isObject()) {
        throw badMetadata();
      }
      for (var entry : wanted.properties()) {
        if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
          throw badMetadata();
        }
        filter.andMember("metadata", entry.getKey(), entry.getValue().asString());
      }
    } catch (Json.BadJson e) {
      throw badMetadata();
    }
  }

  private static ApiException badMetadata() {
    return new ApiException(
        INVALID_METADATA_FILTER,
        "metadata must be a JSON object, such as {\"hw:passthrough\":\"true\"}");
  }

  /** Volumes that lack the member, or have it with another value. */
  private static void notMetadata(String json, Filter filter) {
    if (!NOT_METADATA.contains(json.replace(" ", ""))) {
      throw new ApiException(
          INVALID_METADATA_FILTER, "not_metadata must be one of " + NOT_METADATA);
    }
    for (var entry : Json.read(json).properties()) {
      filter.and(
          "not " + filter.dialect().jsonMember("metadata"),
          entry.getKey(),
          entry.getValue().asString());
    }
  }

  /** {@code ['id1','id2']}, as documented; unknown ones are ignored. */
  private static List<String> ids(String text) {
    var inner = text.strip();
    if (inner.startsWith("[") && inner.endsWith("]")) {
      inner = inner.substring(1, inner.length() - 1);
    }
    var ids =
        Arrays.stream(inner.split(","))
            .map(id -> id.strip().replaceAll("^['\"]|['\"]$", ""))
            .filter(id -> !id.isEmpty())
            .toList();
    if (ids.size() > MAX_IDS) {
      throw new ApiException(INVALID_REQUEST, "ids may name " + MAX_IDS + " volumes");
    }
    return ids;
  }
}
