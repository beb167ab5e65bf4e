package platter.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import platter.db.DirectDatabase;
import platter.db.Tx;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.node.Alone;

/**
 * A job of a real type whose calls fail as they are told, in the engine as it is, on a clock that
 * does not wait.
 */
final class FailingJob<P extends Record> implements JobType<P> {
  static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final ProjectId PROJECT = new ProjectId("a".repeat(32));

  private final JobType<P> real;
  private final Map<String, Failing> failing = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final VirtualCrew crew = new VirtualCrew();

  FailingJob(JobType<P> real) {
    this.real = real;
  }

  /** What a call throws instead of returning. */
  interface Failure {
    BackendException make() throws BackendException;
  }

  /** How often a call still fails. */
  private static final class Failing {
    final Failure failure;
    int left;

    Failing(Failure failure, int times) {
      this.failure = failure;
      this.left = times;
    }
  }

  /** The step does its work and then fails, so often. */
  FailingJob<P> failingAt(int step, int times, Failure failure) {
    failing.put("run " + step, new Failing(failure, times));
    return this;
  }

  /** The undo of the step fails, so often. */
  FailingJob<P> failingToUndo(int step, int times, Failure failure) {
    failing.put("undo " + step, new Failing(failure, times));
    return this;
  }

  /** Hands for what takes its time are free only after so long a wait, each time. */
  FailingJob<P> waitingForAHand(Duration wait) {
    crew.slowWait = wait;
    return this;
  }

  /** Such as {@code run 0} and {@code undo 0}, in their order. */
  List<String> calls() {
    return calls;
  }

  /** How much time has passed. */
  Duration took() {
    return Duration.ofNanos(crew.nanos());
  }

  /** Runs it to its end. */
  Job run(P params) {
    try (var db = new DirectDatabase()) {
      var jobs =
          new Jobs(
              db,
              new JobIds(crew::instant, new AtomicLong()::incrementAndGet, 0),
              crew::instant,
              Alone.join(db, "node-1"),
              crew,
              new Jobs.Limits(
                  1, 1, 10, 1 << 20, DEADLINE, DEADLINE.multipliedBy(10), Duration.ofDays(1)));
      jobs.start(List.of(this));
      var id = db.inTx(tx -> jobs.submit(tx, new Asked(PROJECT, "a test"), this, params, "{}"));
      var store = new JobStore();
      while (true) {
        var job = db.lookUp(tx -> store.find(tx, id)).orElseThrow();
        if (job.endMillis() != 0) {
          return job;
        }
        crew.next();
      }
    }
  }

  private void call(String what, Step.Doing<P> doing, P params) throws BackendException {
    calls.add(what);
    doing.on(params);
    var failure = failing.get(what);
    if (failure != null && failure.left > 0) {
      failure.left--;
      throw failure.failure.make();
    }
  }

  @Override
  public List<Step<P>> steps() {
    var steps = new ArrayList<Step<P>>();
    for (var step : real.steps()) {
      int number = steps.size();
      steps.add(
          new Step<>(
              step.name(),
              params -> call("run " + number, step.run(), params),
              params -> call("undo " + number, step.undo(), params),
              step.undoable(),
              step.within(),
              step.slow()));
    }
    return steps;
  }

  @Override
  public String wireName() {
    return real.wireName();
  }

  @Override
  public String taskName() {
    return real.taskName();
  }

  @Override
  public ErrorCode failure() {
    return real.failure();
  }

  @Override
  public Class<P> params() {
    return real.params();
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, P params) {}

  /** There are no rows beside the job's. */
  @Override
  public void ended(Tx tx, JobId job, P params, JobState.Ended how) {}

  /** Does what comes next at once, and lets the time pass that it would have waited. */
  private static final class VirtualCrew implements Crew {
    private final PriorityQueue<Later> queue = new PriorityQueue<>();
    private long nanos;
    private long number;
    private Duration slowWait = Duration.ZERO;

    private record Later(long at, long number, Runnable work) implements Comparable<Later> {
      @Override
      public int compareTo(Later other) {
        return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
      }
    }

    void next() {
      var next = queue.remove();
      nanos = next.at;
      next.work.run();
    }

    Instant instant() {
      return Instant.EPOCH.plusSeconds(1).plusNanos(nanos);
    }

    @Override
    public void run(Runnable work) {
      runLater(Duration.ZERO, work);
    }

    @Override
    public void runSlow(Runnable work) {
      runLater(slowWait, work);
    }

    @Override
    public void runLater(Duration wait, Runnable work) {
      queue.add(new Later(nanos + wait.toNanos(), number++, work));
    }

    @Override
    public void aside(Duration wait, Runnable work) {
      runLater(wait, work);
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void close() {
      queue.clear();
    }
  }
}
