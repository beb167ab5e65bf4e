package platter.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.job.JobState.Stuck;
import platter.job.JobStore.Stuckness;
import platter.json.Json;
import platter.node.Lease;

/**
 * What an operator does with a job whose undo failed: undo it again, or accept what remains. What
 * the job answers does not change by it; who did what is kept with the job.
 */
final class StuckJob {
  private static final System.Logger LOG = System.getLogger(StuckJob.class.getName());

  private static final String UNDO_BEGUN = "undo-begun";
  private static final Duration ABANDONED = Duration.ofMinutes(1);

  private final Database db;
  private final JobStore store;
  private final Map<String, JobType<?>> types;
  private final Lease lease;
  private final InstantSource clock;

  StuckJob(
      Database db,
      JobStore store,
      Map<String, JobType<?>> types,
      Lease lease,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.types = types;
    this.lease = lease;
    this.clock = clock;
  }

  /**
   * Undoes what remains, now. While that goes on nobody can retry the job.
   *
   * @throws ApiException JOB_NOT_FOUND; JOB_STATE when it is not stuck, or is still: in the
   *     storage's own words
   */
  void undo(Asked asked, JobId id) {
    var job = db.lookUp(tx -> store.mine(tx, asked.project(), id));
    var stuck = stuck(job);
    move(asked, id, stuck, Stuckness.UNDOING, UNDO_BEGUN, "by " + asked.by());
    try {
      undo(job, stuck, Objects.requireNonNull(types.get(job.type())));
    } catch (BackendException | RuntimeException e) {
      if (e instanceof RuntimeException) {
        LOG.log(ERROR, "the undo of job " + id + " has a bug", e);
      }
      move(asked, id, stuck, Stuckness.STUCK, "undo-failed", String.valueOf(e.getMessage()));
      throw new ApiException(
          ErrorCode.JOB_STATE, "job " + id + " is still stuck: " + e.getMessage());
    }
    move(asked, id, stuck, Stuckness.OVER, "undone", "by " + asked.by());
  }

  /**
   * Leaves what remains as it is: the job is not shown as stuck any more.
   *
   * @throws ApiException JOB_NOT_FOUND, JOB_STATE when it is not stuck
   */
  void accept(Asked asked, JobId id) {
    var job = db.lookUp(tx -> store.mine(tx, asked.project(), id));
    move(asked, id, stuck(job), Stuckness.OVER, ExplainJob.ACCEPTED, "by " + asked.by());
  }

  /** Whether whoever began to undo it is gone: it takes no such time. */
  private boolean isAbandoned(Tx tx, JobId id) {
    return JobEvents.of(tx, id.number()).stream()
        .filter(note -> note.kind().equals(UNDO_BEGUN))
        .allMatch(note -> note.atMillis() + ABANDONED.toMillis() < clock.millis());
  }

  private static Stuck stuck(Job job) {
    if (job.state() instanceof Stuck stuck) {
      return stuck;
    }
    throw new ApiException(
        ErrorCode.JOB_STATE,
        "job " + job.id() + " is " + job.state().wireName() + " and not stuck");
  }

  private <P extends Record> void undo(Job job, Stuck stuck, JobType<P> type)
      throws BackendException {
    var params = Json.mapper().readValue(job.params(), type.params());
    for (int step = stuck.step(); step >= 0; step--) {
      var undo = type.steps().get(step).undo();
      try {
        var _ =
            Lease.acting(
                lease.owner(),
                () -> {
                  undo.on(params);
                  return true;
                });
      } catch (BackendException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e); // no other kind is declared
      }
    }
  }

  private void move(Asked asked, JobId id, Stuck stuck, Stuckness to, String kind, String text) {
    boolean moved =
        db.inTx(
            tx -> {
              boolean free = to != Stuckness.UNDOING || isAbandoned(tx, id);
              boolean done =
                  store.move(tx, id, stuck, Stuckness.STUCK, to)
                      || (free && store.move(tx, id, stuck, Stuckness.UNDOING, to));
              if (done) {
                JobEvents.add(
                    tx, id.number(), List.of(new JobEvents.Note(clock.millis(), kind, "", text)));
              }
              return done;
            });
    if (!moved) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "job " + id + " is not stuck any more, or somebody is undoing it now");
    }
    LOG.log(INFO, "job {0} {1} {2}, asked by {3}", id, kind, text, asked.by());
  }
}
