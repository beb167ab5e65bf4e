package platter.snapshot;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.quota.Quotas;
import platter.volume.Origins;

/** Tells volumes what they must know of snapshots. */
public final class SnapshotOrigins implements Origins {
  private final SnapshotStore store;
  private final Quotas quotas;
  private final StorageDriver driver;

  public SnapshotOrigins(Quotas quotas, StorageDriver driver, InstantSource clock) {
    this.quotas = quotas;
    this.driver = driver;
    store = new SnapshotStore(clock);
  }

  @Override
  public Origin hold(Tx tx, ProjectId project, SnapshotId id) {
    return origin(id, store.findToChange(tx, project, id));
  }

  private static Origin origin(SnapshotId id, Optional<Snapshot> found) {
    var snapshot =
        found.orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.INVALID_SNAPSHOT_ID, "this project has no snapshot " + id));
    if (!snapshot.status().usable()) {
      throw new ApiException(
          ErrorCode.SNAPSHOT_NOT_USABLE,
          "snapshot " + id + " is " + snapshot.status().wireName() + ", see job " + snapshot.job());
    }
    return new Origin(id, snapshot.sizeGib(), snapshot.type(), snapshot.zone());
  }

  @Override
  public void mustNotBeCopied(Tx tx, VolumeId volume) {
    if (!driver.snapshotsAreInstant() && store.isOneBeingMade(tx, volume)) {
      throw new ApiException(
          ErrorCode.WRONG_STATUS,
          "Invalid volume: a snapshot of " + volume + " is being made; try again soon");
    }
  }

  @Override
  public List<SnapshotId> of(Tx tx, VolumeId volume) {
    return store.ofVolumeToChange(tx, volume).stream().map(Snapshot::id).toList();
  }

  @Override
  public void deleting(Tx tx, VolumeId volume, JobId job) {
    store.ofVolumeToChange(tx, volume).forEach(DeleteSnapshot::mustBeDeletable);
    store.deleteAllOf(tx, volume, job);
  }

  @Override
  public void deleted(Tx tx, List<SnapshotId> snapshots) {
    snapshots.forEach(id -> DeleteSnapshot.gone(tx, store, quotas, id));
  }

  @Override
  public void notDeleted(Tx tx, List<SnapshotId> snapshots, JobId job) {
    snapshots.forEach(
        id -> store.move(tx, id, SnapshotStatus.DELETING, SnapshotStatus.ERROR_DELETING, job));
  }

  @Override
  public void deletingAgain(Tx tx, List<SnapshotId> snapshots, JobId failed, JobId job) {
    snapshots.forEach(
        id ->
            store.again(
                tx, id, SnapshotStatus.ERROR_DELETING, SnapshotStatus.DELETING, failed, job));
  }
}
