package platter.snapshot;

import static platter.volume.VolumeStatus.ERROR_ROLLBACKING;
import static platter.volume.VolumeStatus.ROLLBACKING;

import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobState;
import platter.job.JobState.Failed;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.Progress;
import platter.job.Step;
import platter.volume.Volume;
import platter.volume.VolumeStatus;
import platter.volume.Volumes;

/**
 * Gives a volume the bytes of its snapshot: both rollbacking, then both available; when it fails,
 * the volume error_rollbacking with all of its old bytes or all of the snapshot's.
 */
final class RollbackSnapshot implements JobType<RollbackSnapshot.Params> {
  /** Snapshots of this name belong to backups. */
  private static final String OF_BACKUP = "autobk_snapshot_";

  /** All that the step needs. */
  record Params(SnapshotId snapshot, VolumeId volume) {}

  private final Database db;
  private final SnapshotStore store;
  private final Volumes volumes;
  private final Jobs jobs;
  private final StorageDriver driver;

  RollbackSnapshot(
      Database db, SnapshotStore store, Volumes volumes, Jobs jobs, StorageDriver driver) {
    this.db = db;
    this.store = store;
    this.volumes = volumes;
    this.jobs = jobs;
    this.driver = driver;
  }

  /**
   * Both statuses and the job are written together or not at all.
   *
   * @param to the volume, which must be the source of the snapshot
   * @throws ApiException NOT_FOUND, INVALID_VOLUME_ID, INVALID_REQUEST, SNAPSHOT_NOT_USABLE,
   *     WRONG_STATUS
   */
  JobId start(Asked asked, SnapshotId id, VolumeId to) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id, to)));
  }

  private JobId accept(Tx tx, Asked asked, SnapshotId id, VolumeId to) {
    var volume = volumes.findToChange(tx, asked.project(), to); // before its snapshots, as always
    var snapshot =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Snapshots.notFound(id));
    check(snapshot, volume, to);
    if (store.isOneBeingMade(tx, to)) {
      throw new ApiException(ErrorCode.WRONG_STATUS, beingMade(to));
    }
    var job = jobs.submit(tx, asked, this, new Params(id, to), Entities.of(snapshot));
    volumes.move(tx, to, volume.orElseThrow().status(), ROLLBACKING, job);
    store.move(tx, id, snapshot.status(), SnapshotStatus.ROLLBACKING, job);
    return job;
  }

  /** It would get the bytes of the rollback, or some of both. */
  private static String beingMade(VolumeId of) {
    return "a snapshot of volume " + of + " is being made; try again soon";
  }

  private static void check(Snapshot snapshot, Optional<Volume> volume, VolumeId to) {
    if (!snapshot.volume().equals(to) || volume.isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_VOLUME_ID,
          "snapshot " + snapshot.id() + " is of volume " + snapshot.volume() + ", not of " + to);
    }
    if (snapshot.name().startsWith(OF_BACKUP)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "snapshots named " + OF_BACKUP + "… belong to backups");
    }
    if (snapshot.status() != SnapshotStatus.AVAILABLE) {
      throw new ApiException(
          ErrorCode.SNAPSHOT_NOT_USABLE,
          "snapshot " + snapshot.id() + " is " + snapshot.status().wireName());
    }
    var status = volume.get().status();
    if (status != VolumeStatus.AVAILABLE && status != ERROR_ROLLBACKING) {
      throw new ApiException(
          ErrorCode.WRONG_STATUS,
          "volume "
              + to
              + " is "
              + status.wireName()
              + ", a rollback needs available or error_rollbacking");
    }
  }

  @Override
  public String wireName() {
    return "rollbackSnapshot";
  }

  @Override
  public String taskName() {
    return "EbsRollbackSnapshotTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.BACKEND_FAILED;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /**
   * The undo does not bring the old bytes back, so what was begun cannot be cancelled; it sees to
   * it that a node that comes late does not roll back what its user has written since.
   */
  @Override
  public List<Step<Params>> steps() {
    return List.of(
        new Step<>(
            "revertVolume",
            this::revertVolume,
            this::settle,
            false,
            Optional.empty(),
            _ -> !driver.snapshotsAreInstant()));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    var status =
        switch (how) {
          case Succeeded _ -> VolumeStatus.AVAILABLE;
          case Failed _, Stuck _ -> ERROR_ROLLBACKING;
        };
    volumes.move(tx, params.volume(), ROLLBACKING, status, job);
    store.move(tx, params.snapshot(), SnapshotStatus.ROLLBACKING, SnapshotStatus.AVAILABLE, job);
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    volumes.again(tx, params.volume(), ERROR_ROLLBACKING, ROLLBACKING, failed, job);
    if (store.isOneBeingMade(tx, params.volume())) {
      throw new ApiException(ErrorCode.JOB_STATE, beingMade(params.volume()));
    }
    store.again(
        tx, params.snapshot(), SnapshotStatus.AVAILABLE, SnapshotStatus.ROLLBACKING, failed, job);
  }

  private void revertVolume(Params params) throws BackendException {
    driver.revert(params.volume(), params.snapshot(), Progress::at);
  }

  private void settle(Params params) throws BackendException {
    driver.settle(params.volume());
  }
}
