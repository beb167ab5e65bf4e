package platter.quota;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import platter.db.Tx;
import platter.db.Tx.Counted;
import platter.db.Tx.Counter;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.type.VolumeType;

/** The door: reserve and give back, in the transaction that changes the volume. */
public final class Quotas {
  private static final String VOLUMES = "volumes";
  private static final String GIGABYTES = "gigabytes";
  private static final String SNAPSHOTS = "snapshots";
  private static final String PER_VOLUME = "per_volume_gigabytes";

  /** All that have a limit, in the order of the document. */
  static final Set<String> RESOURCES = resources();

  private static Set<String> resources() {
    var all =
        new LinkedHashSet<>(
            List.of(VOLUMES, SNAPSHOTS, GIGABYTES, "backups", "backup_gigabytes", PER_VOLUME));
    for (var type : VolumeType.values()) {
      all.add(VOLUMES + "_" + type);
      all.add(SNAPSHOTS + "_" + type);
      all.add(GIGABYTES + "_" + type);
    }
    return Collections.unmodifiableSet(all);
  }

  /** Without a limit. */
  public static final int UNLIMITED = -1;

  /**
   * What a project may have; -1 is without a limit.
   *
   * @param volumes number of volumes
   * @param gigabytes GiB of all volumes together
   * @param snapshots number of snapshots
   * @param perVolumeGigabytes GiB of the largest volume
   */
  public record Limits(int volumes, int gigabytes, int snapshots, int perVolumeGigabytes) {
    public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    int of(String resource) {
      return switch (resource) {
        case VOLUMES -> volumes;
        case GIGABYTES -> gigabytes;
        case SNAPSHOTS -> snapshots;
        case PER_VOLUME -> perVolumeGigabytes;
        default -> UNLIMITED; // of one volume type, or of backups
      };
    }
  }

  /**
   * One of a project's quotas.
   *
   * @param limit -1 is without a limit
   */
  public record Quota(long inUse, int limit) {}

  private final Limits limits;
  private final Pool pool;

  public Quotas(Limits limits) {
    this(limits, new Pool(Pool.Limits.NONE));
  }

  public Quotas(Limits limits, Pool pool) {
    this.limits = limits;
    this.pool = pool;
  }

  /** What all projects have together. */
  public Pool pool() {
    return pool;
  }

  /**
   * Counts volumes that are made, or become larger, and their GiB, also for the pool.
   *
   * @param largestGib size of the largest of them
   * @return to be asked whether the storage has room for them too
   * @throws ApiException VOLUMES_QUOTA or GIGABYTES_QUOTA when the project has no room for them
   */
  public Pool.Promise reserve(
      Tx tx, ProjectId project, String volumeType, int volumes, int gib, int largestGib) {
    var used = add(tx, project, volumeType, volumes, gib, true);
    for (var resource : List.of(VOLUMES, VOLUMES + "_" + volumeType)) {
      check(used, project, resource, volumes, ErrorCode.VOLUMES_QUOTA);
    }
    for (var resource : List.of(GIGABYTES, GIGABYTES + "_" + volumeType)) {
      check(used, project, resource, gib, ErrorCode.GIGABYTES_QUOTA);
    }
    check(used, project, PER_VOLUME, largestGib, ErrorCode.GIGABYTES_QUOTA);
    return pool.promise(used, gib);
  }

  /** A limit that was passed before is no matter to one who adds nothing. */
  private void check(
      Map<Counter, Counted> used,
      ProjectId project,
      String resource,
      int more,
      ErrorCode otherwise) {
    var counted = used.get(new Counter(project.text(), resource));
    if (counted == null || more <= 0) {
      return;
    }
    int limit = counted.max().orElse(limits.of(resource));
    long then = resource.equals(PER_VOLUME) ? more : counted.inUse();
    if (limit != UNLIMITED && then > limit) {
      throw new ApiException(
          otherwise,
          "quota " + resource + ": wants " + more + ", has " + (then - more) + " of " + limit);
    }
  }

  /** Gives back what was reserved. */
  public void release(Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    add(tx, project, volumeType, -volumes, -gib, false);
  }

  /**
   * Counts volumes for a type that they are about to become, beside the one that they are; how many
   * there are in all stays.
   *
   * @throws ApiException VOLUMES_QUOTA or GIGABYTES_QUOTA when that type has no room for them
   */
  public void reserveType(Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    var used = addOfType(tx, project, volumeType, volumes, gib);
    check(used, project, VOLUMES + "_" + volumeType, volumes, ErrorCode.VOLUMES_QUOTA);
    check(used, project, GIGABYTES + "_" + volumeType, gib, ErrorCode.GIGABYTES_QUOTA);
  }

  /** Of two types that were counted one is left: this is the other. */
  public void releaseType(Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    addOfType(tx, project, volumeType, -volumes, -gib);
  }

  private static Map<Counter, Counted> addOfType(
      Tx tx, ProjectId project, String volumeType, long volumes, long gib) {
    var more = new LinkedHashMap<String, Long>();
    more.put(GIGABYTES + "_" + volumeType, gib); // in the order of their names, as everywhere
    more.put(VOLUMES + "_" + volumeType, volumes);
    return tx.add(of(project, more));
  }

  private static Map<Counter, Long> of(ProjectId project, Map<String, Long> more) {
    var all = new LinkedHashMap<Counter, Long>();
    more.forEach((resource, number) -> all.put(new Counter(project.text(), resource), number));
    return all;
  }

  /**
   * Counts one snapshot. Its GiB are no volume's, and do not count.
   *
   * @throws ApiException INSUFFICIENT_QUOTA when the project has no room for it
   */
  public void reserveSnapshot(Tx tx, ProjectId project, String volumeType) {
    var used = addSnapshots(tx, project, volumeType, 1);
    for (var resource : List.of(SNAPSHOTS, SNAPSHOTS + "_" + volumeType)) {
      check(used, project, resource, 1, ErrorCode.INSUFFICIENT_QUOTA);
    }
  }

  /** Gives back what was reserved. */
  public void releaseSnapshot(Tx tx, ProjectId project, String volumeType) {
    addSnapshots(tx, project, volumeType, -1);
  }

  /** Always after the counts of volumes, so that two never wait for each other. */
  private static Map<Counter, Counted> addSnapshots(
      Tx tx, ProjectId project, String volumeType, long snapshots) {
    var more = new LinkedHashMap<String, Long>();
    more.put(SNAPSHOTS, snapshots);
    more.put(SNAPSHOTS + "_" + volumeType, snapshots);
    return tx.add(of(project, more));
  }

  /** Counts more or fewer GiB of volumes that are there, whatever the limits say. */
  public void adjust(Tx tx, ProjectId project, String volumeType, int gib) {
    add(tx, project, volumeType, 0, gib, false);
  }

  /**
   * Sets a count that is wrong.
   *
   * @param seen what it was when it was found wrong
   * @param made what the rows make; asked when nobody else can change the count any more
   * @return false when it is another already
   */
  public boolean recount(Tx tx, ProjectId project, String resource, long seen, LongSupplier made) {
    return recount(tx, project.text(), resource, seen, made);
  }

  static boolean recount(Tx tx, String project, String resource, long seen, LongSupplier made) {
    tx.settle();
    tx.update(
        "insert into quota_usage (project, resource, in_use) values (?, ?, 0)"
            + " on conflict do nothing",
        project,
        resource);
    // holds the row first: whoever changes volumes at this instant adds to what is set here
    if (set(tx, project, resource, seen, seen)) {
      set(tx, project, resource, seen, made.getAsLong());
      return true;
    }
    return false;
  }

  private static boolean set(Tx tx, String project, String resource, long from, long to) {
    return tx.update(
            "update quota_usage set in_use = ? where project = ? and resource = ? and in_use = ?",
            to,
            project,
            resource,
            from)
        == 1;
  }

  private Map<Counter, Counted> add(
      Tx tx, ProjectId project, String volumeType, int volumes, int gib, boolean sized) {
    var more = new LinkedHashMap<String, Long>();
    more.put(GIGABYTES, (long) gib); // in one order, so that two never wait for each other
    more.put(GIGABYTES + "_" + volumeType, (long) gib);
    if (sized) {
      more.put(PER_VOLUME, 0L); // for its limit: nothing is counted
    }
    if (volumes != 0) {
      more.put(VOLUMES, (long) volumes);
      more.put(VOLUMES + "_" + volumeType, (long) volumes);
    }
    var all = new LinkedHashMap<Counter, Long>();
    pool.count(all, gib); // before all of projects
    all.putAll(of(project, more));
    return tx.add(all);
  }

  /** All of a project's, in the order of the document. */
  public Map<String, Quota> of(Tx tx, ProjectId project) {
    var counted = new HashMap<String, Counted>();
    tx.list(
            "select resource, in_use, max_use from quota_usage where project = ?",
            row -> Map.entry(row.getString(1), Counted.read(row, 2)),
            project.text())
        .forEach(entry -> counted.put(entry.getKey(), entry.getValue()));
    var all = new LinkedHashMap<String, Quota>();
    for (var resource : RESOURCES) {
      var one = counted.getOrDefault(resource, new Counted(0, OptionalInt.empty()));
      all.put(resource, new Quota(one.inUse(), one.max().orElse(limits.of(resource))));
    }
    return all;
  }

  /** Sets a project's own limit. */
  void limit(Tx tx, ProjectId project, String resource, int limit) {
    tx.update(
        "insert into quota_usage (project, resource, in_use, max_use) values (?, ?, 0, ?)"
            + " on conflict (project, resource) do update set max_use = excluded.max_use",
        project.text(),
        resource,
        limit);
  }

  /** Takes a project's own limits away. Returns how many there were. */
  int reset(Tx tx, ProjectId project) {
    return tx.update(
        "update quota_usage set max_use = null where project = ? and max_use is not null",
        project.text());
  }

  /** What is counted for every project, by {@code project/resource}; for a comparison. */
  public Map<String, Long> counted(Tx tx) {
    var counted = new TreeMap<String, Long>();
    tx.list(
            "select project, resource, in_use from quota_usage where in_use <> 0 and project <> ?",
            row -> Map.entry(row.getString(1) + "/" + row.getString(2), row.getLong(3)),
            Pool.NAME)
        .forEach(entry -> counted.put(entry.getKey(), entry.getValue()));
    return counted;
  }
}
