package platter.snapshot;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.json.Json;
import platter.type.VolumeType;
import tools.jackson.core.type.TypeReference;

/** The SQL of the table snapshot. */
final class SnapshotStore {
  static final String COLUMNS =
      "id, project, volume, name, description, size_gib, volume_type, zone, status, metadata, tags,"
          + " enterprise_project, instant_access, incremental, user_id, job, created_at,"
          + " updated_at";
  private static final String SELECT = "select " + COLUMNS + " from snapshot";
  private static final TypeReference<TreeMap<String, String>> STRINGS = new TypeReference<>() {};

  private final InstantSource clock;

  SnapshotStore(InstantSource clock) {
    this.clock = clock;
  }

  void insert(Tx tx, Snapshot snapshot) {
    tx.update(
        "insert into snapshot ("
            + COLUMNS
            + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        snapshot.id().text(),
        snapshot.project().text(),
        snapshot.volume().text(),
        snapshot.name(),
        snapshot.description().orElse(null),
        snapshot.sizeGib(),
        snapshot.type().name(),
        snapshot.zone(),
        snapshot.status().wireName(),
        textOf(snapshot.metadata()),
        textOf(snapshot.tags()),
        snapshot.enterpriseProject(),
        snapshot.instantAccess(),
        snapshot.incremental(),
        snapshot.userId(),
        snapshot.job().text(),
        micros(snapshot.createdAt()),
        snapshot.updatedAt().map(SnapshotStore::micros).orElse(null));
  }

  Optional<Snapshot> find(Tx tx, SnapshotId id) {
    return tx.find(SELECT + " where id = ?", SnapshotStore::read, id.text());
  }

  /** A snapshot of this project; another's does not exist. */
  Optional<Snapshot> find(Tx tx, ProjectId project, SnapshotId id) {
    return find(tx, id).filter(snapshot -> snapshot.project().equals(project));
  }

  /** As {@link #find}, and nobody else changes it before the transaction ends. */
  Optional<Snapshot> findToChange(Tx tx, ProjectId project, SnapshotId id) {
    return findToChange(tx, id).filter(snapshot -> snapshot.project().equals(project));
  }

  private static Optional<Snapshot> findToChange(Tx tx, SnapshotId id) {
    return tx.find(
        SELECT + " where id = ?" + tx.dialect().forUpdate(), SnapshotStore::read, id.text());
  }

  /** Those of a volume, which nobody else changes before the transaction ends. */
  List<Snapshot> ofVolumeToChange(Tx tx, VolumeId volume) {
    return tx.list(
        SELECT + " where volume = ? order by id" + tx.dialect().forUpdate(),
        SnapshotStore::read,
        volume.text());
  }

  List<SnapshotId> of(Tx tx, VolumeId volume) {
    return tx.list(
        "select id from snapshot where volume = ? order by id",
        row -> new SnapshotId(row.getString(1)),
        volume.text());
  }

  /** Whether one of the volume is being made. */
  boolean isOneBeingMade(Tx tx, VolumeId volume) {
    return tx.number(
            "select count(*) from snapshot where volume = ? and status = ?",
            volume.text(),
            SnapshotStatus.CREATING.wireName())
        > 0;
  }

  /** Moves the status, if it still is what it was. */
  boolean tryMove(Tx tx, SnapshotId id, SnapshotStatus from, SnapshotStatus to, JobId job) {
    return tx.update(
            "update snapshot set status = ?, job = ?, updated_at = ? where id = ? and status = ?",
            to.wireName(),
            job.text(),
            micros(clock.instant()),
            id.text(),
            from.wireName())
        == 1;
  }

  /** Moves the status, where another status is a bug. */
  void move(Tx tx, SnapshotId id, SnapshotStatus from, SnapshotStatus to, JobId job) {
    if (!tryMove(tx, id, from, to, job)) {
      throw new IllegalStateException("snapshot " + id + " is not " + from.wireName());
    }
  }

  /**
   * Moves the status for a job that does a failed one's work again.
   *
   * @throws ApiException JOB_STATE when the snapshot is not any more what the failure left
   */
  void again(
      Tx tx, SnapshotId id, SnapshotStatus from, SnapshotStatus to, JobId failed, JobId job) {
    var now = findToChange(tx, id);
    if (now.filter(snapshot -> snapshot.status() == from).isEmpty()) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "snapshot "
              + id
              + " is "
              + now.map(snapshot -> snapshot.status().wireName()).orElse("gone")
              + ", a retry needs "
              + from.wireName());
    }
    if (!now.get().job().equals(failed)) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "snapshot " + id + " has been changed since, by job " + now.get().job());
    }
    move(tx, id, from, to, job);
  }

  /** Those of a volume are deleting, whatever they were. */
  void deleteAllOf(Tx tx, VolumeId volume, JobId job) {
    tx.update(
        "update snapshot set status = ?, job = ?, updated_at = ? where volume = ?",
        SnapshotStatus.DELETING.wireName(),
        job.text(),
        micros(clock.instant()),
        volume.text());
  }

  /** Moves the status, if the row still is the one that was seen. */
  boolean tryRepair(Tx tx, Snapshot seen, SnapshotStatus to, JobId job) {
    return tx.update(
            """
            update snapshot set status = ?, job = ?, updated_at = ?
            where id = ? and status = ? and job = ?\
            """,
            to.wireName(),
            job.text(),
            micros(clock.instant()),
            seen.id().text(),
            seen.status().wireName(),
            seen.job().text())
        == 1;
  }

  void update(
      Tx tx, SnapshotId id, String name, Optional<String> description, boolean instantAccess) {
    tx.update(
        "update snapshot set name = ?, description = ?, instant_access = ?, updated_at = ?"
            + " where id = ?",
        name,
        description.orElse(null),
        instantAccess,
        micros(clock.instant()),
        id.text());
  }

  void setMetadata(Tx tx, SnapshotId id, Map<String, String> metadata) {
    tx.update(
        "update snapshot set metadata = ?, updated_at = ? where id = ?",
        textOf(metadata),
        micros(clock.instant()),
        id.text());
  }

  void setTags(Tx tx, SnapshotId id, Map<String, String> tags) {
    tx.update(
        "update snapshot set tags = ?, updated_at = ? where id = ?",
        textOf(tags),
        micros(clock.instant()),
        id.text());
  }

  void delete(Tx tx, SnapshotId id) {
    tx.update("delete from snapshot where id = ?", id.text());
  }

  static Snapshot read(ResultSet row) throws SQLException {
    long updated = row.getLong(18);
    return new Snapshot(
        new SnapshotId(row.getString(1)),
        new ProjectId(row.getString(2)),
        new VolumeId(row.getString(3)),
        row.getString(4),
        Optional.ofNullable(row.getString(5)),
        row.getInt(6),
        VolumeType.valueOf(row.getString(7)),
        row.getString(8),
        SnapshotStatus.named(row.getString(9)).orElseThrow(),
        stringsOf(row.getString(10)),
        stringsOf(row.getString(11)),
        row.getString(12),
        row.getInt(13) != 0,
        row.getInt(14) != 0,
        row.getString(15),
        new JobId(row.getString(16)),
        instant(row.getLong(17)),
        updated == 0 ? Optional.empty() : Optional.of(instant(updated)));
  }

  /** Every snapshot of every project; for a comparison with the storage. */
  List<Snapshot> all(Tx tx) {
    return tx.list(SELECT, SnapshotStore::read);
  }

  /** What all rows make for the quotas. */
  List<Snapshots.Use> uses(Tx tx) {
    return tx.list(
        "select project, volume_type, count(*) from snapshot group by project, volume_type",
        row ->
            new Snapshots.Use(new ProjectId(row.getString(1)), row.getString(2), row.getLong(3)));
  }

  private static String textOf(Map<String, String> strings) {
    return Json.mapper().writeValueAsString(strings);
  }

  private static Map<String, String> stringsOf(String text) {
    return Json.mapper().readValue(text, STRINGS);
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
