package platter.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;
import platter.error.Failure;
import platter.job.JobState.Ended;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.job.JobStore.NotWritten;
import platter.json.Json;

/**
 * The ends of jobs: each in one transaction with its effect, and the batch's with its last child's.
 * A job whose end cannot be written is done, so it waits until it can.
 */
final class JobEnds {
  private static final System.Logger LOG = System.getLogger(JobEnds.class.getName());

  /**
   * How long ends may take to be written when the server stops, and how often that is looked at.
   */
  private static final long STOP_MILLIS = 2_000;

  private static final long STOP_LOOK_MILLIS = 2;

  private final Database db;
  private final JobStore store;
  private final OwnedJobs owned;
  private final LiveJobs live;
  private final FinishedAnswers finished;
  private final InstantSource clock;
  private final Crew crew;
  private final Consumer<Live> again;
  private final AtomicInteger ending = new AtomicInteger();

  /**
   * @param again runs a job on that could not end
   */
  JobEnds(
      Database db,
      JobStore store,
      OwnedJobs owned,
      LiveJobs live,
      FinishedAnswers finished,
      InstantSource clock,
      Crew crew,
      Consumer<Live> again) {
    this.db = db;
    this.store = store;
    this.owned = owned;
    this.live = live;
    this.finished = finished;
    this.clock = clock;
    this.crew = crew;
    this.again = again;
  }

  /**
   * Status, effect and quota in one transaction, and the batch's end with its last child's. No hand
   * waits for the commit, so that many ends share one.
   */
  <P extends Record> void end(Live job, JobType<P> type, P params, Ended how) {
    var ended = job.ending(how, endMillis(job.job()));
    ending.incrementAndGet();
    job.changing();
    db.inTxLater(
        tx -> {
          write(tx, job, type, params, ended, how);
          return true;
        },
        new Database.Outcome<Boolean>() {
          @Override
          public void done(Boolean result) {
            forgetEnded(job);
            job.changed();
            ending.decrementAndGet();
          }

          @Override
          public void failed(RuntimeException why) {
            if (!(why instanceof DatabaseException e && e.outcomeUnknown())) {
              job.changed(); // else its row is told until it has ended
            }
            crew.run(() -> notEnded(job, type, how, why));
            ending.decrementAndGet();
          }
        });
  }

  /** What the job did is done, so there is nothing to give up: until it is written. */
  private void notEnded(Live job, JobType<?> type, Ended how, RuntimeException why) {
    try {
      switch (why) {
        case DatabaseException e -> {
          LOG.log(ERROR, "job " + job.job().id() + " cannot be written, will try again", e);
          job.rest();
          crew.runLater(JobRunner.WRITE_AGAIN, () -> again.accept(job));
        }
        case NotWritten _ -> notWritten(job, type, how);
        default -> LOG.log(ERROR, "the end of job " + job.job().id() + " has a bug", why);
      }
    } catch (DatabaseException e) { // asked in vain: the next end finds the same
      job.rest();
      crew.runLater(JobRunner.WRITE_AGAIN, () -> again.accept(job));
    }
  }

  private void notWritten(Live job, JobType<?> type, Ended how) {
    var by = db.lookUp(tx -> owned.cancelled(tx, job.owner())).get(job.job().id().number());
    if (by != null && how instanceof Succeeded) { // cancelled in the last moment
      job.cancelledBy(by);
      job.doing = new Running(type.steps().size() - 1, 0);
      job.rest();
      again.accept(job);
    } else if (wasWritten(job)) {
      forgetEnded(job);
    } else {
      LOG.log(INFO, "job {0} is no longer this node''s", job.job().id());
      live.remove(job);
    }
  }

  private void forgetEnded(Live job) {
    var parent = job.parent();
    if (parent == null) {
      forget(job);
    } else if (parent.job().state() instanceof Ended) {
      forget(parent);
      parent.children().forEach(this::forget);
    }
  }

  private <P extends Record> void write(
      Tx tx, Live job, JobType<P> type, P params, Job ended, Ended how) {
    store.end(tx, ended, job);
    type.ended(tx, ended.id(), params, how);
    JobEvents.add(tx, ended.id().number(), job.notes);
    var parent = job.parent();
    if (parent == null || store.childEnded(tx, parent.job().id().number()) > 0) {
      tx.afterCommit(() -> job.show(ended));
    } else {
      var children = parent.children().stream().map(Live::ended).toList();
      long last = children.stream().mapToLong(Job::endMillis).max().orElse(0); // by any clock
      var endedParent =
          parent.job().ended(outcome(children), Math.max(endMillis(parent.job()), last));
      store.endWithoutSteps(tx, endedParent, parent.owner());
      tx.afterCommit(() -> show(parent, endedParent, children));
    }
  }

  /** The children first: a batch that has ended shows ended children. */
  private static void show(Live parent, Job ended, List<Job> children) {
    for (int i = 0; i < children.size(); i++) {
      parent.children().get(i).show(children.get(i));
    }
    parent.show(ended);
  }

  /** Whether a commit that was not heard of has ended it. Then that is what is told. */
  private boolean wasWritten(Live job) {
    var row = db.lookUp(tx -> store.find(tx, job.job().id()));
    if (row.isEmpty() || row.get().endMillis() == 0) {
      return false;
    }
    job.show(row.get());
    var parent = job.parent();
    if (parent != null) {
      long number = parent.job().id().number();
      var parentRow = db.lookUp(tx -> store.find(tx, parent.job().id())).orElseThrow();
      if (parentRow.endMillis() != 0) {
        show(parent, parentRow, db.lookUp(tx -> store.children(tx, number)));
      }
    }
    return true;
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
    live.metrics().ended(now);
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
      finished.put(now.id(), now.project(), now.endMillis(), job.answer());
    }
    live.remove(job);
  }

  /** Waits a moment for the ends that are being written. */
  void await() {
    for (long waited = 0; ending.get() > 0 && waited < STOP_MILLIS; waited += STOP_LOOK_MILLIS) {
      LockSupport.parkNanos(Duration.ofMillis(STOP_LOOK_MILLIS).toNanos());
    }
  }
}
