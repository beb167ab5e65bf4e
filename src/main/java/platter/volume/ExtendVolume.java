package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.ERROR_EXTENDING;
import static platter.volume.VolumeStatus.EXTENDING;
import static platter.volume.VolumeStatus.IN_USE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
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
import platter.type.VolumeType;

/** Grows a volume: extending, then what it was, or error_extending with the old size. */
final class ExtendVolume implements JobType<ExtendVolume.Params> {
  private static final String BATCH = "batchExtendVolume";

  /**
   * All that the step needs.
   *
   * @param fromGib the size before
   * @param toGib the size to be reached
   * @param before the status to return to
   */
  record Params(VolumeId volume, int fromGib, int toGib, VolumeStatus before) {}

  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;
  private final StorageDriver driver;
  private final Served served;

  ExtendVolume(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      StorageDriver driver,
      Served served) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
    this.driver = driver;
    this.served = served;
  }

  /**
   * Status, quota and job are written together or not at all.
   *
   * @param newSizeGib more than now
   * @throws ApiException NOT_FOUND, EXTEND_REFUSED, EXTEND_SHARED_REFUSED, INVALID_SIZE,
   *     SIZE_NOT_GREATER, GIGABYTES_QUOTA, CANNOT_EXTEND when the storage has no room
   */
  JobId start(Asked asked, VolumeId id, int newSizeGib) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id, newSizeGib)));
  }

  private JobId accept(Tx tx, Asked asked, VolumeId id, int newSizeGib) {
    var wanted = reserve(tx, asked, id, newSizeGib);
    var job = jobs.submit(tx, asked, this, wanted.params(), wanted.entities());
    begin(tx, wanted.params(), job);
    return job;
  }

  /**
   * All of them or none is accepted; then each grows for itself.
   *
   * @param wanted the new sizes
   * @throws ApiException as {@link #start}
   */
  JobId startBatch(Asked asked, Map<VolumeId, Integer> wanted) {
    return db.inTx(tx -> asked.once(tx, () -> acceptBatch(tx, asked, wanted)));
  }

  private JobId acceptBatch(Tx tx, Asked asked, Map<VolumeId, Integer> wanted) {
    var children = new ArrayList<Jobs.Child<Params>>(wanted.size());
    wanted.forEach((id, newSizeGib) -> children.add(reserve(tx, asked, id, newSizeGib)));
    var batch = jobs.submitBatch(tx, asked, BATCH, this, children);
    for (int i = 0; i < children.size(); i++) {
      begin(tx, children.get(i).params(), batch.children().get(i));
    }
    return batch.parent();
  }

  private Jobs.Child<Params> reserve(Tx tx, Asked asked, VolumeId id, int newSizeGib) {
    var volume =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Volumes.notFound(id));
    check(volume, newSizeGib);
    count(tx, volume, newSizeGib - volume.sizeGib(), newSizeGib);
    return new Jobs.Child<>(
        new Params(id, volume.sizeGib(), newSizeGib, volume.status()),
        Entities.of(volume, newSizeGib));
  }

  private void count(Tx tx, Volume volume, int moreGib, int newSizeGib) {
    quotas
        .reserve(tx, volume.project(), volume.type().name(), 0, moreGib, newSizeGib)
        .orElse(
            () ->
                new ApiException(
                    ErrorCode.CANNOT_EXTEND,
                    "the storage has no room for " + moreGib + " GiB more"));
  }

  private void begin(Tx tx, Params params, JobId job) {
    store.move(tx, params.volume(), params.before(), EXTENDING, job);
    store.resize(tx, params.volume(), params.fromGib(), params.toGib());
  }

  private void check(Volume volume, int newSizeGib) {
    if (volume.status() != AVAILABLE && volume.status() != IN_USE) {
      throw new ApiException(
          ErrorCode.EXTEND_REFUSED,
          "volume "
              + volume.id()
              + " is "
              + volume.status().wireName()
              + ", see job "
              + volume.job());
    }
    if (volume.multiattach() && volume.status() == IN_USE) {
      throw new ApiException(
          ErrorCode.EXTEND_SHARED_REFUSED, "detach volume " + volume.id() + " everywhere first");
    }
    if (newSizeGib > VolumeType.MAX_SIZE_GIB) {
      throw new ApiException(
          ErrorCode.INVALID_SIZE,
          "new_size must be up to " + VolumeType.MAX_SIZE_GIB + " GiB, not " + newSizeGib);
    }
    if (newSizeGib <= volume.sizeGib()) {
      throw new ApiException(
          ErrorCode.SIZE_NOT_GREATER,
          "volume "
              + volume.id()
              + " has "
              + volume.sizeGib()
              + " GiB, "
              + newSizeGib
              + " was asked");
    }
    CreateRequest.holdable(newSizeGib, driver.limits().maxBytes());
  }

  @Override
  public String wireName() {
    return "extendVolume";
  }

  @Override
  public String taskName() {
    return "EbsExtendVolumeTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.VOLUME_ERROR_EXTENDING;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /** Growing is all or nothing, and storage never shrinks: there is nothing to undo. */
  @Override
  public List<Step<Params>> steps() {
    return List.of(step("growSpace", this::growSpace));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    switch (how) {
      case Succeeded _ -> {
        store.resize(tx, params.volume(), params.toGib(), params.toGib());
        var status = store.rest(tx, params.volume(), params.before());
        store.move(tx, params.volume(), EXTENDING, status, job);
      }
      case Failed _, Stuck _ -> {
        var volume = store.find(tx, params.volume()).orElseThrow();
        int moreGib = params.toGib() - params.fromGib();
        quotas.release(tx, volume.project(), volume.type().name(), 0, moreGib);
        store.resize(tx, params.volume(), params.fromGib(), params.fromGib());
        store.move(tx, params.volume(), EXTENDING, ERROR_EXTENDING, job);
      }
    }
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    store.again(tx, params.volume(), ERROR_EXTENDING, EXTENDING, failed, job);
    var volume = store.find(tx, params.volume()).orElseThrow();
    count(tx, volume, params.toGib() - params.fromGib(), params.toGib());
    store.resize(tx, params.volume(), params.fromGib(), params.toGib());
  }

  private void growSpace(Params params) throws BackendException {
    driver.grow(params.volume(), params.toGib() * Volume.BYTES_PER_GIB);
    served.grown(params.volume(), params.toGib()); // the job ends when its hosts can have it
  }
}
