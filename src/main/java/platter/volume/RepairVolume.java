package platter.volume;

import static platter.job.Step.step;

import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobState;
import platter.job.JobState.Failed;
import platter.job.JobState.Succeeded;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.Step;
import platter.quota.Quotas;

/**
 * Brings a volume's row to what its storage is, when an operator says so. No step leads there, so
 * the job that explains the new status is written down as ended with the change itself: FAIL when
 * something was lost, with what was lost as its reason.
 */
final class RepairVolume implements JobType<RepairVolume.Params> {
  /** What was changed. For the records, nothing reads it. */
  record Params(VolumeId volume, VolumeStatus from, VolumeStatus to, int fromGib, int toGib) {}

  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;

  RepairVolume(Database db, VolumeStore store, Jobs jobs, Quotas quotas) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
  }

  /** The row is not the one that was seen; thrown so that nothing remains. */
  private static final class Changed extends RuntimeException {
    Changed() {
      super(null, null, false, false);
    }
  }

  /**
   * Row, quota and job are written together or not at all.
   *
   * @param seen the row as it was compared with the storage
   * @param lost what was lost; empty when nothing was
   * @return the job; empty when the row has changed since it was seen
   */
  Optional<JobId> start(Asked asked, Volume seen, VolumeStatus to, int sizeGib, String lost) {
    try {
      return Optional.of(db.inTx(tx -> change(tx, asked, seen, to, sizeGib, lost)));
    } catch (Changed e) {
      return Optional.empty();
    }
  }

  private JobId change(Tx tx, Asked asked, Volume seen, VolumeStatus to, int sizeGib, String lost) {
    var params = new Params(seen.id(), seen.status(), to, seen.sizeGib(), sizeGib);
    var job = jobs.record(tx, asked, this, params, Entities.of(seen, sizeGib), verdict(to, lost));
    if (!store.tryRepair(tx, seen, to, sizeGib, job)
        || !AttachmentStore.of(tx, seen.id()).equals(seen.attachments())) {
      throw new Changed();
    }
    quotas.adjust(tx, seen.project(), seen.type().name(), sizeGib - seen.quotaGib());
    store
        .retypeTo(tx, seen.id())
        .ifPresent(
            type -> {
              quotas.releaseType(tx, seen.project(), type.name(), 1, seen.quotaGib());
              store.setRetypeTo(tx, seen.id(), Optional.empty());
            });
    return job;
  }

  private JobState.Ended verdict(VolumeStatus to, String lost) {
    if (lost.isEmpty()) {
      return new Succeeded();
    }
    var code =
        switch (to) {
          case ERROR_EXTENDING -> ErrorCode.VOLUME_ERROR_EXTENDING;
          case ERROR_DELETING -> ErrorCode.VOLUME_ERROR_DELETING;
          case ERROR,
              CREATING,
              AVAILABLE,
              IN_USE,
              RESERVED,
              ATTACHING,
              DETACHING,
              EXTENDING,
              RETYPING,
              DELETING,
              ROLLBACKING,
              BACKING_UP,
              RESTORING_BACKUP,
              UPLOADING,
              DOWNLOADING,
              AWAITING_TRANSFER,
              RESTORABLE,
              ERROR_RESTORING,
              ERROR_ROLLBACKING ->
              failure();
        };
    return new Failed(
        new Failure(code.code(), taskName() + "-fail:" + code.message() + " " + lost));
  }

  @Override
  public String wireName() {
    return "repairVolume";
  }

  @Override
  public String taskName() {
    return "EbsRepairVolumeTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.VOLUME_ERROR;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  /** It is never run: its only appearance is its end. */
  @Override
  public List<Step<Params>> steps() {
    return List.of(step("nothing", _ -> {}));
  }

  @Override
  public boolean retryable() {
    return false;
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    throw new ApiException(ErrorCode.JOB_STATE, "a repair is not retried: verify again");
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {}
}
