package platter.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.job.JobState.Ended;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.job.LiveJobs.Live;
import platter.json.Json;

/**
 * Does what the machine says: runs steps, undoes them, and ends jobs in one transaction each. Jobs
 * are handed over by the commit that accepted them; nothing is polled. The threads are platform
 * threads, because a step spends its time in system calls that would hold a carrier thread anyway,
 * and their number bounds the steps at once.
 */
final class JobRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());

  /** How long a job that is done waits before it tries again to be written down. */
  private static final long WRITE_AGAIN_MILLIS = 500;

  /** How long running steps may take to finish when the server stops. */
  private static final long STOP_MILLIS = 2_000;

  private final Database db;
  private final JobStore store;
  private final LiveJobs live;
  private final FinishedAnswers finished;
  private final Map<String, JobType<?>> types;
  private final InstantSource clock;
  private final ThreadPoolExecutor threads;
  private volatile boolean stopping;

  JobRunner(
      Database db,
      JobStore store,
      LiveJobs live,
      FinishedAnswers finished,
      Map<String, JobType<?>> types,
      InstantSource clock,
      int stepsAtOnce) {
    this.db = db;
    this.store = store;
    this.live = live;
    this.finished = finished;
    this.types = types;
    this.clock = clock;
    threads =
        new ThreadPoolExecutor(
            stepsAtOnce,
            stepsAtOnce,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by Jobs.Limits.maxUnfinished
            Thread.ofPlatform().name("job-runner-", 0).daemon().factory());
  }

  /** Takes over a job that was accepted, or found unfinished at the start. */
  void take(Live job) {
    try {
      threads.execute(() -> runOne(job));
    } catch (RejectedExecutionException e) {
      LOG.log(INFO, "job {0} waits for the next start", job.job().id());
    }
  }

  private void runOne(Live job) {
    try {
      run(job, Objects.requireNonNull(types.get(job.job().type()), job.job().type()));
    } catch (InterruptedException e) {
      LOG.log(INFO, "job {0} waits for the next start", job.job().id());
    } catch (RuntimeException e) {
      LOG.log(ERROR, "the runner of job " + job.job().id() + " has a bug", e);
    }
  }

  private <P extends Record> void run(Live job, JobType<P> type) throws InterruptedException {
    var steps = type.steps();
    var machine = new JobMachine(steps.size());
    var params = Json.mapper().readValue(job.job().params(), type.params());
    var state = machine.next(job.job().state(), new JobEvent.Claimed());
    started(job, state);
    while (true) {
      var event =
          switch (state) {
            case Running(int step) -> doing(job, type, steps.get(step), params);
            case Undoing(int step, _) -> undoing(job, steps.get(step), params);
            case Init _, Ended _ -> throw new IllegalStateException("job is " + state);
          };
      state = machine.next(state, event);
      if (state instanceof Ended how) {
        end(job, type, params, how);
        return;
      }
      if (stopping) {
        return; // the next start runs the last step again
      }
      job.become(job.job().in(state));
      if (steps.size() > 1) { // with one step there is nothing to remember: it runs again
        write("save", job, tx -> store.save(tx, job.job()));
      }
    }
  }

  private void started(Live job, JobState state) {
    var parent = job.parent();
    if (parent != null && parent.job().state() instanceof Init) {
      parent.become(parent.job().in(new Running(0)));
    }
    job.become(job.job().in(state));
  }

  private <P extends Record> JobEvent doing(Live job, JobType<P> type, Step<P> step, P params) {
    try {
      step.run().on(params);
      return new JobEvent.StepDone();
    } catch (BackendException e) {
      LOG.log(
          WARNING,
          "job {0} {1} step {2}: {3}",
          job.job().id(),
          type.wireName(),
          step.name(),
          e.getMessage());
      return new JobEvent.StepFailed(failure(type, type.failure(), e.getMessage()));
    } catch (RuntimeException e) {
      LOG.log(ERROR, "job " + job.job().id() + " step " + step.name() + " has a bug", e);
      return new JobEvent.StepFailed(failure(type, ErrorCode.INTERNAL, e.toString()));
    }
  }

  private static Failure failure(JobType<?> type, ErrorCode code, @Nullable String cause) {
    return new Failure(code.code(), type.taskName() + "-fail:" + code.message() + " " + cause);
  }

  private <P> JobEvent undoing(Live job, Step<P> step, P params) {
    try {
      step.undo().on(params);
      return new JobEvent.Undone();
    } catch (BackendException | RuntimeException e) {
      LOG.log(ERROR, "job " + job.job().id() + " cannot undo step " + step.name(), e);
      return new JobEvent.UndoFailed(
          "step " + step.name() + " could not be undone: " + e.getMessage());
    }
  }

  /** Status, effect and quota in one transaction, and the batch's end with its last child's. */
  private <P extends Record> void end(Live job, JobType<P> type, P params, Ended how)
      throws InterruptedException {
    var ended = job.job().ended(how, endMillis(job.job()));
    var parent = job.parent();
    write(
        "end",
        job,
        tx -> {
          store.end(tx, ended);
          type.ended(tx, ended.id(), params, how);
          var parentEnded =
              parent != null && store.childEnded(tx, parent.job().id().number()) == 0
                  ? endOfBatch(tx, parent.job())
                  : null;
          tx.afterCommit(
              () -> {
                job.become(ended); // before the parent: a batch that has ended shows ended children
                if (parent != null && parentEnded != null) {
                  parent.become(parentEnded);
                }
              });
        });
    if (parent == null) {
      forget(job);
    } else if (parent.job().state() instanceof Ended) {
      forget(parent);
      parent.children().forEach(this::forget);
    }
  }

  private Job endOfBatch(Tx tx, Job parent) {
    var children = store.children(tx, parent.id().number());
    var ended = parent.ended(outcome(children), endMillis(parent));
    store.end(tx, ended);
    return ended;
  }

  /** SUCCESS when all succeeded, else FAIL with the first failed child's code. */
  private static Ended outcome(List<Job> children) {
    Job first = null;
    Failure why = null;
    int failed = 0;
    for (var child : children) {
      var failure =
          switch (child.state()) {
            case Failed(var reason) -> reason;
            case Stuck(_, var reason) -> reason;
            case Succeeded _ -> null;
            case Init _, Running _, Undoing _ ->
                throw new IllegalStateException("sub-job " + child.id() + " has not ended");
          };
      if (failure != null) {
        failed++;
        if (first == null) {
          first = child;
          why = failure;
        }
      }
    }
    if (first == null || why == null) {
      return new Succeeded();
    }
    return new Failed(
        new Failure(
            why.code(),
            failed + " of " + children.size() + " failed: " + label(first) + why.reason()));
  }

  private static String label(Job child) {
    var entities = Json.read(child.entities());
    var name = entities.path("name").asString("");
    return (name.isEmpty() ? entities.path("volume_id").asString(child.id().text()) : name) + ": ";
  }

  /** Never before the beginning, even when the clock was set back. */
  private long endMillis(Job job) {
    return Math.max(clock.millis(), job.beginMillis());
  }

  /** Its answer never changes any more: into the cache first, so that a query always finds it. */
  private void forget(Live job) {
    var now = job.job();
    if (now.state() instanceof Succeeded && job.children().isEmpty()) {
      finished.putSucceeded(
          new JobStore.Finished(
              now.id(),
              now.project(),
              now.type(),
              now.beginMillis(),
              now.endMillis(),
              now.entities()));
    } else {
      finished.put(now.id(), now.project(), job.answer());
    }
    live.remove(job);
  }

  @FunctionalInterface
  private interface Write {
    void in(Tx tx);
  }

  /** Until it is written: what the job did is done, so there is nothing to give up. */
  private void write(String what, Live job, Write work) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        db.inTx(
            tx -> {
              work.in(tx);
              return true;
            });
        if (attempt > 1) {
          LOG.log(INFO, "job {0} {1} was written after {2} tries", job.job().id(), what, attempt);
        }
        return;
      } catch (DatabaseException e) {
        if (stopping) {
          throw new InterruptedException();
        }
        if (attempt == 1) {
          LOG.log(ERROR, "job " + job.job().id() + " cannot be written, will try again", e);
        }
        TimeUnit.MILLISECONDS.sleep(WRITE_AGAIN_MILLIS);
      }
    }
  }

  /** Running steps finish within their time; what has not begun is found at the next start. */
  @Override
  public void close() {
    stopping = true;
    threads.getQueue().clear();
    threads.shutdown(); // without interrupts: an interrupted system call would fail its step
    try {
      if (!threads.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.log(INFO, "{0} steps are left for the next start", threads.getActiveCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
