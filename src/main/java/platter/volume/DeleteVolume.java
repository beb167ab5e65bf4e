package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.DELETING;
import static platter.volume.VolumeStatus.ERROR_DELETING;
import static platter.volume.VolumeStatus.RESTORABLE;

import java.util.ArrayList;
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
import platter.volume.RecycleBin.Recycling;

/**
 * Takes volumes away: deleting, then gone or in the recycle bin; or error_deleting, but what it was
 * when it should only have gone into the bin. The same work is {@code deleteVolume} when it is
 * asked for alone and {@code deleteSingleVolume} in a batch.
 */
final class DeleteVolume implements JobType<DeleteVolume.Params> {
  private static final String BATCH = "bulkDeleteVolume";

  /**
   * All that the step needs.
   *
   * @param snapshots those that go with it
   * @param recycling empty: its space goes; else it only goes into the recycle bin
   */
  record Params(VolumeId volume, List<SnapshotId> snapshots, Optional<Recycling> recycling) {
    Params { // as older versions wrote it
      snapshots = List.copyOf(Objects.requireNonNullElse(snapshots, List.of()));
      recycling = Objects.requireNonNullElse(recycling, Optional.empty());
    }
  }

  private final String wireName;
  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;
  private final Origins origins;
  private final StorageDriver driver;
  private final RecycleBin bin;

  private DeleteVolume(
      String wireName,
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver,
      RecycleBin bin) {
    this.wireName = wireName;
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
    this.origins = origins;
    this.driver = driver;
    this.bin = bin;
  }

  static DeleteVolume alone(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver,
      RecycleBin bin) {
    return new DeleteVolume("deleteVolume", db, store, jobs, quotas, origins, driver, bin);
  }

  static DeleteVolume inBatch(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver,
      RecycleBin bin) {
    return new DeleteVolume("deleteSingleVolume", db, store, jobs, quotas, origins, driver, bin);
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
    return submit(tx, asked, volume, snapshots(tx, id, cascade), bin.recycling(tx, volume));
  }

  private JobId submit(
      Tx tx,
      Asked asked,
      Volume volume,
      List<SnapshotId> snapshots,
      Optional<Recycling> recycling) {
    var params = new Params(volume.id(), snapshots, recycling);
    var job = jobs.submit(tx, asked, this, params, Entities.of(volume, volume.sizeGib()));
    store.move(tx, volume.id(), volume.status(), DELETING, job);
    if (!snapshots.isEmpty()) {
      origins.deleting(tx, volume.id(), job);
    }
    return job;
  }

  /**
   * Destroys one that is in the recycle bin, before its time.
   *
   * @throws ApiException NOT_FOUND, DELETE_REFUSED
   */
  JobId startFromBin(Asked asked, VolumeId id, RecycleStore recycled) {
    return db.inTx(
        tx ->
            asked.once(
                tx,
                () -> {
                  var volume =
                      recycled
                          .findToChange(tx, asked.project(), id)
                          .orElseThrow(() -> RecycleBin.notFound(id))
                          .volume();
                  if (volume.status() == DELETING) {
                    return volume.job();
                  }
                  if (!destroyable(volume)) {
                    throw refused(volume);
                  }
                  return destroy(tx, asked, volume);
                }));
  }

  /** Whether one in the recycle bin can be destroyed. */
  static boolean destroyable(Volume volume) {
    return volume.status() == RESTORABLE || volume.status().deletable();
  }

  JobId destroy(Tx tx, Asked asked, Volume volume) {
    return submit(tx, asked, volume, List.of(), Optional.empty()); // it has none in the bin
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
      var params = new Params(id, snapshots(tx, id, cascade), bin.recycling(tx, volume));
      children.add(new Jobs.Child<>(params, Entities.of(volume, volume.sizeGib())));
    }
    var batch = jobs.submitBatch(tx, asked, BATCH, this, children);
    for (int i = 0; i < volumes.size(); i++) {
      var volume = volumes.get(i);
      var job = batch.children().get(i);
      store.move(tx, volume.id(), volume.status(), DELETING, job);
      if (!children.get(i).params().snapshots().isEmpty()) {
        origins.deleting(tx, volume.id(), job);
      }
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
              + (snapshots.size() == 1 ? "snapshot " : snapshots.size() + " snapshots, such as ")
              + snapshots.getFirst()
              + "; delete first, or with cascade=true");
    }
    tx.settle(); // a volume of the same group of transactions counts too
    store
        .beingMadeOfSnapshotsOf(tx, id)
        .ifPresent(
            made -> {
              throw new ApiException(
                  ErrorCode.SNAPSHOT_DELETE_REFUSED,
                  "volume " + made + " is being made of a snapshot of volume " + id);
            });
    return snapshots;
  }

  private static void check(Volume volume) {
    if (!volume.status().deletable()) {
      throw refused(volume);
    }
    if (!volume.attachments().isEmpty()) { // its extension failed while it was in use
      throw new ApiException(
          ErrorCode.DELETE_REFUSED, "volume " + volume.id() + " is attached to a server");
    }
  }

  private static ApiException refused(Volume volume) {
    return new ApiException(
        ErrorCode.DELETE_REFUSED,
        "volume "
            + volume.id()
            + " is "
            + volume.status().wireName()
            + ", see job "
            + volume.job());
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
      case Succeeded _ when params.recycling().isPresent() -> {
        bin.put(tx, params.volume(), params.recycling().get(), job);
        origins.deleted(tx, params.snapshots());
      }
      case Succeeded _ -> {
        var volume = store.find(tx, params.volume()).orElseThrow();
        quotas.release(tx, volume.project(), volume.type().name(), 1, volume.quotaGib());
        store.delete(tx, params.volume());
        bin.forget(tx, volume);
        origins.deleted(tx, params.snapshots());
      }
      case Failed _, Stuck _ -> {
        store.move(tx, params.volume(), DELETING, left(params), job);
        origins.notDeleted(tx, params.snapshots(), job);
      }
    }
  }

  /** What a failure leaves. One that should have gone into the bin has lost nothing. */
  private static VolumeStatus left(Params params) {
    return params.recycling().map(Recycling::before).orElse(ERROR_DELETING);
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    var id = params.volume();
    store.again(tx, id, left(params), DELETING, failed, job);
    // it may have been used since
    if (!params.snapshots().containsAll(origins.of(tx, id))
        || !AttachmentStore.of(tx, id).isEmpty()) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "volume " + id + " has other snapshots than then, or is attached; delete it anew");
    }
    origins.deletingAgain(tx, params.snapshots(), failed, job);
  }

  private void retireSpace(Params params) throws BackendException {
    if (params.recycling().isPresent()) { // first: of a lost one the snapshots are all that is left
      Volumes.mustBeThere(driver, params.volume());
    }
    for (var snapshot : params.snapshots()) {
      driver.retire(snapshot);
    }
    if (params.recycling().isEmpty()) {
      driver.retire(params.volume());
    }
  }
}
