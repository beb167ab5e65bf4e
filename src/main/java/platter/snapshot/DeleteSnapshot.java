package platter.snapshot;

import static platter.job.Step.step;
import static platter.snapshot.SnapshotStatus.DELETING;
import static platter.snapshot.SnapshotStatus.ERROR_DELETING;

import java.util.List;
import java.util.Objects;
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
import platter.job.Step;
import platter.quota.Quotas;
import platter.volume.Volumes;

/** Takes snapshots away: deleting, then gone, or error_deleting. */
final class DeleteSnapshot implements JobType<DeleteSnapshot.Params> {
  /**
   * All that the step needs.
   *
   * @param begun of which volume it was to be one that failed to be made
   */
  record Params(SnapshotId snapshot, Optional<VolumeId> begun) {
    Params {
      begun = Objects.requireNonNullElse(begun, Optional.empty()); // as older versions wrote it
    }
  }

  private final Database db;
  private final SnapshotStore store;
  private final Volumes volumes;
  private final Jobs jobs;
  private final Quotas quotas;
  private final StorageDriver driver;

  DeleteSnapshot(
      Database db,
      SnapshotStore store,
      Volumes volumes,
      Jobs jobs,
      Quotas quotas,
      StorageDriver driver) {
    this.db = db;
    this.store = store;
    this.volumes = volumes;
    this.jobs = jobs;
    this.quotas = quotas;
    this.driver = driver;
  }

  /**
   * Status and job are written together or not at all.
   *
   * @throws ApiException NOT_FOUND, SNAPSHOT_DELETE_REFUSED
   */
  JobId start(Asked asked, SnapshotId id) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id)));
  }

  private JobId accept(Tx tx, Asked asked, SnapshotId id) {
    var snapshot =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Snapshots.notFound(id));
    mustBeDeletable(tx, volumes, snapshot);
    var begun =
        snapshot.status() == SnapshotStatus.ERROR
            ? Optional.of(snapshot.volume())
            : Optional.<VolumeId>empty();
    var job = jobs.submit(tx, asked, this, new Params(id, begun), Entities.of(snapshot));
    store.move(tx, id, snapshot.status(), DELETING, job);
    return job;
  }

  private static void mustBeDeletable(Tx tx, Volumes volumes, Snapshot snapshot) {
    mustBeDeletable(snapshot);
    tx.settle(); // a volume of the same group of transactions counts too
    var made = volumes.beingMadeOf(tx, snapshot.id());
    if (!made.isEmpty()) {
      throw refused(snapshot, "volume " + made.getFirst() + " is being made of it");
    }
  }

  /** By its status alone. */
  static void mustBeDeletable(Snapshot snapshot) {
    if (!snapshot.status().deletable()) {
      throw refused(
          snapshot, "it is " + snapshot.status().wireName() + ", see job " + snapshot.job());
    }
  }

  private static ApiException refused(Snapshot snapshot, String why) {
    return new ApiException(
        ErrorCode.SNAPSHOT_DELETE_REFUSED,
        "snapshot " + snapshot.id() + " cannot be deleted: " + why);
  }

  @Override
  public String wireName() {
    return "deleteSnapshot";
  }

  @Override
  public String taskName() {
    return "EbsDeleteSnapshotTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.SNAPSHOT_ERROR_DELETING;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /** What is retired does not come back: a delete that failed may be asked for again. */
  @Override
  public List<Step<Params>> steps() {
    return List.of(step("retireSnapshot", this::retireSnapshot));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    switch (how) {
      case Succeeded _ -> gone(tx, store, quotas, params.snapshot());
      case Failed _, Stuck _ -> store.move(tx, params.snapshot(), DELETING, ERROR_DELETING, job);
    }
  }

  /** Its row goes, and what it was counted for. */
  static void gone(Tx tx, SnapshotStore store, Quotas quotas, SnapshotId id) {
    var snapshot = store.find(tx, id).orElseThrow();
    quotas.releaseSnapshot(tx, snapshot.project(), snapshot.type().name());
    store.delete(tx, id);
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    store.again(tx, params.snapshot(), ERROR_DELETING, DELETING, failed, job);
  }

  private void retireSnapshot(Params params) throws BackendException {
    if (params.begun().isPresent()) {
      driver.retire(params.begun().get(), params.snapshot());
    } else {
      driver.retire(params.snapshot());
    }
  }
}
