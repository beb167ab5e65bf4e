package platter.volume;

import static platter.error.ErrorCode.INVALID_LIMIT;
import static platter.error.ErrorCode.INVALID_MARKER;
import static platter.error.ErrorCode.INVALID_METADATA_FILTER;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.error.ErrorCode.INVALID_SORT_DIR;
import static platter.error.ErrorCode.INVALID_SORT_KEY;
import static platter.error.ErrorCode.INVALID_STATUS;
import static platter.error.ErrorCode.INVALID_ZONE_FILTER;
import static platter.error.ErrorCode.LIMIT_NOT_INTEGER;
import static platter.error.ErrorCode.LIMIT_NOT_POSITIVE;
import static platter.error.ErrorCode.LIMIT_TOO_LARGE;
import static platter.error.ErrorCode.OFFSET_NOT_INTEGER;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Dialect;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Request;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.json.Json;
import platter.type.VolumeType;
import platter.zone.Zones;

/** Finds volumes by the filters of the page "Querying Details About All Disks". */
final class ListVolumes {
  static final int MAX_LIMIT = 1000;
  private static final int MAX_IDS = 60;
  private static final BigInteger MAX_INT = BigInteger.valueOf(Integer.MAX_VALUE);
  private static final BigInteger MIN_INT = BigInteger.valueOf(Integer.MIN_VALUE);
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

  private final Database db;
  private final VolumeStore store;
  private final Zones zones;

  ListVolumes(Database db, VolumeStore store, Zones zones) {
    this.db = db;
    this.store = store;
    this.zones = zones;
  }

  /**
   * One page.
   *
   * @param count all that match, whatever the page
   * @param limit what the page could have held
   * @param more whether others follow
   */
  record Page(long count, List<Volume> volumes, int limit, boolean more) {}

  Optional<Volume> find(ProjectId project, VolumeId id) {
    return db.lookUp(tx -> store.find(tx, project, id));
  }

  /** Which of these the project has. */
  Set<VolumeId> present(ProjectId project, List<VolumeId> ids) {
    return db.read(tx -> store.present(tx, project, ids));
  }

  Page list(Request request) {
    return db.read(
        tx -> {
          var filter = new Filter(tx.dialect(), request.project());
          read(request, filter);
          int limit = request.query("limit").map(ListVolumes::limit).orElse(MAX_LIMIT);
          return list(
              tx, request, filter, limit, request.query("sort_key"), request.query("sort_dir"));
        });
  }

  /**
   * One page of Cinder's list (page "Querying Details About All Disks (OpenStack Cinder API)"): the
   * name must be the whole one, and what Cinder does not filter by is overlooked.
   */
  Page listOfCinder(Request request) {
    return db.read(
        tx -> {
          var filter = new Filter(tx.dialect(), request.project());
          request.query("name").ifPresent(name -> filter.and("name = ?", name));
          request
              .query("status")
              .map(ListVolumes::status)
              .ifPresent(status -> filter.and("status = ?", status));
          request
              .query("availability_zone")
              .map(this::zone)
              .ifPresent(zone -> filter.and("zone = ?", zone));
          request
              .query("metadata")
              .ifPresent(dict -> metadata(dict.contains("\"") ? dict : ofPython(dict), filter));
          int limit = request.query("limit").map(ListVolumes::limitOfCinder).orElse(MAX_LIMIT);
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

  private Page list(
      Tx tx,
      Request request,
      Filter filter,
      int limit,
      Optional<String> sortKey,
      Optional<String> sortDir) {
    int offset = request.query("offset").map(ListVolumes::offset).orElse(0);
    var column = SORT_KEYS.get(sortKey.orElse("created_at"));
    if (column == null) {
      throw new ApiException(INVALID_SORT_KEY, "sort_key must be one of " + SORT_KEYS.keySet());
    }
    var direction = sortDir.orElse("desc");
    if (!direction.equals("desc") && !direction.equals("asc")) {
      throw new ApiException(INVALID_SORT_DIR, "sort_dir must be desc or asc");
    }
    var marker = request.query("marker").map(ListVolumes::marker);
    long count = tx.number("select count(*) from volume" + filter.where(), filter.values());
    marker.ifPresent(id -> after(tx, filter, id, column, direction.equals("desc")));
    var order = " order by " + column + " " + direction + ", id " + direction;
    filter.value(limit + 1);
    filter.value(offset);
    var found =
        tx.list(
            "select "
                + VolumeStore.COLUMNS
                + " from volume"
                + filter.where()
                + order
                + " limit ? offset ?",
            VolumeStore::read,
            filter.values());
    boolean more = found.size() > limit;
    return new Page(count, more ? found.subList(0, limit) : found, limit, more);
  }

  private void after(Tx tx, Filter filter, VolumeId marker, String column, boolean descending) {
    var last =
        store
            .find(tx, filter.project, marker)
            .orElseThrow(
                () -> new ApiException(INVALID_MARKER, "this project has no volume " + marker));
    filter.and(
        "(" + column + ", id) " + (descending ? "<" : ">") + " (?, ?)",
        switch (column) {
          case "id" -> last.id().text();
          case "status" -> last.status().wireName();
          case "size_gib" -> last.sizeGib();
          default -> VolumeStore.micros(last.createdAt());
        },
        last.id().text());
  }

  private void read(Request request, Filter filter) {
    request.query("name").ifPresent(name -> filter.and(filter.dialect.contains("name"), name));
    request.query("status").map(ListVolumes::status).ifPresent(s -> filter.and("status = ?", s));
    request
        .query("availability_zone")
        .map(this::zone)
        .ifPresent(zone -> filter.and("zone = ?", zone));
    request
        .query("multiattach")
        .map(ListVolumes::bool)
        .ifPresent(shared -> filter.and("multiattach = ?", shared));
    request.query("metadata").ifPresent(json -> metadata(json, filter));
    request.query("not_metadata").ifPresent(json -> notMetadata(json, filter));
    request.query("volume_type_id").ifPresent(id -> filter.and("volume_type = ?", typeOfId(id)));
    request
        .query("service_type")
        .ifPresent(
            service -> {
              if (!Set.of("EVS", "DSS", "DESS").contains(service)) {
                throw new ApiException(INVALID_REQUEST, "service_type must be EVS, DSS or DESS");
              }
              filter.andOnlyIf(service.equals("EVS"));
            });
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

  static int limit(String text) {
    return limit(number(text, INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT));
  }

  static int limit(int limit) {
    if (limit < 1) {
      throw new ApiException(INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
    }
    if (limit > MAX_LIMIT) {
      throw new ApiException(LIMIT_TOO_LARGE, "limit must be 1.." + MAX_LIMIT);
    }
    return limit;
  }

  private static int limitOfCinder(String text) {
    int limit = number(text, LIMIT_NOT_INTEGER, "limit param must be an integer");
    if (limit < 0) {
      throw new ApiException(LIMIT_NOT_POSITIVE, "limit param must be positive");
    }
    return limit(text);
  }

  static int offset(String text) {
    return offset(number(text, OFFSET_NOT_INTEGER, "offset must be a number from 0"));
  }

  static int offset(int offset) {
    if (offset < 0) {
      throw new ApiException(OFFSET_NOT_INTEGER, "offset must be a number from 0");
    }
    return offset;
  }

  /** One that no int can hold becomes the nearest int: it is a number all the same. */
  private static int number(String text, ErrorCode otherwise, String detail) {
    try {
      return new BigInteger(text).min(MAX_INT).max(MIN_INT).intValue();
    } catch (NumberFormatException e) {
      throw new ApiException(otherwise, detail);
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

  private String zone(String text) {
    if (!zones.has(text)) {
      throw new ApiException(
          INVALID_ZONE_FILTER, "availability_zone must be one of " + zones.names());
    }
    return text;
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
        filter.and(
            filter.dialect.jsonMember("metadata"), entry.getKey(), entry.getValue().asString());
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
          "not " + filter.dialect.jsonMember("metadata"),
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

  /** A where clause that grows, and its values. */
  private static final class Filter {
    private final Dialect dialect;
    private final ProjectId project;
    private final StringBuilder where =
        new StringBuilder(" where project = ?" + VolumeStore.IN_SIGHT);
    private final List<@Nullable Object> values = new ArrayList<>();

    Filter(Dialect dialect, ProjectId project) {
      this.dialect = dialect;
      this.project = project;
      values.add(project.text());
    }

    void and(String condition, Object... more) {
      where.append(" and ").append(condition);
      values.addAll(Arrays.asList(more));
    }

    void andOnlyIf(boolean holds) {
      where.append(holds ? "" : " and 1 = 0");
    }

    void andIn(String column, List<String> allowed) {
      if (allowed.isEmpty()) {
        andOnlyIf(false); // in () is not everywhere SQL
        return;
      }
      where.append(" and ").append(column).append(" in (?");
      where.append(",?".repeat(allowed.size() - 1)).append(')');
      values.addAll(allowed);
    }

    void value(Object value) {
      values.add(value);
    }

    String where() {
      return where.toString();
    }

    @Nullable Object[] values() {
      return values.toArray();
    }
  }
}
