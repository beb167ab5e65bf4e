package platter.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
import platter.node.Membership;
import platter.node.Owner;

/**
 * What an operator does with a job whose undo failed: undo it again, or accept what remains. What
 * the job answers does not change by it; who did what is kept with the job.
 */
final class StuckJob {
  private static final System.Logger LOG = System.getLogger(StuckJob.class.getName());

  private final Database db;
  private final JobStore store;
  private final Map<String, JobType<?>> types;
  private final Lease lease;
  private final InstantSource clock;

  /** What this node is undoing. */
  private final Set<JobId> undoing = ConcurrentHashMap.newKeySet();

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
   * Undoes what remains, now. While that goes on nobody can retry or accept the job.
   *
   * @throws ApiException JOB_NOT_FOUND; JOB_STATE when it is not stuck, or is still: in the
   *     storage's own words
   */
  void undo(Asked asked, JobId id) {
    var job = db.lookUp(tx -> store.mine(tx, asked.project(), id));
    var stuck = stuck(job);
    var self = lease.owner();
    begin(asked, job, stuck, self);
    try {
      undo(asked, job, stuck, self);
    } finally {
      undoing.remove(id);
    }
  }

  private void undo(Asked asked, Job job, Stuck stuck, Owner self) {
    var id = job.id();
    try {
      undo(job, stuck, Objects.requireNonNull(types.get(job.type())), self);
    } catch (BackendException | RuntimeException e) {
      if (e instanceof RuntimeException) {
        LOG.log(ERROR, "the undo of job " + id + " has a bug", e);
      }
      end(asked, id, stuck, self, Stuckness.STUCK, "undo-failed", String.valueOf(e.getMessage()));
      throw new ApiException(
          ErrorCode.JOB_STATE, "job " + id + " is still stuck: " + e.getMessage());
    }
    end(asked, id, stuck, self, Stuckness.OVER, "undone", "by " + asked.by());
  }

  private static <P extends Record> void mustBeLeftSo(Tx tx, Job job, JobType<P> type) {
    if (!type.mayBeUndone(tx, Json.mapper().readValue(job.params(), type.params()))) {
      throw new ApiException(
          ErrorCode.JOB_STATE,
          "what job " + job.id() + " has left is in use by now; accept the job instead");
    }
  }

  private void begin(Asked asked, Job job, Stuck stuck, Owner self) {
    var id = job.id();
    if (!undoing.add(id)) {
      throw somebodyElse(id);
    }
    try {
      move(
          asked,
          id,
          "undo-begun",
          "by " + asked.by(),
          tx -> {
            mustBeLeftSo(tx, job, Objects.requireNonNull(types.get(job.type())));
            free(tx, id, stuck, self);
            return store.beginUndo(tx, id, stuck, self);
          });
    } catch (RuntimeException e) {
      undoing.remove(id);
      throw e;
    }
  }

  private void end(
      Asked asked, JobId id, Stuck stuck, Owner self, Stuckness to, String kind, String text) {
    move(asked, id, kind, text, tx -> store.endUndo(tx, id, stuck, self, to));
  }

  /**
   * Leaves what remains as it is: the job is not shown as stuck any more.
   *
   * @throws ApiException JOB_NOT_FOUND, JOB_STATE when it is not stuck, or is being undone
   */
  void accept(Asked asked, JobId id) {
    var job = db.lookUp(tx -> store.mine(tx, asked.project(), id));
    var stuck = stuck(job);
    move(asked, id, ExplainJob.ACCEPTED, "by " + asked.by(), tx -> isOver(tx, id, stuck));
  }

  /** Takes it for settled. False when somebody is undoing it. */
  boolean isOver(Tx tx, JobId id, Stuck stuck) {
    if (!undoing.contains(id)) {
      free(tx, id, stuck, lease.owner());
    }
    return store.move(tx, id, stuck, Stuckness.STUCK, Stuckness.OVER);
  }

  /**
   * Makes a job stuck again that somebody began to undo who is gone. Not one that takes long: what
   * is on its way to the storage may come late.
   */
  private void free(Tx tx, JobId id, Stuck stuck, Owner self) {
    store
        .details(tx, id.number())
        .map(JobStore.Details::owner)
        .filter(by -> by.equals(self) || !Membership.isMember(tx, by))
        .ifPresent(by -> store.endUndo(tx, id, stuck, by, Stuckness.STUCK));
  }

  private static Stuck stuck(Job job) {
    if (job.state() instanceof Stuck stuck) {
      return stuck;
    }
    throw new ApiException(
        ErrorCode.JOB_STATE,
        "job " + job.id() + " is " + job.state().wireName() + " and not stuck");
  }

  private static <P extends Record> void undo(Job job, Stuck stuck, JobType<P> type, Owner self)
      throws BackendException {
    var params = Json.mapper().readValue(job.params(), type.params());
    for (int step = stuck.step(); step >= 0; step--) {
      var undo = type.steps().get(step).undo();
      try {
        var _ =
            Lease.acting(
                self,
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

  private void move(
      Asked asked, JobId id, String kind, String text, Database.Work<Boolean> attempt) {
    boolean moved =
        db.inTx(
            tx -> {
              boolean done = attempt.in(tx);
              if (done) {
                JobEvents.add(
                    tx, id.number(), List.of(new JobEvents.Note(clock.millis(), kind, "", text)));
              }
              return done;
            });
    if (!moved) {
      throw somebodyElse(id);
    }
    LOG.log(INFO, "job {0} {1} {2}, asked by {3}", id, kind, text, asked.by());
  }

  private static ApiException somebodyElse(JobId id) {
    return new ApiException(
        ErrorCode.JOB_STATE, "job " + id + " is not stuck any more, or somebody is undoing it now");
  }
}
