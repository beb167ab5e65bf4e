package platter.snapshot;

import static platter.error.ErrorCode.INVALID_LIMIT;
import static platter.error.ErrorCode.INVALID_MARKER;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.error.ErrorCode.INVALID_SORT_DIR;
import static platter.error.ErrorCode.INVALID_SORT_KEY;
import static platter.error.ErrorCode.INVALID_STATUS;
import static platter.error.ErrorCode.INVALID_TAG;
import static platter.error.ErrorCode.INVALID_ZONE_FILTER;
import static platter.error.ErrorCode.LIMIT_TOO_LARGE;
import static platter.error.ErrorCode.OFFSET_NOT_INTEGER;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Dialect;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Request;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.json.Json;
import platter.zone.Zones;

/** Finds snapshots by the filters of each family's page "Querying Snapshots". */
final class ListSnapshots {
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_IDS = 100;
  private static final BigInteger MAX_INT = BigInteger.valueOf(Integer.MAX_VALUE);
  private static final BigInteger MIN_INT = BigInteger.valueOf(Integer.MIN_VALUE);
  private static final String ALL_ENTERPRISE_PROJECTS = "all_granted_eps";

  /** The order of the list: what may be asked for, and its column. */
  private static final Map<String, String> SORT_KEYS =
      Map.of("id", "id", "status", "status", "size", "size_gib", "created_at", "created_at");

  private static final Map<String, String> SORT_KEYS_WITH_NAME =
      Map.of(
          "id",
          "id",
          "status",
          "status",
          "size",
          "size_gib",
          "created_at",
          "created_at",
          "name",
          "name");

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

  /**
   * One page.
   *
   * @param count all that match, whatever the page
   * @param limit what the page could have held
   * @param more whether others follow
   */
  record Page(long count, List<Snapshot> snapshots, int limit, boolean more) {
    /** The same question from the last snapshot on; empty when none follow. */
    Optional<String> next(Request request) {
      if (!more) {
        return Optional.empty();
      }
      var href = new StringBuilder(request.base() + request.path() + "?limit=" + limit);
      request
          .query()
          .forEach(
              (name, values) -> {
                if (!Set.of("limit", "marker", "offset").contains(name)) {
                  values.forEach(
                      value ->
                          href.append('&')
                              .append(encoded(name))
                              .append('=')
                              .append(encoded(value)));
                }
              });
      return Optional.of(href.append("&marker=").append(snapshots.getLast().id()).toString());
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
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
  Page list(Request request, Family family, boolean sortByName) {
    return db.read(tx -> list(tx, request, family, sortByName));
  }

  private Page list(Tx tx, Request request, Family family, boolean sortByName) {
    var filter = new Filter(tx.dialect(), request.project());
    read(request, family, filter);
    int limit = request.query("limit").map(ListSnapshots::limit).orElse(MAX_LIMIT);
    int offset = request.query("offset").map(ListSnapshots::offset).orElse(0);
    var keys = sortByName ? SORT_KEYS_WITH_NAME : SORT_KEYS;
    var column = keys.get(request.query("sort_key").orElse("created_at"));
    if (column == null) {
      throw new ApiException(INVALID_SORT_KEY, "sort_key must be one of " + keys.keySet());
    }
    var direction = request.query("sort_dir").orElse("desc");
    if (!direction.equals("desc") && !direction.equals("asc")) {
      throw new ApiException(INVALID_SORT_DIR, "sort_dir must be desc or asc");
    }
    var marker = request.query("marker").map(ListSnapshots::marker);
    long count = tx.number("select count(*) from snapshot" + filter.where(), filter.values());
    marker.ifPresent(id -> after(tx, filter, id, column, direction.equals("desc")));
    filter.value(limit + 1);
    filter.value(offset);
    var found =
        tx.list(
            "select "
                + SnapshotStore.COLUMNS
                + " from snapshot"
                + filter.where()
                + (" order by " + column + " " + direction + ", id " + direction)
                + " limit ? offset ?",
            SnapshotStore::read,
            filter.values());
    boolean more = found.size() > limit;
    return new Page(count, more ? found.subList(0, limit) : found, limit, more);
  }

  private void after(Tx tx, Filter filter, SnapshotId marker, String column, boolean descending) {
    var last =
        store
            .find(tx, filter.project, marker)
            .orElseThrow(
                () -> new ApiException(INVALID_MARKER, "this project has no snapshot " + marker));
    filter.and(
        "(" + column + ", id) " + (descending ? "<" : ">") + " (?, ?)",
        switch (column) {
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
      request.query(parameter).ifPresent(part -> filter.and(filter.dialect.contains(column), part));
    }
  }

  private void zoneAndEnterpriseProject(Request request, Filter filter) {
    request
        .query("availability_zone")
        .map(this::zone)
        .ifPresent(zone -> filter.and("zone = ?", zone));
    request
        .query("enterprise_project_id")
        .filter(id -> !id.equals(ALL_ENTERPRISE_PROJECTS))
        .ifPresent(id -> filter.and("enterprise_project = ?", id));
  }

  private static void custom(Request request, Filter filter) {
    var ids = request.query().get("id");
    if (ids != null) {
      filter.andIn("id", ids);
    }
    request
        .query("service_type")
        .ifPresent(
            service -> {
              if (!Set.of("EVS", "DSS", "DESS").contains(service)) {
                throw new ApiException(INVALID_REQUEST, "service_type must be EVS, DSS or DESS");
              }
              filter.andOnlyIf(service.equals("EVS"));
            });
    // no snapshot lies in a dedicated pool
    request.query("dedicated_storage_id").ifPresent(_ -> filter.andOnlyIf(false));
    request.query("dedicated_storage_name").ifPresent(_ -> filter.andOnlyIf(false));
  }

  private static void v5(Request request, Filter filter) {
    request
        .query("ids")
        .ifPresent(
            ids -> filter.andIn("id", Arrays.stream(ids.split(",")).map(String::strip).toList()));
    request.query("id").ifPresent(id -> filter.and("id = ?", id));
    request
        .query("snapshot_type")
        .ifPresent(
            type -> {
              if (!Set.of("auto", "user", "copy").contains(type)) {
                throw new ApiException(INVALID_REQUEST, "snapshot_type must be auto, user or copy");
              }
              filter.andOnlyIf(type.equals("user"));
            });
    // no character of a key or a value needs to be escaped
    request
        .query("tag_key")
        .ifPresent(key -> filter.and(filter.dialect.contains("tags"), "\"" + key + "\":"));
    request
        .query("tags")
        .map(ListSnapshots::tags)
        .ifPresent(
            tags ->
                tags.forEach(
                    (key, value) -> filter.and(filter.dialect.jsonMember("tags"), key, value)));
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

  private static int limit(String text) {
    int limit = number(text, INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
    if (limit < 1) {
      throw new ApiException(INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
    }
    if (limit > MAX_LIMIT) {
      throw new ApiException(LIMIT_TOO_LARGE, "limit must be 1.." + MAX_LIMIT);
    }
    return limit;
  }

  private static int offset(String text) {
    int offset = number(text, OFFSET_NOT_INTEGER, "offset must be a number from 0");
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

  private static SnapshotId marker(String text) {
    return SnapshotId.parse(text)
        .orElseThrow(() -> new ApiException(INVALID_MARKER, "marker must be the id of a snapshot"));
  }

  private static String status(String text) {
    return SnapshotStatus.named(text)
        .map(SnapshotStatus::wireName)
        .orElseThrow(() -> new ApiException(INVALID_STATUS, "no snapshot ever has that status"));
  }

  private String zone(String text) {
    if (!zones.has(text)) {
      throw new ApiException(
          INVALID_ZONE_FILTER, "availability_zone must be one of " + zones.names());
    }
    return text;
  }

  /** A where clause that grows, and its values. */
  private static final class Filter {
    private final Dialect dialect;
    private final ProjectId project;
    private final StringBuilder where = new StringBuilder(" where project = ?");
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
      if (allowed.size() > MAX_IDS) {
        throw new ApiException(INVALID_REQUEST, "up to " + MAX_IDS + " ids can be asked for");
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
