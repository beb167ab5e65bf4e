package platter.job;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.error.BackendException;
import platter.error.BackendException.Busy;
import platter.error.BackendException.Conflict;
import platter.error.BackendException.Corrupt;
import platter.error.BackendException.Dependents;
import platter.error.BackendException.Indeterminate;
import platter.error.BackendException.NoSpace;
import platter.error.BackendException.NotFound;
import platter.error.BackendException.Unavailable;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.job.JobState.Ended;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Undoing;
import platter.job.JobStore.NotWritten;
import platter.node.Lease;
import platter.node.Owner;

/**
 * Does what the machine says: runs steps, tries again what may pass, undoes. Jobs are handed over
 * by the commit that accepted them; nothing is polled. No hand waits: a job that waits for its next
 * attempt lets go of it.
 */
final class JobRunner {
  private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());

  /** How long a job waits before it asks the database again. */
  static final Duration WRITE_AGAIN = Duration.ofMillis(500);

  /** How long a job waits before it asks again whether this node may work. */
  private static final Duration LEASE_AGAIN = Duration.ofMillis(200);

  /** The wait after the first failed attempt; it doubles with each further one. */
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** A step that takes longer is told to other nodes: quick jobs go from INIT to their end. */
  private static final Duration TELL_AFTER = Duration.ofMillis(200);

  /** So often the progress of a step is kept, for those who ask another node. */
  static final Duration KEEP_EVERY = Duration.ofSeconds(2);

  private final Database db;
  private final JobStore store;
  private final OwnedJobs owned;
  private final LiveJobs live;
  private final Map<String, JobType<?>> types;
  private final InstantSource clock;
  private final Lease lease;
  private final Crew crew;
  private final Duration stepDeadline;
  private final Duration jobDeadline;
  private final JobEnds ends;
  private volatile boolean stopping;

  JobRunner(
      Database db,
      JobStore store,
      OwnedJobs owned,
      LiveJobs live,
      FinishedAnswers finished,
      Map<String, JobType<?>> types,
      InstantSource clock,
      Lease lease,
      Crew crew,
      Jobs.Limits limits) {
    this.db = db;
    this.store = store;
    this.owned = owned;
    this.live = live;
    this.types = types;
    this.clock = clock;
    this.lease = lease;
    this.crew = crew;
    this.stepDeadline = limits.stepDeadline();
    this.jobDeadline = limits.jobDeadline();
    ends = new JobEnds(db, store, owned, live, finished, clock, crew, this::runOne);
  }

  /** Takes over a job that was accepted, or found unfinished at the start. */
  void take(Live job) {
    crew.run(() -> runOne(job));
  }

  /** Takes one that is held, once its row tells whether it was cancelled: nobody has heard that. */
  void takeWhenKnown(Live held) {
    crew.run(
        () -> {
          try {
            // in a transaction that writes: it waits for the one that is perhaps still under way
            db.inTx(tx -> store.cancelledBy(tx, held.job().id().number()))
                .ifPresent(held::cancelledBy);
          } catch (DatabaseException e) {
            crew.runLater(WRITE_AGAIN, () -> takeWhenKnown(held));
            return;
          }
          held.release();
          runOne(held);
        });
  }

  /** Its next step takes its time; waiting for a hand that has it is nobody's fault. */
  private void takeSlowly(Live job) {
    job.queuedNanos = crew.nanos();
    job.rest();
    if (job.cancelledBy() == null) {
      crew.runSlow(() -> runOne(job, true));
    } else {
      take(job);
    }
  }

  /** A cancelled one does not wait to be undone; when the undo did not go, it does. */
  private void takeLater(Live job, Duration wait) {
    boolean undoing = job.doing instanceof Undoing;
    job.rest();
    if (undoing || job.cancelledBy() == null) {
      crew.runLater(wait, () -> runOne(job));
    } else {
      take(job);
    }
  }

  private void runOne(Live job) {
    runOne(job, false);
  }

  private void runOne(Live job, boolean slowHand) {
    if (stopping || !job.begin()) {
      return;
    }
    if (slowHand) {
      long waited = crew.nanos() - job.queuedNanos;
      job.stepNanos += waited;
      job.jobNanos += waited;
    }
    try {
      run(job, Objects.requireNonNull(types.get(job.job().type()), job.job().type()), slowHand);
    } catch (NotWritten e) {
      LOG.log(INFO, "job {0} is no longer this node''s", job.job().id());
      live.remove(job);
    } catch (DatabaseException e) { // asked in vain what became of it
      LOG.log(WARNING, "job " + job.job().id() + " waits for the database: " + e.getMessage());
      job.rest();
      crew.runLater(WRITE_AGAIN, () -> runOne(job));
    } catch (RuntimeException e) {
      LOG.log(ERROR, "the runner of job " + job.job().id() + " has a bug", e);
    } catch (VirtualMachineError | LinkageError e) { // no memory, for one: that may pass
      LOG.log(ERROR, "job " + job.job().id() + " waits: " + e);
      job.rest();
      crew.runLater(WRITE_AGAIN, () -> runOne(job));
    }
  }

  private <P extends Record> void run(Live job, JobType<P> type, boolean slowHand) {
    var steps = type.steps();
    var machine = new JobMachine(steps.size());
    var params = job.params(type.params());
    while (!stopping || job.doing instanceof Ended) {
      if (!lease.holds(job.owner())) {
        without(job);
        return;
      }
      if (job.doing instanceof Ended how) {
        ends.end(job, type, params, how);
        return;
      }
      var before = job.doing;
      if (!slowHand && job.cancelledBy() == null && isSlow(steps, params, before)) {
        takeSlowly(job);
        return;
      }
      JobEvent event;
      try {
        event = next(job, type, steps, params, before);
      } catch (LeftForTheNextStart e) {
        return;
      } catch (LeaseRanOut e) {
        without(job);
        return;
      }
      job.doing = machine.next(before, event);
      if (job.doing instanceof Ended) {
        continue;
      }
      boolean again = sameStep(before, job.doing);
      if (again || steps.size() > 1) { // else there is nothing to remember: it runs again
        save(job);
      }
      if (again) {
        takeLater(job, waitAfter(tries(job.doing)));
        return;
      }
      job.stepNanos = crew.nanos();
      job.farthest = 0;
      job.kept = 0;
      job.percent = -1;
    }
  }

  /** The storage was not asked, or perhaps not by the one who has the right to. */
  private static final class LeaseRanOut extends RuntimeException {
    LeaseRanOut() {
      super(null, null, false, false);
    }
  }

  /** The service stops, and the step ended early because of that. */
  private static final class LeftForTheNextStart extends RuntimeException {
    LeftForTheNextStart() {
      super(null, null, false, false);
    }
  }

  private static <P> boolean isSlow(List<Step<P>> steps, P params, JobState now) {
    return switch (now) {
      case Init _ -> steps.getFirst().slow().test(params);
      case Running(int step, _) -> steps.get(step).slow().test(params);
      case Undoing _, Ended _ -> false;
    };
  }

  private void mustHaveHeld(Live job, BackendException e) {
    if (e.getCause() instanceof Lease.NotHeld || !lease.holds(job.owner())) {
      throw new LeaseRanOut();
    }
  }

  /** The next event: that of a call to the storage, unless somebody wants none any more. */
  private <P extends Record> JobEvent next(
      Live job, JobType<P> type, List<Step<P>> steps, P params, JobState now) {
    var by = job.cancelledBy();
    return switch (now) {
      case Init _ -> {
        if (by != null) {
          yield cancelled(type, by);
        }
        begun(job);
        yield new JobEvent.Claimed();
      }
      case Running(int step, int tries) -> {
        if (by != null) {
          yield cancelled(type, by);
        }
        begun(job);
        yield doing(job, type, steps.get(step), params, tries);
      }
      case Undoing(int step, _, int tries) -> {
        begun(job);
        yield undoing(job, steps.get(step), params, tries);
      }
      case Ended _ -> throw new IllegalStateException("job is " + now);
    };
  }

  private static JobEvent cancelled(JobType<?> type, String by) {
    return new JobEvent.Cancelled(
        new Failure(ErrorCode.CANCELLED.code(), type.taskName() + "-fail:cancelled by " + by));
  }

  /** Durations count from here: waiting for a hand is nobody's fault. */
  private void begun(Live job) {
    job.begins();
    if (job.begun) {
      return;
    }
    job.begun = true;
    job.jobNanos = crew.nanos();
    job.stepNanos = job.jobNanos;
    job.startedMillis = Math.max(clock.millis(), job.job().beginMillis());
    if (lease.shared()) {
      crew.aside(TELL_AFTER, () -> tell(job));
      return;
    }
    var parent = job.parent();
    if (parent != null && parent.job().state() instanceof Init) {
      parent.show(parent.job().in(new Running(0, 0)));
    }
    if (job.job().state() instanceof Init) {
      job.show(job.job().in(new Running(0, 0)));
    }
  }

  /** What other nodes read is what this one tells, so it is written before it is told. */
  private void tell(Live job) {
    var parent = job.parent();
    if (!isInit(job) && (parent == null || !isInit(parent))) {
      return;
    }
    try {
      change(
          job,
          tx -> {
            tell(tx, job);
            if (parent != null) {
              tell(tx, parent);
            }
          });
    } catch (DatabaseException e) {
      LOG.log(WARNING, "job " + job.job().id() + " is not told to run: " + e.getMessage());
    }
  }

  private static boolean isInit(Live job) {
    return job.job().state() instanceof Init;
  }

  private void tell(Tx tx, Live job) {
    if (isInit(job) && store.begun(tx, job, clock.millis())) {
      tx.afterCommit(
          () -> {
            if (job.job().state() instanceof Init) {
              job.show(job.job().in(new Running(0, 0)));
            }
          });
    }
  }

  private <P extends Record> JobEvent doing(
      Live job, JobType<P> type, Step<P> step, P params, int tries) {
    long before = job.farthest;
    job.keptNanos = crew.nanos();
    try {
      call(job, params, step.run(), (done, all) -> heard(job, done, all));
      if (tries > 0) {
        note(job, "step-done", step.name(), "after " + tries + " failed attempts");
      }
      return new JobEvent.StepDone();
    } catch (BackendException e) {
      if (e.getCause() instanceof Progress.Ended) {
        return ended(job, type);
      }
      if (e.getCause() instanceof Lease.Elsewhere elsewhere && give(job, elsewhere.owner())) {
        throw new NotWritten(job.job().id());
      }
      mustHaveHeld(job, e);
      if (job.farthest > before) { // it went on, so its time begins anew
        job.stepNanos = crew.nanos();
        job.jobNanos = job.stepNanos;
      }
      boolean again = mayPass(e) && isTimeLeft(job, type, step, tries);
      LOG.log(
          WARNING,
          "job {0} {1} step {2}, attempt {3}: {4}",
          job.job().id(),
          type.wireName(),
          step.name(),
          tries + 1,
          e.getMessage());
      note(job, "attempt-failed", step.name(), e.getMessage());
      var by = job.cancelledBy();
      return by == null
          ? new JobEvent.StepFailed(failure(type, type.failure(), e.getMessage()), again)
          : cancelled(type, by);
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      LOG.log(ERROR, "job " + job.job().id() + " step " + step.name() + " has a bug", e);
      note(job, "attempt-failed", step.name(), e.toString());
      return new JobEvent.StepFailed(failure(type, ErrorCode.INTERNAL, e.toString()), false);
    }
  }

  private void heard(Live job, long done, long all) throws Progress.Ended {
    if (job.cancelledBy() != null) {
      throw new Progress.Ended("it was cancelled");
    }
    if (stopping) {
      throw new Progress.Ended("the service stops");
    }
    job.percent = all == 0 ? 0 : (int) (100.0 * done / all);
    job.farthest = Math.max(job.farthest, done);
    long now = crew.nanos();
    if (job.farthest > job.kept && now - job.keptNanos >= KEEP_EVERY.toNanos()) {
      job.kept = job.farthest;
      job.keptNanos = now;
      crew.aside(Duration.ZERO, () -> keepProgress(job));
    }
  }

  /** What is not kept is only told here. */
  private void keepProgress(Live job) {
    try {
      db.inTx(
          tx -> {
            store.progress(tx, job, clock.millis());
            return job;
          });
    } catch (DatabaseException e) {
      LOG.log(DEBUG, "the progress of job " + job.job().id() + " is not kept", e);
    }
  }

  /** A step has ended early, because {@link #heard} said so. */
  private JobEvent ended(Live job, JobType<?> type) {
    var by = job.cancelledBy();
    if (by == null) {
      throw new LeftForTheNextStart();
    }
    return cancelled(type, by);
  }

  /** Another node is the one that can do it, and finds it among its own when it looks. */
  private boolean give(Live job, Owner to) {
    if (job.parent() != null) {
      return false; // a batch ends on the node that has all of it
    }
    boolean given;
    try {
      given = db.inTx(tx -> lease.lives(tx, to) && owned.give(tx, job, to));
    } catch (DatabaseException e) {
      if (e.outcomeUnknown()) { // perhaps it is: then nothing is done here any more
        LOG.log(WARNING, "job " + job.job().id() + " is another node's, perhaps", e);
        return true; // else it is found as this node's own when it looks
      }
      throw e;
    }
    if (given) {
      LOG.log(INFO, "job {0} is given to node {1}", job.job().id(), to.node());
    }
    return given;
  }

  /** On behalf of the incarnation that owns the job: a driver asks before what cannot be undone. */
  private static <P> void call(Live job, P params, Step.Doing<P> doing, Progress.Listener listener)
      throws BackendException {
    try {
      var _ =
          Lease.acting(
              job.owner(),
              () ->
                  Progress.heardBy(
                      listener,
                      () -> {
                        doing.on(params);
                        return true;
                      }));
    } catch (BackendException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // no other kind is declared
    }
  }

  private static Failure failure(JobType<?> type, ErrorCode code, @Nullable String cause) {
    return new Failure(code.code(), type.taskName() + "-fail:" + code.message() + " " + cause);
  }

  /** Whether it is worth asking again. */
  private static boolean mayPass(BackendException e) {
    return switch (e) {
      case Busy _, Unavailable _, Indeterminate _ -> true;
      case NotFound _, Conflict _, Dependents _, NoSpace _, Corrupt _ -> false;
    };
  }

  /** Whether the next attempt would begin before the deadlines of step and job. */
  private boolean isTimeLeft(Live job, JobType<?> type, Step<?> step, int tries) {
    long next = crew.nanos() + waitAfter(tries + 1).toNanos();
    return next - job.stepNanos <= step.within().orElse(stepDeadline).toNanos()
        && next - job.jobNanos <= type.deadline().orElse(jobDeadline).toNanos();
  }

  private static Duration waitAfter(int tries) {
    var wait = FIRST_WAIT.multipliedBy(1L << Math.min(tries - 1, 20));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  private static int tries(JobState state) {
    return switch (state) {
      case Running(_, int tries) -> tries;
      case Undoing(_, _, int tries) -> tries;
      case Init _, Ended _ -> 0;
    };
  }

  /** Whether the machine wants the same call again. */
  private static boolean sameStep(JobState before, JobState after) {
    return switch (after) {
      case Running(int step, int tries) ->
          tries > 0 && before instanceof Running(int earlier, _) && earlier == step;
      case Undoing(int step, _, int tries) ->
          tries > 0 && before instanceof Undoing(int earlier, _, _) && earlier == step;
      case Init _, Ended _ -> false;
    };
  }

  private <P> JobEvent undoing(Live job, Step<P> step, P params, int tries) {
    try {
      call(job, params, step.undo(), (_, _) -> {});
      if (step.undoable()) {
        note(job, "undone", step.name(), "taken back");
      }
      return new JobEvent.Undone();
    } catch (BackendException | RuntimeException | VirtualMachineError | LinkageError e) {
      if (e instanceof BackendException backend) {
        mustHaveHeld(job, backend);
      }
      boolean again =
          e instanceof BackendException backend
              && mayPass(backend)
              && crew.nanos() + waitAfter(tries + 1).toNanos() - job.stepNanos
                  <= step.within().orElse(stepDeadline).toNanos();
      LOG.log(
          again ? WARNING : ERROR,
          "job " + job.job().id() + " cannot undo step " + step.name() + ": " + e.getMessage());
      note(job, "undo-failed", step.name(), String.valueOf(e.getMessage()));
      return new JobEvent.UndoFailed(
          "step " + step.name() + " could not be undone: " + e.getMessage(), again);
    }
  }

  private void note(Live job, String kind, String step, @Nullable String text) {
    job.notes.add(
        new JobEvents.Note(clock.millis(), kind, step, text == null ? "no reason given" : text));
  }

  private void save(Live job) {
    var notes = List.copyOf(job.notes);
    try {
      change(
          job,
          tx -> {
            store.save(tx, job, job.doing, clock.millis());
            JobEvents.add(tx, job.job().id().number(), notes);
            if (job.job().state() instanceof Init) {
              tx.afterCommit(() -> job.show(job.job().in(new Running(0, 0))));
            }
          });
      job.notes.subList(0, notes.size()).clear();
    } catch (DatabaseException e) { // what is not remembered is done again
      LOG.log(WARNING, "job " + job.job().id() + " cannot be written: " + e.getMessage());
    }
  }

  /**
   * A transaction that changes what is told of the job: whoever asks meanwhile is told of its row,
   * which other nodes tell already, maybe.
   */
  private void change(Live job, Consumer<Tx> work) {
    boolean decided = true;
    job.changing();
    try {
      db.inTx(
          tx -> {
            work.accept(tx);
            return true;
          });
    } catch (DatabaseException e) {
      decided = !e.outcomeUnknown(); // else its row is told until it has ended
      throw e;
    } finally {
      if (decided) {
        job.changed();
      }
    }
  }

  /** The lease is not there: for a while, or this incarnation was taken for dead. */
  private void without(Live job) {
    job.stepNanos = crew.nanos(); // nobody's fault: its time begins anew
    job.jobNanos = job.stepNanos;
    if (lease.owner().equals(job.owner())) {
      job.rest();
      crew.runLater(LEASE_AGAIN, () -> runOne(job));
    } else {
      live.remove(job);
    }
  }

  /** Begins nothing any more. What is under way finishes, or is found at the next start. */
  void stop() {
    stopping = true;
  }

  /** Waits a moment for the ends that are being written. */
  void awaitEnds() {
    ends.await();
  }
}
