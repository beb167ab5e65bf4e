package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.RETYPING;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
import platter.type.Types;
import platter.type.VolumeType;

/**
 * Gives a volume another type: retyping, then what it was. A storage of one kind keeps all types
 * alike, so nothing is moved; a volume that has lost its storage keeps its type. Meanwhile it
 * counts for the quotas of both types.
 */
final class RetypeVolume implements JobType<RetypeVolume.Params> {
  /**
   * All that the step and the end need.
   *
   * @param before the status to return to
   */
  record Params(
      VolumeId volume,
      VolumeType from,
      VolumeType to,
      OptionalInt iops,
      OptionalInt throughput,
      VolumeStatus before) {}

  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;
  private final Types types;
  private final StorageDriver driver;
  private final Served served;

  RetypeVolume(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Types types,
      StorageDriver driver,
      Served served) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
    this.types = types;
    this.driver = driver;
    this.served = served;
  }

  /**
   * Status and job are written together or not at all.
   *
   * @param newType its name
   * @param iops where the type lets them be chosen
   * @param throughput as iops
   * @throws ApiException NOT_FOUND, WRONG_STATUS, TYPE_UNSUPPORTED, TYPE_NOT_IN_ZONE,
   *     TYPE_SOLD_OUT, RETYPE_REFUSED, INVALID_REQUEST, VOLUMES_QUOTA, GIGABYTES_QUOTA
   */
  JobId start(Asked asked, VolumeId id, String newType, OptionalInt iops, OptionalInt throughput) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id, newType, iops, throughput)));
  }

  private JobId accept(
      Tx tx, Asked asked, VolumeId id, String newType, OptionalInt iops, OptionalInt throughput) {
    var volume =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Volumes.notFound(id));
    Volumes.mustBeAtRest(volume);
    var type =
        VolumeType.named(newType)
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorCode.TYPE_UNSUPPORTED,
                        "new_type must be one of " + List.of(VolumeType.values())));
    types.check(type, volume.zone());
    if (!volume.type().mayBecome(type)) {
      throw new ApiException(
          ErrorCode.RETYPE_REFUSED,
          "volume " + id + " is " + volume.type() + " and cannot become " + type);
    }
    CreateRequest.iops(iops, type, volume.sizeGib(), ErrorCode.INVALID_REQUEST);
    CreateRequest.throughput(throughput, type, iops, ErrorCode.INVALID_REQUEST);
    reserve(tx, volume, type);
    var params = new Params(id, volume.type(), type, iops, throughput, volume.status());
    var entities = Entities.of(volume.name(), volume.sizeGib(), id, type);
    var job = jobs.submit(tx, asked, this, params, entities);
    store.move(tx, id, volume.status(), RETYPING, job);
    return job;
  }

  private void reserve(Tx tx, Volume volume, VolumeType type) {
    quotas.reserveType(tx, volume.project(), type.name(), 1, volume.quotaGib());
    store.setRetypeTo(tx, volume.id(), Optional.of(type));
  }

  @Override
  public String wireName() {
    return "retypeVolume";
  }

  @Override
  public String taskName() {
    return "EbsRetypeVolumeTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.BACKEND_FAILED;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /** Looks only, so its undo has nothing to do. */
  @Override
  public List<Step<Params>> steps() {
    return List.of(step("keepSpace", this::keepSpace).undoneBy(_ -> {}));
  }

  /** The type changes with the verdict; of the two that were counted one is left. */
  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    var volume = store.find(tx, params.volume()).orElseThrow();
    switch (how) {
      case Succeeded _ -> {
        quotas.releaseType(tx, volume.project(), params.from().name(), 1, volume.quotaGib());
        store.retype(tx, params.volume(), params.to(), params.iops(), params.throughput());
        tx.afterCommit(() -> served.limited(params.volume(), params.iops(), params.throughput()));
      }
      case Failed _, Stuck _ ->
          quotas.releaseType(tx, volume.project(), params.to().name(), 1, volume.quotaGib());
    }
    store.setRetypeTo(tx, params.volume(), Optional.empty());
    var status = store.rest(tx, params.volume(), params.before());
    store.move(tx, params.volume(), RETYPING, status, job);
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    store.again(tx, params.volume(), params.before(), RETYPING, failed, job);
    var volume = store.find(tx, params.volume()).orElseThrow();
    if (volume.type() != params.from()) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "volume " + volume.id() + " is " + volume.type() + ", a retry needs " + params.from());
    }
    if (params.iops().isPresent()
        && !params.to().allowsIops(params.iops().getAsInt(), volume.sizeGib())) {
      throw new ApiException(ErrorCode.JOB_STATE, "the size of volume " + volume.id() + " changed");
    }
    reserve(tx, volume, params.to());
  }

  private void keepSpace(Params params) throws BackendException {
    Volumes.mustBeThere(driver, params.volume());
  }
}
