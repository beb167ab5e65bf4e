package platter.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.snapshot.Snapshot;
import platter.snapshot.SnapshotStatus;
import platter.snapshot.Snapshots;
import platter.verify.Difference.AttachmentsDiffer;
import platter.verify.Difference.DraftLeft;
import platter.verify.Difference.FailedCreateHasStorage;
import platter.verify.Difference.FailedSnapshotHasStorage;
import platter.verify.Difference.PoolDiffers;
import platter.verify.Difference.QuotaDiffers;
import platter.verify.Difference.SizeDiffers;
import platter.verify.Difference.SnapshotDraftLeft;
import platter.verify.Difference.SnapshotLost;
import platter.verify.Difference.SnapshotSizeDiffers;
import platter.verify.Difference.SnapshotWaitsForNoJob;
import platter.verify.Difference.SnapshotWithoutRow;
import platter.verify.Difference.StorageFoundAgain;
import platter.verify.Difference.StorageLost;
import platter.verify.Difference.StorageWithoutRow;
import platter.verify.Difference.WaitsForNoJob;
import platter.volume.Attachments;
import platter.volume.Volume;
import platter.volume.VolumeStatus;
import platter.volume.Volumes;

/**
 * Compares rows, storage and quotas both ways. On a running service what is being worked on is left
 * out: a volume or snapshot counts only if its row is the same before and after the storage was
 * looked at.
 */
final class Comparison {
  private final Database db;
  private final Volumes volumes;
  private final Snapshots snapshots;
  private final Quotas quotas;
  private final Jobs jobs;
  private final StorageDriver driver;

  Comparison(
      Database db,
      Volumes volumes,
      Snapshots snapshots,
      Quotas quotas,
      Jobs jobs,
      StorageDriver driver) {
    this.db = db;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.quotas = quotas;
    this.jobs = jobs;
    this.driver = driver;
  }

  Report all() throws BackendException {
    var differences = new ArrayList<Difference>();
    var before = rows();
    var snapshotsBefore = snapshotRows();
    var stored = new HashMap<VolumeId, Long>();
    var storedSnapshots = new TreeMap<SnapshotId, Long>();
    var leftovers = new ArrayList<String>();
    var drafts = new TreeSet<VolumeId>();
    var snapshotDrafts = new TreeSet<SnapshotId>();
    var foreign = new ArrayList<String>();
    for (var found : driver.list()) {
      switch (found) {
        case Found.OfVolume(var fact) -> stored.put(fact.id(), fact.bytes());
        case Found.Foreign(var name) -> foreign.add(name);
        case Found.OfSnapshot(var fact) -> storedSnapshots.put(fact.id(), fact.bytes());
        case Found.HalfMade(var name) -> leftovers.add(name);
        case Found.Retired(_, var name) -> leftovers.add(name);
        case Found.RetiredSnapshot(_, var name) -> leftovers.add(name);
        case Found.DraftOfVolume(var id, _) -> drafts.add(id);
        case Found.DraftOfSnapshot(var id, _) -> snapshotDrafts.add(id);
      }
    }
    var after = rows();
    for (var volume : before.values()) {
      if (volume.equals(after.get(volume.id()))) {
        compare(volume, optional(stored.get(volume.id()))).ifPresent(differences::add);
      }
    }
    for (var id : new TreeSet<>(stored.keySet())) {
      if (!before.containsKey(id) && !after.containsKey(id)) {
        differences.add(new StorageWithoutRow(id, stored.getOrDefault(id, 0L)));
      }
    }
    for (var id : drafts) {
      var row = Optional.ofNullable(before.get(id));
      if (row.equals(Optional.ofNullable(after.get(id))) && !mayBeCopied(row)) {
        differences.add(new DraftLeft(id));
      }
    }
    snapshots(snapshotsBefore, storedSnapshots, differences);
    var snapshotsAfter = snapshotRows();
    for (var id : snapshotDrafts) {
      var row = Optional.ofNullable(snapshotsBefore.get(id));
      if (row.equals(Optional.ofNullable(snapshotsAfter.get(id))) && !mayBeMade(row)) {
        differences.add(new SnapshotDraftLeft(id));
      }
    }
    differences.addAll(quotas());
    return new Report(before.size(), differences, leftovers, foreign);
  }

  private void snapshots(
      Map<SnapshotId, Snapshot> before,
      SortedMap<SnapshotId, Long> stored,
      List<Difference> differences) {
    var after = snapshotRows();
    for (var snapshot : before.values()) {
      if (snapshot.equals(after.get(snapshot.id()))) {
        compare(snapshot, optional(stored.get(snapshot.id()))).ifPresent(differences::add);
      }
    }
    stored.forEach(
        (id, bytes) -> {
          if (!before.containsKey(id) && !after.containsKey(id)) {
            differences.add(new SnapshotWithoutRow(id, bytes));
          }
        });
  }

  /** A copy of it in the making is explained by its job. */
  private static boolean mayBeCopied(Optional<Volume> row) {
    return row.filter(
            volume ->
                volume.status() == VolumeStatus.CREATING
                    || volume.status() == VolumeStatus.ROLLBACKING)
        .isPresent();
  }

  private static boolean mayBeMade(Optional<Snapshot> row) {
    return row.filter(snapshot -> snapshot.status() == SnapshotStatus.CREATING).isPresent();
  }

  /** Whether nobody goes on with a copy of it that is in the making. */
  boolean isDraftLeft(VolumeId id) throws BackendException {
    return !mayBeCopied(row(id)) && driver.list().stream().anyMatch(found -> isDraft(found, id));
  }

  boolean isDraftLeft(SnapshotId id) throws BackendException {
    return !mayBeMade(row(id)) && driver.list().stream().anyMatch(found -> isDraft(found, id));
  }

  private static boolean isDraft(Found found, Object of) {
    return switch (found) {
      case Found.DraftOfVolume(var id, _) -> id.equals(of);
      case Found.DraftOfSnapshot(var id, _) -> id.equals(of);
      case Found.OfVolume _,
          Found.OfSnapshot _,
          Found.Retired _,
          Found.RetiredSnapshot _,
          Found.HalfMade _,
          Found.Foreign _ ->
          false;
    };
  }

  private static OptionalLong optional(@Nullable Long bytes) {
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private Map<VolumeId, Volume> rows() {
    var rows = new TreeMap<VolumeId, Volume>();
    db.read(volumes::all).forEach(volume -> rows.put(volume.id(), volume));
    return rows;
  }

  /** As it is at this moment; empty also when it is being worked on. */
  Optional<Difference> of(VolumeId id) throws BackendException {
    var before = row(id);
    var bytes = driver.inspect(id).map(Fact::bytes);
    if (!before.equals(row(id))) {
      return Optional.empty();
    }
    if (before.isEmpty()) {
      return bytes.map(there -> new StorageWithoutRow(id, there));
    }
    return compare(before.get(), optional(bytes.orElse(null)));
  }

  private Map<SnapshotId, Snapshot> snapshotRows() {
    var rows = new TreeMap<SnapshotId, Snapshot>();
    db.read(snapshots::all).forEach(snapshot -> rows.put(snapshot.id(), snapshot));
    return rows;
  }

  /** As it is at this moment; empty also when it is being worked on. */
  Optional<Difference> of(SnapshotId id) throws BackendException {
    var before = row(id);
    var bytes = driver.inspect(id).map(SnapshotFact::bytes);
    if (!before.equals(row(id))) {
      return Optional.empty();
    }
    if (before.isEmpty()) {
      return bytes.map(there -> new SnapshotWithoutRow(id, there));
    }
    return compare(before.get(), optional(bytes.orElse(null)));
  }

  private Optional<Snapshot> row(SnapshotId id) {
    return db.lookUp(tx -> snapshots.find(tx, id));
  }

  private Optional<Volume> row(VolumeId id) {
    return db.lookUp(tx -> volumes.find(tx, id));
  }

  private Optional<Difference> compare(Volume volume, OptionalLong bytes) {
    boolean less = bytes.isEmpty() || bytes.getAsLong() < volume.bytes();
    return switch (volume.status()) {
      case CREATING, EXTENDING, RETYPING, DELETING, ROLLBACKING ->
          isAbandoned(volume) ? Optional.of(new WaitsForNoJob(volume, bytes)) : Optional.empty();
      case ERROR -> {
        if (bytes.isEmpty()) {
          yield Optional.empty();
        }
        if (failedToBeCreated(volume)) {
          yield Optional.of(new FailedCreateHasStorage(volume));
        }
        // less is what a repair found and its job tells
        yield less
            ? Optional.empty()
            : Optional.of(new StorageFoundAgain(volume, bytes.getAsLong()));
      }
      case ERROR_DELETING -> Optional.empty(); // it may be there or not
      case ERROR_EXTENDING, RESTORABLE -> less ? sizes(volume, bytes) : Optional.empty();
      case AVAILABLE,
          IN_USE,
          RESERVED,
          ATTACHING,
          DETACHING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          ERROR_RESTORING,
          ERROR_ROLLBACKING ->
          sizes(volume, bytes).or(() -> attachments(volume));
    };
  }

  /** {@code os-reserve} makes it attaching without one. */
  private static Optional<Difference> attachments(Volume volume) {
    var should = Attachments.statusOf(volume.attachments());
    return volume.status().followsAttachments()
            && volume.status() != should
            && volume.status() != VolumeStatus.ATTACHING
        ? Optional.of(new AttachmentsDiffer(volume, should))
        : Optional.empty();
  }

  private Optional<Difference> compare(Snapshot snapshot, OptionalLong bytes) {
    return switch (snapshot.status()) {
      case CREATING, DELETING, ROLLBACKING ->
          isAbandoned(snapshot)
              ? Optional.of(new SnapshotWaitsForNoJob(snapshot, bytes))
              : Optional.empty();
      case ERROR ->
          bytes.isPresent() && db.lookUp(tx -> snapshots.failedToBeCreated(tx, snapshot))
              ? Optional.of(new FailedSnapshotHasStorage(snapshot))
              : Optional.empty();
      case ERROR_DELETING -> Optional.empty(); // it may be there or not
      case AVAILABLE, BACKING_UP -> {
        if (bytes.isEmpty()) {
          yield Optional.of(new SnapshotLost(snapshot));
        }
        yield bytes.getAsLong() == snapshot.bytes()
            ? Optional.empty()
            : Optional.of(new SnapshotSizeDiffers(snapshot, bytes.getAsLong()));
      }
    };
  }

  /** In one state of the database: its job may be ending in this instant. */
  private boolean isAbandoned(Snapshot snapshot) {
    return db.read(
        tx ->
            !jobs.isUnfinished(tx, snapshot.job())
                && snapshots.find(tx, snapshot.id()).equals(Optional.of(snapshot)));
  }

  private static Optional<Difference> sizes(Volume volume, OptionalLong bytes) {
    if (bytes.isEmpty()) {
      return Optional.of(new StorageLost(volume));
    }
    return bytes.getAsLong() == volume.bytes()
        ? Optional.empty()
        : Optional.of(new SizeDiffers(volume, bytes.getAsLong()));
  }

  /** In one state of the database: its job may be ending in this instant. */
  private boolean isAbandoned(Volume volume) {
    return db.read(
        tx ->
            !jobs.isUnfinished(tx, volume.job())
                && volumes.find(tx, volume.id()).equals(Optional.of(volume)));
  }

  private boolean failedToBeCreated(Volume volume) {
    return db.lookUp(tx -> volumes.failedToBeCreated(tx, volume));
  }

  /** The quotas alone. */
  List<Difference> quotas() {
    var counted = db.read(tx -> Map.entry(made(tx), quotas.counted(tx)));
    var keys = new TreeSet<>(counted.getKey().keySet());
    keys.addAll(counted.getValue().keySet());
    var differences = new ArrayList<Difference>();
    for (var key : keys) {
      long rows = counted.getKey().getOrDefault(key, 0L);
      long use = counted.getValue().getOrDefault(key, 0L);
      if (rows != use) {
        int slash = key.indexOf('/');
        var project = new ProjectId(key.substring(0, slash));
        differences.add(new QuotaDiffers(project, key.substring(slash + 1), use, rows));
      }
    }
    var pool = db.read(tx -> new PoolDiffers(quotas.pool().provisionedGib(tx), provisionedGib(tx)));
    if (pool.counted() != pool.made()) {
      differences.add(pool);
    }
    return differences;
  }

  /** What the rows of all projects make together. */
  long provisionedGib(Tx tx) {
    return volumes.uses(tx).stream().mapToLong(Volumes.Use::gib).sum();
  }

  /** What the rows of this project make of this resource. */
  long made(Tx tx, ProjectId project, String resource) {
    return made(tx).getOrDefault(project + "/" + resource, 0L);
  }

  private Map<String, Long> made(Tx tx) {
    var made = new TreeMap<String, Long>();
    for (var use : volumes.uses(tx)) {
      var project = use.project() + "/";
      made.merge(project + "volumes", use.volumes(), Long::sum);
      made.merge(project + "volumes_" + use.type(), use.volumes(), Long::sum);
      made.merge(project + "gigabytes", use.gib(), Long::sum);
      made.merge(project + "gigabytes_" + use.type(), use.gib(), Long::sum);
    }
    for (var use : volumes.usesToBe(tx)) {
      var project = use.project() + "/";
      made.merge(project + "volumes_" + use.type(), use.volumes(), Long::sum);
      made.merge(project + "gigabytes_" + use.type(), use.gib(), Long::sum);
    }
    for (var use : snapshots.uses(tx)) {
      var project = use.project() + "/";
      made.merge(project + "snapshots", use.snapshots(), Long::sum);
      made.merge(project + "snapshots_" + use.type(), use.snapshots(), Long::sum);
    }
    return made;
  }
}
