package platter.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  /**
   * How long attempts are made before it is undone; absent: as the setting {@code job_deadline}.
   */
  default Optional<Duration> deadline() {
    return Optional.empty();
  }

  /** Whether what was begun can be taken back: only then can a job that runs be cancelled. */
  default boolean undoable() {
    return steps().stream().allMatch(Step::undoable);
  }

  /** Whether one that failed may be done again at all. */
  default boolean retryable() {
    return true;
  }

  /**
   * Whether what a stuck job has left may still be undone, in the transaction that begins it: not
   * when somebody uses it by now.
   */
  default boolean mayBeUndone(Tx tx, P params) {
    return true;
  }

  /**
   * Prepares a new job that does a failed one's work again, in the transaction that accepts it: the
   * opposite of what {@link #ended} did when it failed.
   *
   * @param failed the job that left what is there now: when another one has changed it since, its
   *     work is not done again
   * @throws platter.error.ApiException JOB_STATE when the world has moved on since
   */
  void again(Tx tx, JobId failed, JobId job, P params);

  /** Runs in the transaction that ends the job, so that a volume and its job never disagree. */
  void ended(Tx tx, JobId job, P params, JobState.Ended how);
}
