package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.RETYPING;

import java.util.List;
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
import platter.type.VolumeType;

/** Gives a GPSSD2 or ESSD2 volume another performance: retyping, then what it was. */
final class ModifyQos implements JobType<ModifyQos.Params> {
  /**
   * All that the step and the end need.
   *
   * @param type which the volume had, and keeps
   * @param before the status to return to
   */
  record Params(
      VolumeId volume,
      VolumeType type,
      OptionalInt iops,
      OptionalInt throughput,
      VolumeStatus before) {}

  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final StorageDriver driver;
  private final Served served;

  ModifyQos(Database db, VolumeStore store, Jobs jobs, StorageDriver driver, Served served) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.driver = driver;
    this.served = served;
  }

  /**
   * Status and job are written together or not at all.
   *
   * @param throughput where the type lets it be chosen
   * @throws ApiException NOT_FOUND, WRONG_STATUS, QOS_REFUSED, INVALID_REQUEST
   */
  JobId start(Asked asked, VolumeId id, OptionalInt iops, OptionalInt throughput) {
    return db.inTx(tx -> asked.once(tx, () -> accept(tx, asked, id, iops, throughput)));
  }

  private JobId accept(Tx tx, Asked asked, VolumeId id, OptionalInt iops, OptionalInt throughput) {
    var volume =
        store.findToChange(tx, asked.project(), id).orElseThrow(() -> Volumes.notFound(id));
    Volumes.mustBeAtRest(volume);
    var type = volume.type();
    if (!type.choosesIops()) {
      throw new ApiException(ErrorCode.QOS_REFUSED, "volume " + id + " is " + type);
    }
    CreateRequest.iops(iops, type, volume.sizeGib(), ErrorCode.INVALID_REQUEST);
    CreateRequest.throughput(throughput, type, iops, ErrorCode.INVALID_REQUEST);
    var params = new Params(id, type, iops, throughput, volume.status());
    var job = jobs.submit(tx, asked, this, params, Entities.of(volume, volume.sizeGib()));
    store.move(tx, id, volume.status(), RETYPING, job);
    return job;
  }

  @Override
  public String wireName() {
    return "modifyVolumeQos";
  }

  @Override
  public String taskName() {
    return "EbsModifyVolumeQosTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.QOS_NOT_SET;
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

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    switch (how) {
      case Succeeded _ -> {
        store.retype(tx, params.volume(), params.type(), params.iops(), params.throughput());
        tx.afterCommit(() -> served.limited(params.volume(), params.iops(), params.throughput()));
      }
      case Failed _, Stuck _ -> {}
    }
    var status = store.rest(tx, params.volume(), params.before());
    store.move(tx, params.volume(), RETYPING, status, job);
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    store.again(tx, params.volume(), params.before(), RETYPING, failed, job);
    var volume = store.find(tx, params.volume()).orElseThrow();
    if (volume.type() != params.type()) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "volume " + volume.id() + " is " + volume.type() + ", a retry needs " + params.type());
    }
  }

  private void keepSpace(Params params) throws BackendException {
    Volumes.mustBeThere(driver, params.volume());
  }
}
