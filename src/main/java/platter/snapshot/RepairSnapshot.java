package platter.snapshot;

import static platter.job.Step.step;

import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.id.JobId;
import platter.id.SnapshotId;
import platter.job.Asked;
import platter.job.JobState;
import platter.job.JobState.Failed;
import platter.job.JobState.Succeeded;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.Step;

/**
 * Brings a snapshot's row to what its storage is, when an operator says so; written down as a job
 * that has ended, as of a volume (docs/decisions/0011).
 */
final class RepairSnapshot implements JobType<RepairSnapshot.Params> {
  /** What was changed. For the records, nothing reads it. */
  record Params(SnapshotId snapshot, SnapshotStatus from, SnapshotStatus to) {}

  private final Database db;
  private final SnapshotStore store;
  private final Jobs jobs;

  RepairSnapshot(Database db, SnapshotStore store, Jobs jobs) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
  }

  /** The row is not the one that was seen; thrown so that nothing remains. */
  private static final class Changed extends RuntimeException {
    Changed() {
      super(null, null, false, false);
    }
  }

  /**
   * Row and job are written together or not at all.
   *
   * @param lost what was lost; empty when nothing was
   * @return the job; empty when the row has changed since it was seen
   */
  Optional<JobId> start(Asked asked, Snapshot seen, SnapshotStatus to, String lost) {
    try {
      return Optional.of(db.inTx(tx -> change(tx, asked, seen, to, lost)));
    } catch (Changed e) {
      return Optional.empty();
    }
  }

  private JobId change(Tx tx, Asked asked, Snapshot seen, SnapshotStatus to, String lost) {
    var params = new Params(seen.id(), seen.status(), to);
    var job = jobs.record(tx, asked, this, params, Entities.of(seen), verdict(lost));
    if (!store.tryRepair(tx, seen, to, job)) {
      throw new Changed();
    }
    return job;
  }

  private JobState.Ended verdict(String lost) {
    return lost.isEmpty()
        ? new Succeeded()
        : new Failed(
            new Failure(
                failure().code(), taskName() + "-fail:" + failure().message() + " " + lost));
  }

  @Override
  public String wireName() {
    return "repairSnapshot";
  }

  @Override
  public String taskName() {
    return "EbsRepairSnapshotTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.BACKEND_FAILED;
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
