package platter.job;

import static java.lang.System.Logger.Level.INFO;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.job.JobState.Ended;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;

/**
 * Asks for a job to be undone. Truthful: once it is accepted the job does not succeed any more,
 * since the commit of a success looks for the wish; and what cannot be taken back is refused once
 * it has begun.
 */
final class CancelJob {
  private static final System.Logger LOG = System.getLogger(CancelJob.class.getName());

  private final Database db;
  private final JobStore store;
  private final LiveJobs live;
  private final Map<String, JobType<?>> types;
  private final JobRunner runner;
  private final InstantSource clock;

  CancelJob(
      Database db,
      JobStore store,
      LiveJobs live,
      Map<String, JobType<?>> types,
      JobRunner runner,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.live = live;
    this.types = types;
    this.runner = runner;
    this.clock = clock;
  }

  /**
   * Cancels the job, or the unfinished sub-jobs of a batch. A repeat changes nothing.
   *
   * @throws ApiException JOB_NOT_FOUND, JOB_STATE when it is too late
   */
  void cancel(Asked asked, JobId id) {
    var job = db.lookUp(tx -> store.mine(tx, asked.project(), id));
    if (isDone(job) || (hasFailed(job) && wasCancelled(id))) {
      return;
    }
    var parts =
        types.containsKey(job.type())
            ? List.of(job)
            : db.lookUp(tx -> store.children(tx, id.number()));
    var held = new ArrayList<Live>();
    try {
      db.inTx(
          tx -> {
            int wanted = 0;
            for (var part : parts) {
              wanted += wish(tx, asked, part, held) ? 1 : 0;
            }
            if (wanted == 0) {
              throw tooLate(store.mine(tx, asked.project(), id));
            }
            // of a batch, its own row tells it too
            if (!parts.contains(job) && store.cancel(tx, id.number(), asked.by())) {
              note(tx, asked, id);
            }
            return true;
          });
    } catch (DatabaseException e) {
      if (e.outcomeUnknown()) { // perhaps they are cancelled, and must not begin then
        held.forEach(runner::takeWhenKnown);
        held.clear();
      }
      throw e;
    } finally {
      for (var one : held) { // those that were not cancelled after all
        one.release();
        runner.take(one);
      }
    }
    LOG.log(INFO, "job {0} is cancelled by {1}", id, asked.by());
  }

  /** Whether the part will be undone: by this call or by an earlier one. */
  private boolean wish(Tx tx, Asked asked, Job part, List<Live> held) {
    var here = live.ours(part.id());
    if (store.isCancelled(tx, part.id().number())) {
      return true;
    }
    boolean undoable = Objects.requireNonNull(types.get(part.type())).undoable();
    if (!undoable && !here.map(one -> held.contains(one) || hold(one, held)).orElse(false)) {
      return false; // it may have begun
    }
    boolean cancelled =
        undoable
            ? store.cancel(tx, part.id().number(), asked.by())
            : store.cancelOwned(tx, here.orElseThrow(), asked.by());
    if (!cancelled) {
      return false; // it has ended, or another node has it now
    }
    note(tx, asked, part.id());
    tx.afterCommit(
        () ->
            here.ifPresent(
                one -> {
                  one.cancelledBy(asked.by());
                  if (undoable) { // one that is held is taken when it is released
                    runner.take(one);
                  }
                }));
    return true;
  }

  /** Who cancelled it is kept with the job. */
  private void note(Tx tx, Asked asked, JobId id) {
    var note = new JobEvents.Note(clock.millis(), "cancelled", "", "by " + asked.by());
    JobEvents.add(tx, id.number(), List.of(note));
  }

  private static boolean hold(Live one, List<Live> held) {
    return one.hold() && held.add(one);
  }

  private static ApiException tooLate(Job job) {
    var why =
        switch (job.state()) {
          case Ended how -> "it has ended: " + how.wireName();
          case Init _, Running _, Undoing _ ->
              "it may have begun, and what " + job.type() + " does cannot be taken back";
        };
    return new ApiException(ErrorCode.JOB_STATE, "too late to cancel job " + job.id() + ": " + why);
  }

  private static boolean hasFailed(Job job) {
    return job.state() instanceof Failed || job.state() instanceof Stuck;
  }

  private boolean wasCancelled(JobId id) {
    return db.lookUp(tx -> store.details(tx, id.number()))
        .flatMap(JobStore.Details::cancelledBy)
        .isPresent();
  }

  /** Whether it ended because somebody cancelled it: then another cancel changes nothing. */
  private static boolean isDone(Job job) {
    return switch (job.state()) {
      case Failed(var why) -> why.code().equals(ErrorCode.CANCELLED.code());
      case Stuck(_, var why) -> why.code().equals(ErrorCode.CANCELLED.code());
      case Init _, Running _, Undoing _, Succeeded _ -> false;
    };
  }
}
