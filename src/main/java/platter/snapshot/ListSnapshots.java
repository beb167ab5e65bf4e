package platter.snapshot;

import static platter.error.ErrorCode.INVALID_MARKER;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.error.ErrorCode.INVALID_STATUS;
import static platter.error.ErrorCode.INVALID_TAG;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
import platter.id.SnapshotId;
import platter.json.Json;
import platter.zone.Zones;

/** Finds snapshots by the filters of each family's page "Querying Snapshots". */
final class ListSnapshots {
  private static final int MAX_IDS = 100;
  private static final String ALL_ENTERPRISE_PROJECTS = "all_granted_eps";
  private static final List<String> TYPES = List.of("auto", "user", "copy");

  /** The order of the list: what may be asked for, and its column. */
  private static final Map<String, String> SORT_KEYS =
      Map.of(
          "id", "id",
          "status", "status",
          "size", "size_gib",
          "created_at", "created_at",
          "name", "name");

  private static final List<Parameter> EVERYWHERE =
      ListQuery.all(
          ListQuery.PAGE,
          List.of(
              Parameter.of("name", Shape.text()),
              Parameter.of("status", Shape.oneOf(SnapshotStatus.wireNames())),
              Parameter.of("volume_id", Shape.text())));

  /** What is refused of them is refused of both newer families. */
  private static final List<Parameter> ZONE_AND_ENTERPRISE_PROJECT =
      List.of(
          Parameter.of("availability_zone", Shape.text()),
          Parameter.of("enterprise_project_id", Shape.text()));

  /** Of {@link Family#CUSTOM}. */
  static final List<Parameter> CUSTOM =
      ListQuery.all(
          EVERYWHERE,
          ListQuery.sorting(keys(Family.CUSTOM, false)),
          ZONE_AND_ENTERPRISE_PROJECT,
          List.of(
              Parameter.of("id", Shape.list(Shape.text(), 1, MAX_IDS)),
              ListQuery.SERVICE,
              Parameter.of("dedicated_storage_id", Shape.text()),
              Parameter.of("dedicated_storage_name", Shape.text())));

  /** Of {@link Family#CINDER}, in every version. */
  static final List<Parameter> CINDER =
      ListQuery.all(
          EVERYWHERE,
          ListQuery.sorting(keys(Family.CINDER, true)),
          Stream.of("name~", "status~", "volume_id~")
              .map(name -> Parameter.lenient(name, Shape.text(), "from 3.31 on"))
              .toList());

  static final List<Parameter> CINDER_DETAIL =
      ListQuery.all(CINDER, List.of(Parameter.lenient("with_count", Shape.flag(), "from 3.45 on")));

  /** Of {@link Family#V5}. */
  static final List<Parameter> V5 =
      ListQuery.all(
          EVERYWHERE,
          ListQuery.sorting(keys(Family.V5, false)),
          ZONE_AND_ENTERPRISE_PROJECT,
          List.of(
              Parameter.of("id", Shape.text()),
              Parameter.of("ids", Shape.text()),
              Parameter.of("snapshot_type", Shape.oneOf(TYPES)),
              Parameter.of("tag_key", Shape.text()),
              Parameter.of("tags", Shape.text()),
              Parameter.of("snapshot_chain_id", Shape.text()),
              Parameter.of("snapshot_group_id", Shape.text())));

  private final Database db;
  private final SnapshotStore store;
  private final Zones zones;

  ListSnapshots(Database db, SnapshotStore store, Zones zones) {
    this.db = db;
    this.store = store;
    this.zones = zones;
  }

  /** Whose parameters count; others are not known, and do not matter. */
  enum Family {
    CUSTOM,
    CINDER,
    /** From microversion 3.31 on. */
    CINDER_SIMILAR,
    V5
  }

  Optional<Snapshot> find(ProjectId project, SnapshotId id) {
    return db.lookUp(tx -> store.find(tx, project, id));
  }

  /**
   * A snapshot that must be there.
   *
   * @throws ApiException NOT_FOUND
   */
  Snapshot get(ProjectId project, SnapshotId id) {
    return find(project, id).orElseThrow(() -> Snapshots.notFound(id));
  }

  /**
   * One page of them.
   *
   * @param sortByName whether the name may be asked for as the order
   */
  Page<Snapshot> list(Request request, Family family, boolean sortByName) {
    return db.read(tx -> list(tx, request, family, sortByName));
  }

  private Page<Snapshot> list(Tx tx, Request request, Family family, boolean sortByName) {
    var filter = new Filter(tx.dialect(), "project = ?", request.project().text());
    read(request, family, filter);
    int limit =
        switch (family) {
          case CUSTOM, V5 -> ListQuery.limit(request);
          case CINDER, CINDER_SIMILAR -> ListQuery.limitOfCinder(request);
        };
    int offset = ListQuery.offset(request);
    var keys = keys(family, sortByName);
    var columns = new TreeMap<>(SORT_KEYS);
    columns.keySet().retainAll(keys);
    var order = ListQuery.order(columns, request.query("sort_key"), request.query("sort_dir"));
    var marker = request.query("marker").map(ListSnapshots::marker);
    long count = filter.count(tx, "snapshot");
    marker.ifPresent(id -> after(tx, request.project(), filter, id, order));
    return filter.page(
        tx,
        count,
        "select " + SnapshotStore.COLUMNS + " from snapshot",
        Filter.order(order.column(), order.descending()),
        limit,
        offset,
        SnapshotStore::read);
  }

  private static Set<String> keys(Family family, boolean name) {
    var keys = new TreeSet<>(SORT_KEYS.keySet());
    if (family == Family.V5) {
      keys.remove("size");
    }
    if (!name) {
      keys.remove("name");
    }
    return keys;
  }

  private void after(
      Tx tx, ProjectId project, Filter filter, SnapshotId marker, ListQuery.Order order) {
    var last =
        store
            .find(tx, project, marker)
            .orElseThrow(
                () -> new ApiException(INVALID_MARKER, "this project has no snapshot " + marker));
    filter.andBehind(
        order.column(),
        order.descending(),
        switch (order.column()) {
          case "id" -> last.id().text();
          case "status" -> last.status().wireName();
          case "size_gib" -> last.sizeGib();
          case "name" -> last.name();
          default -> SnapshotStore.micros(last.createdAt());
        },
        last.id().text());
  }

  private void read(Request request, Family family, Filter filter) {
    request.query("name").ifPresent(name -> filter.and("name = ?", name));
    request.query("status").map(ListSnapshots::status).ifPresent(s -> filter.and("status = ?", s));
    request
        .query("volume_id")
        .ifPresent(id -> filter.and("volume = ?", id.toLowerCase(Locale.ROOT)));
    switch (family) {
      case CINDER -> {}
      case CINDER_SIMILAR -> similar(request, filter);
      case CUSTOM -> {
        zoneAndEnterpriseProject(request, filter);
        custom(request, filter);
      }
      case V5 -> {
        zoneAndEnterpriseProject(request, filter);
        v5(request, filter);
      }
    }
  }

  private static void similar(Request request, Filter filter) {
    for (var column : List.of("name", "status", "volume")) {
      var parameter = column.equals("volume") ? "volume_id~" : column + "~";
      request.query(parameter).ifPresent(part -> filter.andContains(column, part));
    }
  }

  private void zoneAndEnterpriseProject(Request request, Filter filter) {
    zones.wanted(request).ifPresent(zone -> filter.and("zone = ?", zone));
    request
        .query("enterprise_project_id")
        .filter(id -> !id.equals(ALL_ENTERPRISE_PROJECTS))
        .ifPresent(id -> filter.and("enterprise_project = ?", id));
  }

  private static void custom(Request request, Filter filter) {
    var ids = request.all("id");
    if (!ids.isEmpty()) {
      filter.andIn("id", checked(ids));
    }
    request
        .query("service_type")
        .ifPresent(service -> filter.andOnlyIf(!ListQuery.isElsewhere(service)));
    // no snapshot lies in a dedicated pool
    request.query("dedicated_storage_id").ifPresent(_ -> filter.andOnlyIf(false));
    request.query("dedicated_storage_name").ifPresent(_ -> filter.andOnlyIf(false));
  }

  private static List<String> checked(List<String> ids) {
    if (ids.size() > MAX_IDS) {
      throw new ApiException(INVALID_REQUEST, "up to " + MAX_IDS + " ids can be asked for");
    }
    return ids;
  }

  private static void v5(Request request, Filter filter) {
    request
        .query("ids")
        .map(ids -> Arrays.stream(ids.split(",")).map(String::strip).toList())
        .ifPresent(ids -> filter.andIn("id", checked(ids)));
    request.query("id").ifPresent(id -> filter.and("id = ?", id));
    request
        .query("snapshot_type")
        .ifPresent(
            type -> {
              if (!TYPES.contains(type)) {
                throw new ApiException(INVALID_REQUEST, "snapshot_type must be one of " + TYPES);
              }
              filter.andOnlyIf(type.equals("user"));
            });
    request.query("tag_key").ifPresent(key -> filter.andMember("tags", key, List.of()));
    request
        .query("tags")
        .map(ListSnapshots::tags)
        .ifPresent(tags -> tags.forEach((key, value) -> filter.andMember("tags", key, value)));
    // there are none
    request.query("snapshot_chain_id").ifPresent(_ -> filter.andOnlyIf(false));
    request.query("snapshot_group_id").ifPresent(_ -> filter.andOnlyIf(false));
  }

  private static Map<String, String> tags(String json) {
    try {
      var wanted = Json.read(json);
      var tags = new TreeMap<String, String>();
      if (wanted.isObject()) {
        for (var entry : wanted.properties()) {
          if (!entry.getValue().isString()) {
            throw badTags();
          }
          tags.put(entry.getKey(), entry.getValue().stringValue());
        }
        return tags;
      }
      throw badTags();
    } catch (Json.BadJson e) {
      throw badTags();
    }
  }

  private static ApiException badTags() {
    return new ApiException(
        INVALID_TAG, "tags must be a JSON object of strings, such as {\"key\":\"value\"}");
  }

  private static SnapshotId marker(String text) {
    return SnapshotId.parse(text)
        .orElseThrow(() -> new ApiException(INVALID_MARKER, "marker must be the id of a snapshot"));
  }

  private static String status(String text) {
    return SnapshotStatus.named(text)
        .map(SnapshotStatus::wireName)
        .orElseThrow(() -> new ApiException(INVALID_STATUS, "no snapshot ever has that status"));
  }
}
