package platter.job;

import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.json.Json;
import platter.metric.Metrics;
import platter.node.Lease;
import platter.node.Membership;
import platter.node.Owner;

/** The door of the engine: submit in a transaction of your own, ask for what became of it. */
public final class Jobs implements Membership.Jobs, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
  private static final String NO_ENTITIES = "{}";

  /** So many jobs and batches are adopted while nobody else accepts or ends one. */
  private static final int ADOPTED_AT_ONCE = 200;

  /** Jobs that are read when one is asked for that is not in memory. */
  private static final int READ_ALONG = 32;

  /**
   * What bounds the engine.
   *
   * @param stepsAtOnce steps that run at the same time
   * @param slowAtOnce steps that take their time, which run at the same time beside the others
   * @param maxUnfinished jobs and sub-jobs that may be unfinished; beyond, creators are throttled
   * @param answerCacheBytes memory for answers of finished jobs, outside the heap; half as much as
   *     the heap may be at most
   * @param stepDeadline how long a step is attempted, unless it says otherwise
   * @param jobDeadline how long a job is attempted before it is undone, unless its type says
   *     otherwise
   * @param keepFinished how long a finished job is kept
   */
  public record Limits(
      int stepsAtOnce,
      int slowAtOnce,
      int maxUnfinished,
      long answerCacheBytes,
      Duration stepDeadline,
      Duration jobDeadline,
      Duration keepFinished) {
    public static final Limits DEFAULT =
        new Limits(
            16,
            4,
            100_000,
            4L << 30,
            Duration.ofSeconds(20),
            Duration.ofMinutes(10),
            Duration.ofDays(30));
  }

  /**
   * A sub-job to be.
   *
   * @param entities JSON object that its answer tells
   */
  public record Child<P extends Record>(P params, String entities) {}

  /** What was accepted, the children in their order. */
  public record Batch(JobId parent, List<JobId> children) {}

  private final Database db;
  private final JobIds ids;
  private final InstantSource clock;
  private final Lease lease;
  private final Crew crew;
  private final Limits limits;
  private final JobStore store = new JobStore();
  private final OwnedJobs owned = new OwnedJobs();
  private final LiveJobs live;
  private final FinishedAnswers finished;
  private final Moments askedFor = new Moments();
  private final Map<String, JobType<?>> types = new HashMap<>();
  private final JobRunner runner;
  private final Retention retention;
  private final Floor floor;
  private volatile Optional<Owner> claimedAs = Optional.empty();

  public Jobs(Database db, JobIds ids, InstantSource clock, Lease lease, Crew crew, Limits limits) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.lease = lease;
    this.crew = crew;
    this.limits = limits;
    live = new LiveJobs(lease);
    finished =
        new FinishedAnswers(
            Math.min(limits.answerCacheBytes(), Runtime.getRuntime().maxMemory() / 2),
            limits.keepFinished());
    runner = new JobRunner(db, store, owned, live, finished, types, clock, lease, crew, limits);
    retention = new Retention(db, clock, crew, limits.keepFinished());
    floor = new Floor(db, ids, lease, crew, owned);
  }

  /** The jobs of this node in numbers. */
  public Metrics.Source metrics() {
    return live.metrics();
  }

  /** Picks up what was left unfinished, then runs what comes. Once, before the first call. */
  public void start(List<JobType<?>> known) {
    known.forEach(type -> types.put(type.wireName(), type));
    if (!lease.shared()) {
      db.inTx(
          tx -> {
            owned.claimAll(tx, lease.owner());
            return true;
          });
    }
    adopt();
    retention.start();
    floor.start();
  }

  /**
   * Makes the unfinished jobs of a dead incarnation, and of those before it, this node's. In the
   * transaction that ends it; {@link #adopt} follows.
   */
  @Override
  public int claim(Tx tx, Owner dead) {
    return owned.claim(tx, dead, lease.owner());
  }

  /** This incarnation was taken for dead: its jobs are somebody else's. */
  @Override
  public void lost(Owner incarnation) {
    live.removeAll(incarnation);
  }

  /**
   * Runs what is this node's by its row and not known here: after a claim, or a lost answer. A few
   * at a time, so that nobody waits for it who accepts or ends.
   */
  @Override
  public void adopt() {
    var owner = lease.owner();
    if (lease.shared() && !claimedAs.equals(Optional.of(owner))) {
      db.inTx(tx -> owned.claim(tx, new Owner(owner.node(), owner.epoch() - 1), owner));
      claimedAs = Optional.of(owner); // whom no earlier incarnation leaves anything any more
    }
    int adopted = 0;
    var some = new ArrayList<Long>();
    var numbers = db.lookUp(tx -> owned.numbers(tx, owner));
    boolean news = numbers.stream().anyMatch(number -> !live.isKnown(number, owner));
    Map<Long, String> cancelled = news ? db.lookUp(tx -> owned.cancelled(tx, owner)) : Map.of();
    for (long number : numbers) {
      boolean known = live.isKnown(number, owner);
      if (!known) {
        some.add(number);
      }
      if (!some.isEmpty() && (known || some.size() == ADOPTED_AT_ONCE)) {
        adopted += adopt(owner, some.getFirst(), some.getLast(), cancelled);
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      adopted += adopt(owner, some.getFirst(), some.getLast(), cancelled);
    }
    if (adopted > 0) {
      LOG.log(INFO, "picked up {0} unfinished jobs", adopted);
    }
  }

  /**
   * @param cancelled by whom, of those that begin no step any more
   */
  private int adopt(Owner owner, long first, long last, Map<Long, String> cancelled) {
    var adopted = new ArrayList<Live>();
    synchronized (live) { // nothing is accepted or ends while it is compared
      for (var job : db.lookUp(tx -> owned.between(tx, owner, first, last))) {
        if (live.isKnown(job.id().number(), owner)) {
          continue;
        }
        var one = found(job, null, owner);
        adopted.add(one);
        if (!types.containsKey(job.type())) { // a batch
          adopted.addAll(children(one, owner));
        }
      }
      for (var one : adopted) {
        Optional.ofNullable(cancelled.get(one.job().id().number())).ifPresent(one::cancelledBy);
      }
      adopted.forEach(live::add);
    }
    for (var one : adopted) {
      if (types.containsKey(one.job().type())) { // a batch has no type: its children run
        runner.take(one);
      }
    }
    return adopted.size();
  }

  private Live found(Job job, @Nullable Live parent, Owner owner) {
    var one = new Live(shown(job), parent, owner);
    one.doing = job.state() instanceof Init ? new Running(0, 0) : job.state(); // may have begun
    one.found();
    return one;
  }

  /** A batch shows all its children. Returns those that have not ended. */
  private List<Live> children(Live batch, Owner owner) {
    var all = new ArrayList<Live>();
    var unfinished = new ArrayList<Live>();
    for (var child : db.lookUp(tx -> store.children(tx, batch.job().id().number()))) {
      if (child.endMillis() != 0) {
        all.add(new Live(child, batch, owner));
      } else {
        unfinished.add(found(child, batch, owner));
        all.add(unfinished.getLast());
      }
    }
    batch.children(all);
    return unfinished;
  }

  /** Somebody may have seen it RUNNING before the crash, where that is told before it is kept. */
  private Job shown(Job job) {
    return job.state() instanceof Init && !lease.shared() ? job.in(new Running(0, 0)) : job;
  }

  /** Looks for jobs of this node that were cancelled on another one. */
  @Override
  public void noticeCancelled() {
    db.lookUp(tx -> owned.cancelled(tx, lease.owner()))
        .forEach(
            (number, by) ->
                live.find(number)
                    .filter(one -> types.containsKey(one.job().type())) // a batch does nothing
                    .filter(one -> one.cancelledBy() == null)
                    .ifPresent(
                        one -> {
                          one.cancelledBy(by);
                          runner.take(one);
                        }));
  }

  /**
   * Accepts a job: it is durable, and answers queries, when the transaction is committed.
   *
   * @param entities JSON object that the answer tells
   * @throws ApiException THROTTLED when too many jobs are unfinished
   */
  public <P extends Record> JobId submit(
      Tx tx, Asked asked, JobType<P> type, P params, String entities) {
    throttle(1);
    var owner = lease.owner();
    floor.hold(tx, owner);
    var job = accepted(asked, type.wireName(), null, entities, textOf(params));
    store.insert(tx, job, owner, beside(asked, job, 0));
    tx.afterCommit(
        () -> {
          var one = fresh(asked, job, params, null, owner);
          if (live.addNew(one)) {
            runner.take(one);
          }
        });
    return job.id();
  }

  /** Accepts a batch: a parent of that name, and a sub-job of one type for each child. */
  public <P extends Record> Batch submitBatch(
      Tx tx, Asked asked, String wireName, JobType<P> type, List<Child<P>> wanted) {
    throttle(wanted.size() + 1);
    var owner = lease.owner();
    floor.hold(tx, owner);
    var parent = accepted(asked, wireName, null, NO_ENTITIES, NO_ENTITIES);
    store.insert(tx, parent, owner, beside(asked, parent, wanted.size()));
    var children = new ArrayList<Job>(wanted.size());
    for (var child : wanted) {
      var job =
          accepted(
              asked,
              type.wireName(),
              parent.id().number(),
              child.entities(),
              textOf(child.params()));
      store.insert(tx, job, owner, beside(asked, job, 0));
      children.add(job);
    }
    tx.afterCommit(
        () -> {
          var batch = new Live(parent, null, owner);
          var all = new ArrayList<Live>(wanted.size());
          for (int i = 0; i < wanted.size(); i++) {
            all.add(fresh(asked, children.get(i), wanted.get(i).params(), batch, owner));
          }
          batch.children(all);
          if (live.addNew(batch)) {
            all.forEach(runner::take);
          }
        });
    return new Batch(parent.id(), children.stream().map(Job::id).toList());
  }

  /** One that does another's work again may find what that left: it is undone in any case. */
  private static Live fresh(
      Asked asked, Job job, Record params, @Nullable Live parent, Owner owner) {
    var one = new Live(job, parent, owner);
    one.params(params);
    if (asked.retryOf().isPresent()) {
      one.doing = new Running(0, 0);
    }
    return one;
  }

  /** Writes down a job that has ended already: it explains a change that no step led to. */
  public <P extends Record> JobId record(
      Tx tx, Asked asked, JobType<P> type, P params, String entities, JobState.Ended how) {
    var job = accepted(asked, type.wireName(), null, entities, textOf(params));
    store.insert(tx, job, lease.owner(), beside(asked, job, 0));
    tx.settle();
    store.endWithoutSteps(tx, job.ended(how, job.beginMillis()), lease.owner());
    return job.id();
  }

  /** Does something small when so much time has passed, if the engine still runs then. */
  public void aside(Duration wait, Runnable work) {
    crew.aside(wait, work);
  }

  private void throttle(int more) {
    if (live.size() + more > limits.maxUnfinished()) {
      throw new ApiException(
          ErrorCode.THROTTLED,
          limits.maxUnfinished() + " jobs are unfinished; wait for some of them and try again");
    }
  }

  private Job accepted(
      Asked asked, String type, @Nullable Long parent, String entities, String params) {
    var id = ids.next();
    return new Job(
        id, asked.project(), type, parent, entities, params, clock.millis(), new Init(), 0);
  }

  private JobStore.Accepted beside(Asked asked, Job job, int openChildren) {
    long deadline = job.beginMillis() + limits.jobDeadline().toMillis();
    return new JobStore.Accepted(openChildren, asked.by(), deadline, asked.retryOf().orElse(null));
  }

  private static String textOf(Record params) {
    return Json.mapper().writeValueAsString(params);
  }

  /**
   * The body of a job query, from memory where that is current, else by primary key.
   *
   * @return empty when there is no such job, or when it is another project's
   */
  Optional<byte[]> answer(ProjectId project, JobId id) {
    var running = live.find(id);
    if (running.isPresent()) {
      var one = running.get();
      if (!one.job().project().equals(project)) {
        return Optional.empty();
      }
      var body = one.answer();
      if (live.isCurrent(one)) { // in this order: it was when it was told
        return Optional.of(body);
      }
    }
    var answer = finished.find(id, project, clock.millis());
    return answer != null ? Optional.of(answer) : load(project, id);
  }

  /**
   * Not live here, so it has ended, is another node's, or was committed in this instant. The row of
   * a job that has ended, and those of its children, never change again. Jobs that were accepted
   * together are asked for together, so the next ones are read along: as long as that pushes out
   * nothing, and then when others of that moment were asked for.
   */
  private Optional<byte[]> load(ProjectId project, JobId id) {
    boolean near = askedFor.isNear(id);
    int count = near || finished.hasRoom(id) ? READ_ALONG : 1;
    for (var job : db.lookUp(tx -> store.succeededFrom(tx, id, count))) {
      if (types.containsKey(job.type())) { // else it is a batch
        finished.putSucceeded(job);
      }
    }
    var answer = finished.find(id, project, clock.millis());
    if (answer != null) {
      return Optional.of(answer);
    }
    return db.lookUp(tx -> store.find(tx, id))
        .filter(job -> job.project().equals(project))
        .map(
            job -> {
              var body = bodyOf(job);
              if (job.endMillis() != 0) { // else its commit is so young that it is not live yet
                finished.put(id, project, job.endMillis(), body);
              }
              return body;
            });
  }

  private byte[] bodyOf(Job job) {
    return types.containsKey(job.type())
        ? JobAnswer.of(job)
        : JobAnswer.of(job, db.lookUp(tx -> store.children(tx, job.id().number())));
  }

  /** What is left of a job that was collected. */
  Optional<Retention.Tombstone> tombstone(ProjectId project, JobId id) {
    return retention.find(project, id);
  }

  /** As it stands: from memory when it is unfinished. */
  Job current(Job stored) {
    return live.current(stored.id()).orElse(stored);
  }

  /** How far the step is that the job does now, in percent; on whichever node. 0: not told. */
  public int percent(JobId id) {
    int here = live.find(id).map(one -> one.percent).orElse(-1);
    return here >= 0 ? here : db.lookUp(tx -> store.percent(tx, id.number()));
  }

  /** Whether somebody still has to end it. */
  public boolean isUnfinished(Tx tx, JobId id) {
    return store.find(tx, id).filter(job -> job.endMillis() == 0).isPresent();
  }

  /** Whether it is a job of that type, and failed; also one that was collected. */
  public boolean hasFailed(Tx tx, JobId id, JobType<?> type) {
    return store
            .find(tx, id)
            .filter(job -> job.type().equals(type.wireName()))
            .filter(job -> job.endMillis() != 0 && !(job.state() instanceof JobState.Succeeded))
            .isPresent()
        || Retention.hasFailed(tx, id, type.wireName());
  }

  public List<Route> routes() {
    var stuck = new StuckJob(db, store, types, lease, clock);
    var all =
        new ArrayList<>(
            new JobsApi(
                    this,
                    new ListJobs(db, store, this::current, clock),
                    new ExplainJob(db, store, live, types),
                    new CancelJob(db, store, live, types, runner, clock),
                    new RetryJob(db, store, types, this, stuck, clock),
                    stuck)
                .routes());
    all.addAll(new NodesApi(db, owned, lease).routes());
    return all;
  }

  /** Running steps finish or are left for the next start; nothing is lost. */
  @Override
  public void close() {
    retention.stop();
    floor.stop();
    runner.stop();
    crew.close();
    runner.awaitEnds();
  }
}
