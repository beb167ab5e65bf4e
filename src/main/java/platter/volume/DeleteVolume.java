package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.DELETING;
import static platter.volume.VolumeStatus.ERROR_DELETING;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/**
 * Takes volumes away: deleting, then gone, or error_deleting. The same work is {@code deleteVolume}
 * when it is asked for alone and {@code deleteSingleVolume} in a batch.
 */
final class DeleteVolume implements JobType<DeleteVolume.Params> {
  private static final String BATCH = "bulkDeleteVolume";

  /**
   * All that the step needs.
   *
   * @param snapshots those that go with it
   */
  record Params(VolumeId volume, List<SnapshotId> snapshots) {
    Params {
      snapshots =
          List.copyOf(Objects.requireNonNullElse(snapshots, List.of())); // of older versions
    }
  }

  private final String wireName;
  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;
  private final Origins origins;
  private final StorageDriver driver;

  private DeleteVolume(
      String wireName,
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver) {
    this.wireName = wireName;
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
    this.origins = origins;
    this.driver = driver;
  }

  static DeleteVolume alone(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver) {
    return new DeleteVolume("deleteVolume", db, store, jobs, quotas, origins, driver);
  }

  static DeleteVolume inBatch(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver) {
    return new DeleteVolume("deleteSingleVolume", db, store, jobs, quotas, origins, driver);
  }

  /**
   * Status and job are written together or not at all.
   *
   * @param cascade whether its snapshots go with it
   * @return the job; the one that runs already when the volume is being deleted
   * @throws ApiException NOT_FOUND, DELETE_REFUSED, HAS_SNAPSHOTS, SNAPSHOT_DELETE_REFUSED
   */
  JobId start(Asked asked, VolumeId id, boolean cascade, boolean strict) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id, cascade, strict)));
  }

  private JobId accept(Tx tx, Asked asked, VolumeId id, boolean cascade, boolean strict) {
    var volume =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Volumes.notFound(id));
    if (volume.status() == DELETING && !strict) {
      return volume.job();
    }
    check(volume);
    var params = new Params(id, snapshots(tx, id, cascade));
    var job = jobs.submit(tx, asked, this, params, Entities.of(volume, volume.sizeGib()));
    store.move(tx, id, volume.status(), DELETING, job);
    origins.deleting(tx, params.snapshots(), job);
    return job;
  }

  /**
   * All of them or none is accepted; then each is deleted for itself.
   *
   * @param cascade whether their snapshots go with them
   * @throws ApiException NOT_FOUND, DELETE_REFUSED, HAS_SNAPSHOTS, SNAPSHOT_DELETE_REFUSED
   */
  JobId startBatch(Asked asked, List<VolumeId> ids, boolean cascade) {
    return db.inTx(tx -> asked.once(tx, () -> acceptBatch(tx, asked, ids, cascade)));
  }

  private JobId acceptBatch(Tx tx, Asked asked, List<VolumeId> ids, boolean cascade) {
    var volumes = new ArrayList<Volume>(ids.size());
    var children = new ArrayList<Jobs.Child<Params>>(ids.size());
    for (var id : ids) {
      var volume =
          store.findToChange(tx, asked.project(), id).orElseThrow(() -> Volumes.notFound(id));
      check(volume);
      volumes.add(volume);
      var params = new Params(id, snapshots(tx, id, cascade));
      children.add(new Jobs.Child<>(params, Entities.of(volume, volume.sizeGib())));
    }
    var batch = jobs.submitBatch(tx, asked, BATCH, this, children);
    for (int i = 0; i < volumes.size(); i++) {
      var volume = volumes.get(i);
      var job = batch.children().get(i);
      store.move(tx, volume.id(), volume.status(), DELETING, job);
      origins.deleting(tx, children.get(i).params().snapshots(), job);
    }
    return batch.parent();
  }

  /** Those that go with the volume. */
  private List<SnapshotId> snapshots(Tx tx, VolumeId id, boolean cascade) {
    var snapshots = origins.of(tx, id);
    if (snapshots.isEmpty()) {
      return snapshots;
    }
    if (!cascade) {
      throw new ApiException(
          ErrorCode.HAS_SNAPSHOTS,
          "volume "
              + id
              + " has "
              + snapshots.size()
              + " snapshots, such as "
              + snapshots.getFirst()
              + "; delete them first, or with it by cascade=true");
    }
    tx.settle(); // a volume of the same group of transactions counts too
    for (var snapshot : snapshots) {
      var made = store.beingMadeOf(tx, snapshot);
      if (!made.isEmpty()) {
        throw new ApiException(
            ErrorCode.SNAPSHOT_DELETE_REFUSED,
            "volume " + made.getFirst() + " is being made of snapshot " + snapshot);
      }
    }
    return snapshots;
  }

  private static void check(Volume volume) {
    if (!volume.status().deletable()) {
      throw new ApiException(
          ErrorCode.DELETE_REFUSED,
          "volume "
              + volume.id()
              + " is "
              + volume.status().wireName()
              + ", see job "
              + volume.job());
    }
  }

  @Override
  public String wireName() {
    return wireName;
  }

  @Override
  public String taskName() {
    return "EbsDeleteVolumeTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.VOLUME_ERROR_DELETING;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /** What is retired does not come back: a delete that failed may be asked for again. */
  @Override
  public List<Step<Params>> steps() {
    return List.of(step("retireSpace", this::retireSpace));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    switch (how) {
      case Succeeded _ -> {
        var volume = store.find(tx, params.volume()).orElseThrow();
        quotas.release(tx, volume.project(), volume.type().name(), 1, volume.quotaGib());
        store.delete(tx, params.volume());
        origins.deleted(tx, params.snapshots());
      }
      case Failed _, Stuck _ -> {
        store.move(tx, params.volume(), DELETING, ERROR_DELETING, job);
        origins.notDeleted(tx, params.snapshots(), job);
      }
    }
  }

  @Override
  public void again(Tx tx, JobId job, Params params) {
    store.again(tx, params.volume(), ERROR_DELETING, DELETING, job);
    origins.deletingAgain(tx, params.snapshots(), job);
  }

  private void retireSpace(Params params) throws BackendException {
    for (var snapshot : params.snapshots()) {
      driver.retire(snapshot);
    }
    driver.retire(params.volume());
  }
}
