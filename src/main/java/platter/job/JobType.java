package platter.job;

import java.util.List;
import platter.db.Tx;
import platter.error.ErrorCode;
import platter.id.JobId;

/**
 * A kind of job that does something itself. (A batch is only a name: its sub-jobs do the work.)
 *
 * @param <P> all that the steps need, chosen before the first one runs; kept as JSON, and readable
 *     by the next version of Platter
 */
public interface JobType<P extends Record> {
  /** The {@code job_type} of the answer, such as {@code createVolume}. */
  String wireName();

  /** Stands before {@code -fail:} in a fail_reason, such as {@code EbsCreateVolumeTask}. */
  String taskName();

  /** The error_code of a job that failed because the storage did not do it. */
  ErrorCode failure();

  Class<P> params();

  /** At least one. */
  List<Step<P>> steps();

  /** Runs in the transaction that ends the job, so that a volume and its job never disagree. */
  void ended(Tx tx, JobId job, P params, JobState.Ended how);
}
