package platter.quota;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;

/** The door: reserve and give back, in the transaction that changes the volume. */
public final class Quotas {
  private static final String VOLUMES = "volumes";
  private static final String GIGABYTES = "gigabytes";
  private static final String SNAPSHOTS = "snapshots";

  /** Without a limit. */
  public static final int UNLIMITED = -1;

  /**
   * What a project may have; -1 is without a limit.
   *
   * @param volumes number of volumes
   * @param gigabytes GiB of all volumes together
   * @param snapshots number of snapshots
   */
  public record Limits(int volumes, int gigabytes, int snapshots) {
    public static final Limits NONE = new Limits(UNLIMITED, UNLIMITED, UNLIMITED);
  }

  private final Limits limits;

  public Quotas(Limits limits) {
    this.limits = limits;
  }

  /**
   * Counts volumes and their GiB.
   *
   * @throws ApiException VOLUMES_QUOTA or GIGABYTES_QUOTA when the project has no room for them
   */
  public void reserve(Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    var used = add(tx, project, volumeType, volumes, gib);
    long usedVolumes = used.getOrDefault(VOLUMES, 0L);
    long usedGib = used.getOrDefault(GIGABYTES, 0L);
    if (limits.volumes() != UNLIMITED && volumes > 0 && usedVolumes > limits.volumes()) {
      throw new ApiException(
          ErrorCode.VOLUMES_QUOTA,
          "wants "
              + volumes
              + " volumes, has "
              + (usedVolumes - volumes)
              + " of "
              + limits.volumes());
    }
    if (limits.gigabytes() != UNLIMITED && usedGib > limits.gigabytes()) {
      throw new ApiException(
          ErrorCode.GIGABYTES_QUOTA,
          "wants " + gib + " GiB, has " + (usedGib - gib) + " of " + limits.gigabytes());
    }
  }

  /** Gives back what was reserved. */
  public void release(Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    add(tx, project, volumeType, -volumes, -gib);
  }

  /**
   * Counts one snapshot. Its GiB are no volume's, and do not count.
   *
   * @throws ApiException BACKEND_QUOTA when the project has no room for it
   */
  public void reserveSnapshot(Tx tx, ProjectId project, String volumeType) {
    long used = addSnapshots(tx, project, volumeType, 1).getOrDefault(SNAPSHOTS, 0L);
    if (limits.snapshots() != UNLIMITED && used > limits.snapshots()) {
      throw new ApiException(
          ErrorCode.BACKEND_QUOTA,
          "wants 1 snapshot, has " + (used - 1) + " of " + limits.snapshots());
    }
  }

  /** Gives back what was reserved. */
  public void releaseSnapshot(Tx tx, ProjectId project, String volumeType) {
    addSnapshots(tx, project, volumeType, -1);
  }

  /** Always after the counts of volumes, so that two never wait for each other. */
  private static Map<String, Long> addSnapshots(
      Tx tx, ProjectId project, String volumeType, long snapshots) {
    var more = new LinkedHashMap<String, Long>();
    more.put(SNAPSHOTS, snapshots);
    more.put(SNAPSHOTS + "_" + volumeType, snapshots);
    return tx.add(project.text(), more);
  }

  /** Counts more or fewer GiB of volumes that are there, whatever the limits say. */
  public void adjust(Tx tx, ProjectId project, String volumeType, int gib) {
    add(tx, project, volumeType, 0, gib);
  }

  /**
   * Sets a count that is wrong.
   *
   * @param seen what it was when it was found wrong
   * @param made what the rows make; asked when nobody else can change the count any more
   * @return false when it is another already
   */
  public boolean recount(Tx tx, ProjectId project, String resource, long seen, LongSupplier made) {
    tx.settle();
    tx.update(
        "insert into quota_usage (project, resource, in_use) values (?, ?, 0)"
            + " on conflict do nothing",
        project.text(),
        resource);
    // holds the row first: whoever changes volumes at this instant adds to what is set here
    if (set(tx, project, resource, seen, seen)) {
      set(tx, project, resource, seen, made.getAsLong());
      return true;
    }
    return false;
  }

  private static boolean set(Tx tx, ProjectId project, String resource, long from, long to) {
    return tx.update(
            "update quota_usage set in_use = ? where project = ? and resource = ? and in_use = ?",
            to,
            project.text(),
            resource,
            from)
        == 1;
  }

  private static Map<String, Long> add(
      Tx tx, ProjectId project, String volumeType, int volumes, int gib) {
    var more = new LinkedHashMap<String, Long>();
    more.put(GIGABYTES, (long) gib); // in one order, so that two never wait for each other
    more.put(GIGABYTES + "_" + volumeType, (long) gib);
    if (volumes != 0) {
      more.put(VOLUMES, (long) volumes);
      more.put(VOLUMES + "_" + volumeType, (long) volumes);
    }
    return tx.add(project.text(), more);
  }

  /** What is counted for every project, by {@code project/resource}; for a comparison. */
  public Map<String, Long> counted(Tx tx) {
    var counted = new TreeMap<String, Long>();
    tx.list(
            "select project, resource, in_use from quota_usage where in_use <> 0",
            row -> Map.entry(row.getString(1) + "/" + row.getString(2), row.getLong(3)))
        .forEach(entry -> counted.put(entry.getKey(), entry.getValue()));
    return counted;
  }
}
