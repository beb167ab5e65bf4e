package platter.volume;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import platter.db.Repeated;
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

/** The SQL of the table volume. */
final class VolumeStore {
  private static final String OWN_COLUMNS =
      "id, project, name, description, size_gib, quota_gib, volume_type, zone, status, multiattach,"
          + " metadata, tags, enterprise_project, iops, throughput, user_id, job, created_at,"
          + " updated_at, snapshot_id";
  private static final Repeated INSERT =
      Repeated.insert(
          "volume",
          "id text, project text, name text, description text, size_gib bigint, quota_gib bigint,"
              + " volume_type text, zone text, status text, multiattach bigint, metadata text,"
              + " tags text, enterprise_project text, iops bigint, throughput bigint, user_id text,"
              + " job text, created_at bigint, updated_at bigint, snapshot_id text");

  /** Ends a condition: it is not in the recycle bin, where nobody sees it but who looks there. */
  static final String IN_SIGHT =
      " and not exists (select 1 from recycled where recycled.volume_id = volume.id)";

  /** What {@link #read} reads. */
  static final String COLUMNS = OWN_COLUMNS + ", bootable, " + AttachmentStore.COLUMN;

  private static final String MOVE =
      "update volume set status = ?, job = ?, updated_at = ? where id = ? and status = ?";

  private static final Repeated MOVE_LATER =
      Repeated.update(
          "volume",
          "status = :status, job = :job, updated_at = :updated_at",
          "id = :id and status = :before",
          "status text, job text, updated_at bigint, id text, before text");

  private static final String NO_MEMBERS = "{}";
  private static final TypeReference<TreeMap<String, String>> STRINGS = new TypeReference<>() {};

  private final InstantSource clock;

  VolumeStore(InstantSource clock) {
    this.clock = clock;
  }

  void insert(Tx tx, Volume volume) {
    tx.later(
        () -> new IllegalStateException("volume " + volume.id() + " is there already"),
        INSERT,
        volume.id().text(),
        volume.project().text(),
        volume.name(),
        volume.description().orElse(null),
        volume.sizeGib(),
        volume.quotaGib(),
        volume.type().name(),
        volume.zone(),
        volume.status().wireName(),
        volume.multiattach(),
        textOf(volume.metadata()),
        textOf(volume.tags()),
        volume.enterpriseProject(),
        orNull(volume.iops()),
        orNull(volume.throughput()),
        volume.userId(),
        volume.job().text(),
        micros(volume.createdAt()),
        volume.updatedAt().map(VolumeStore::micros).orElse(null),
        volume.snapshot().map(SnapshotId::text).orElse(null));
  }

  Optional<Volume> find(Tx tx, VolumeId id) {
    return tx.find("select " + COLUMNS + " from volume where id = ?", VolumeStore::read, id.text());
  }

  /** A volume of this project; another's does not exist, nor does one in the recycle bin. */
  Optional<Volume> find(Tx tx, ProjectId project, VolumeId id) {
    return tx.find(
            "select " + COLUMNS + " from volume where id = ?" + IN_SIGHT,
            VolumeStore::read,
            id.text())
        .filter(volume -> volume.project().equals(project));
  }

  /**
   * Which of these the project has.
   *
   * @param ids at least one
   */
  Set<VolumeId> present(Tx tx, ProjectId project, List<VolumeId> ids) {
    var values = new ArrayList<Object>(List.of(project.text()));
    ids.forEach(id -> values.add(id.text()));
    return Set.copyOf(
        tx.list(
            "select id from volume where project = ? and id in (?"
                + ", ?".repeat(ids.size() - 1)
                + ")"
                + IN_SIGHT,
            row -> new VolumeId(row.getString(1)),
            values.toArray()));
  }

  /** As {@link #find}, and nobody else changes it before the transaction ends. */
  Optional<Volume> findToChange(Tx tx, ProjectId project, VolumeId id) {
    return tx.find(
            "select " + COLUMNS + " from volume where id = ?" + IN_SIGHT + tx.dialect().forUpdate(),
            VolumeStore::read,
            id.text())
        .filter(volume -> volume.project().equals(project))
        // it may have been put into the bin while its row was waited for
        .filter(volume -> volume.status() != VolumeStatus.RESTORABLE);
  }

  /**
   * What a volume is again whose job has ended: what was attached may have been detached since it
   * began.
   *
   * @param before what it was then
   */
  VolumeStatus rest(Tx tx, VolumeId id, VolumeStatus before) {
    if (before != VolumeStatus.IN_USE) {
      return before;
    }
    tx.find( // who detaches does so before, or follows what is written here
        "select id from volume where id = ?" + tx.dialect().forUpdate(),
        row -> row.getString(1),
        id.text());
    return Attachments.statusOf(AttachmentStore.of(tx, id));
  }

  /** Moves the status, if it still is what it was. */
  boolean tryMove(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    return tx.update(
            MOVE, to.wireName(), job.text(), micros(clock.instant()), id.text(), from.wireName())
        == 1;
  }

  /** Moves the status, where another status is a bug. */
  void move(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    if (!tryMove(tx, id, from, to, job)) {
      throw new IllegalStateException("volume " + id + " is not " + from.wireName());
    }
  }

  /** As {@link #move}, for a transaction that does not look at the volume again. */
  void moveLater(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    tx.later(
        () -> new IllegalStateException("volume " + id + " is not " + from.wireName()),
        MOVE_LATER,
        to.wireName(),
        job.text(),
        micros(clock.instant()),
        id.text(),
        from.wireName());
  }

  /**
   * Moves the status for a job that does a failed one's work again.
   *
   * @throws ApiException JOB_STATE when the volume is not any more what the failure left
   */
  void again(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId failed, JobId job) {
    tx.settle(); // the row of the new job
    var project =
        tx.find("select project from job where number = ?", r -> r.getString(1), job.number());
    var now =
        tx.find(
                "select " + COLUMNS + " from volume where id = ?" + tx.dialect().forUpdate(),
                VolumeStore::read,
                id.text())
            // since then it may have become another project's
            .filter(volume -> project.equals(Optional.of(volume.project().text())));
    if (now.filter(volume -> volume.status() == from).isEmpty()) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "volume "
              + id
              + " is "
              + now.map(volume -> volume.status().wireName()).orElse("gone")
              + ", a retry needs "
              + from.wireName());
    }
    if (!now.get().job().equals(failed)) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "volume " + id + " has been changed since, by job " + now.get().job());
    }
    move(tx, id, from, to, job);
  }

  void resize(Tx tx, VolumeId id, int sizeGib, int quotaGib) {
    tx.update(
        "update volume set size_gib = ?, quota_gib = ?, updated_at = ? where id = ?",
        sizeGib,
        quotaGib,
        micros(clock.instant()),
        id.text());
  }

  /** Sets the type and what its volumes choose. */
  void retype(Tx tx, VolumeId id, VolumeType type, OptionalInt iops, OptionalInt throughput) {
    tx.update(
        "update volume set volume_type = ?, iops = ?, throughput = ?, updated_at = ? where id = ?",
        type.name(),
        orNull(iops),
        orNull(throughput),
        micros(clock.instant()),
        id.text());
  }

  /**
   * Sets the type that it is about to become.
   *
   * @param type counted for the quotas beside the present one; empty: it stays what it is
   */
  void setRetypeTo(Tx tx, VolumeId id, Optional<VolumeType> type) {
    tx.update(
        "update volume set retype_to = ? where id = ?",
        type.map(VolumeType::name).orElse(null),
        id.text());
  }

  Optional<VolumeType> retypeTo(Tx tx, VolumeId id) {
    return tx.find(
        "select retype_to from volume where id = ? and retype_to is not null",
        row -> VolumeType.valueOf(row.getString(1)),
        id.text());
  }

  /** Changes all that a repair may, if the row still is the one that was seen. */
  boolean tryRepair(Tx tx, Volume seen, VolumeStatus to, int sizeGib, JobId job) {
    return tx.update(
            """
            update volume set status = ?, size_gib = ?, quota_gib = ?, job = ?, updated_at = ?
            where id = ? and status = ? and size_gib = ? and quota_gib = ? and job = ?\
            """,
            to.wireName(),
            sizeGib,
            sizeGib,
            job.text(),
            micros(clock.instant()),
            seen.id().text(),
            seen.status().wireName(),
            seen.sizeGib(),
            seen.quotaGib(),
            seen.job().text())
        == 1;
  }

  void rename(Tx tx, VolumeId id, String name, Optional<String> description) {
    tx.update(
        "update volume set name = ?, description = ?, updated_at = ? where id = ?",
        name,
        description.orElse(null),
        micros(clock.instant()),
        id.text());
  }

  /** Makes it another project's. */
  void give(Tx tx, VolumeId id, ProjectId to, String userId, String enterpriseProject) {
    tx.update(
        "update volume set project = ?, user_id = ?, enterprise_project = ? where id = ?",
        to.text(),
        userId,
        enterpriseProject,
        id.text());
  }

  void retag(Tx tx, VolumeId id, Map<String, String> tags) {
    tx.update(
        "update volume set tags = ?, updated_at = ? where id = ?",
        textOf(tags),
        micros(clock.instant()),
        id.text());
  }

  /** The different maps that volumes of the project have. */
  List<Map<String, String>> metadata(Tx tx, ProjectId project, int atMost) {
    return tx.list(
        "select distinct metadata from volume where project = ?" + IN_SIGHT + " limit ?",
        row -> stringsOf(row.getString(1)),
        project.text(),
        atMost);
  }

  void setMetadata(Tx tx, VolumeId id, Map<String, String> metadata) {
    tx.update(
        "update volume set metadata = ?, updated_at = ? where id = ?",
        textOf(metadata),
        micros(clock.instant()),
        id.text());
  }

  void setBootable(Tx tx, VolumeId id, boolean bootable) {
    tx.update(
        "update volume set bootable = ?, updated_at = ? where id = ?",
        bootable,
        micros(clock.instant()),
        id.text());
  }

  void delete(Tx tx, VolumeId id) {
    tx.update("delete from volume where id = ?", id.text());
  }

  static Volume read(ResultSet row) throws SQLException {
    long updated = row.getLong(19);
    var id = new VolumeId(row.getString(1));
    return new Volume(
        id,
        new ProjectId(row.getString(2)),
        row.getString(3),
        Optional.ofNullable(row.getString(4)),
        row.getInt(5),
        row.getInt(6),
        VolumeType.valueOf(row.getString(7)),
        row.getString(8),
        VolumeStatus.named(row.getString(9)).orElseThrow(),
        row.getInt(10) != 0,
        stringsOf(row.getString(11)),
        stringsOf(row.getString(12)),
        row.getString(13),
        orEmpty(row.getObject(14)),
        orEmpty(row.getObject(15)),
        row.getString(16),
        new JobId(row.getString(17)),
        instant(row.getLong(18)),
        updated == 0 ? Optional.empty() : Optional.of(instant(updated)),
        row.getInt(21) != 0,
        AttachmentStore.read(id, row.getString(22)),
        Optional.ofNullable(row.getString(20)).map(SnapshotId::new));
  }

  /** Every volume of every project; for a comparison with the storage. */
  List<Volume> all(Tx tx) {
    return tx.list("select " + COLUMNS + " from volume", VolumeStore::read);
  }

  /** The volumes that are being made of a snapshot now. */
  List<VolumeId> beingMadeOf(Tx tx, SnapshotId snapshot) {
    return tx.list(
        "select id from volume where snapshot_id = ? and status = ?",
        row -> new VolumeId(row.getString(1)),
        snapshot.text(),
        VolumeStatus.CREATING.wireName());
  }

  /** One that is being made of any snapshot of this volume. */
  Optional<VolumeId> beingMadeOfSnapshotsOf(Tx tx, VolumeId volume) {
    return tx.find(
        "select id from volume where status = ? and snapshot_id in"
            + " (select id from snapshot where volume = ?) limit 1",
        row -> new VolumeId(row.getString(1)),
        VolumeStatus.CREATING.wireName(),
        volume.text());
  }

  /** What all rows make for the quotas. */
  List<Volumes.Use> uses(Tx tx) {
    return tx.list(
        "select project, volume_type, count(*), sum(quota_gib) from volume"
            + " group by project, volume_type",
        row ->
            new Volumes.Use(
                new ProjectId(row.getString(1)), row.getString(2), row.getLong(3), row.getLong(4)));
  }

  /** What those make that are about to become another type, for the quotas of that type alone. */
  List<Volumes.Use> usesToBe(Tx tx) {
    return tx.list(
        "select project, retype_to, count(*), sum(quota_gib) from volume"
            + " where retype_to is not null group by project, retype_to",
        row ->
            new Volumes.Use(
                new ProjectId(row.getString(1)), row.getString(2), row.getLong(3), row.getLong(4)));
  }

  private static String textOf(Map<String, String> strings) {
    return strings.isEmpty() ? NO_MEMBERS : Json.mapper().writeValueAsString(strings);
  }

  private static Map<String, String> stringsOf(String text) {
    return text.equals(NO_MEMBERS) ? Map.of() : Json.mapper().readValue(text, STRINGS);
  }

  private static @Nullable Integer orNull(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }

  private static OptionalInt orEmpty(@Nullable Object number) {
    return number instanceof Number some ? OptionalInt.of(some.intValue()) : OptionalInt.empty();
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
