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
import platter.node.Lease;
import platter.node.Membership;
import platter.node.Owner;

/** The door of the engine: submit in a transaction of your own, ask for what became of it. */
public final class Jobs implements Membership.Jobs, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
  private static final String NO_ENTITIES = "{}";

  /** Jobs that are read when one is asked for that is not in memory. */
  private static final int READ_ALONG = 32;

  /**
   * What bounds the engine.
   *
   * @param stepsAtOnce steps that run at the same time
   * @param maxUnfinished jobs and sub-jobs that may be unfinished; beyond, creators are throttled
   * @param answerCacheBytes memory for answers of finished jobs; a quarter of the heap at most
   * @param stepDeadline how long a step is attempted, unless it says otherwise
   * @param jobDeadline how long a job is attempted before it is undone, unless its type says
   *     otherwise
   * @param keepFinished how long a finished job is kept
   */
  public record Limits(
      int stepsAtOnce,
      int maxUnfinished,
      long answerCacheBytes,
      Duration stepDeadline,
      Duration jobDeadline,
      Duration keepFinished) {
    public static final Limits DEFAULT =
        new Limits(
            16,
            100_000,
            256L << 20,
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
  private final LiveJobs live;
  private final FinishedAnswers finished;
  private final Map<String, JobType<?>> types = new HashMap<>();
  private final JobRunner runner;
  private final Retention retention;

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
            Math.min(limits.answerCacheBytes(), Runtime.getRuntime().maxMemory() / 4),
            limits.keepFinished());
    runner = new JobRunner(db, store, live, finished, types, clock, lease, crew, limits);
    retention = new Retention(db, clock, crew, limits.keepFinished());
  }

  /** Picks up what was left unfinished, then runs what comes. Once, before the first call. */
  public void start(List<JobType<?>> known) {
    known.forEach(type -> types.put(type.wireName(), type));
    if (!lease.shared()) {
      db.inTx(
          tx -> {
            store.claimAll(tx, lease.owner());
            return true;
          });
    }
    adopt();
    retention.start();
  }

  /**
   * Makes the unfinished jobs of a dead incarnation, and of those before it, this node's. In the
   * transaction that ends it; {@link #adopt} follows.
   */
  @Override
  public int claim(Tx tx, Owner dead) {
    return store.claim(tx, dead, lease.owner());
  }

  /** This incarnation was taken for dead: its jobs are somebody else's. */
  @Override
  public void lost(Owner incarnation) {
    live.all().stream().filter(job -> job.owner().equals(incarnation)).forEach(live::remove);
  }

  /** Whether there are jobs of this node that it does not run, because an answer was lost. */
  @Override
  public boolean hasStrays() {
    var owner = lease.owner();
    return db.lookUp(
            tx ->
                tx.number(
                    """
                    select count(*) from job where end_time is null and owner = ? and epoch = ?\
                    """,
                    owner.node(),
                    owner.epoch()))
        > live.size();
  }

  /** Runs what is this node's by its row and not known here: after a claim, or a lost answer. */
  @Override
  public void adopt() {
    if (lease.shared()) { // what earlier incarnations of this node left
      var owner = lease.owner();
      db.inTx(tx -> store.claim(tx, new Owner(owner.node(), owner.epoch() - 1), owner));
    }
    var adopted = new ArrayList<Live>();
    synchronized (live) { // nothing is accepted or ends while it is compared
      adopt(lease.owner(), adopted);
    }
    noticeCancelled();
    for (var one : adopted) {
      if (types.containsKey(one.job().type())) { // a batch has no type: its children run
        runner.take(one);
      }
    }
    if (!adopted.isEmpty()) {
      LOG.log(INFO, "picked up {0} unfinished jobs", adopted.size());
    }
  }

  private void adopt(Owner owner, List<Live> adopted) {
    var batches = new HashMap<Long, Live>();
    var children = new HashMap<Long, List<Live>>();
    for (var job : db.lookUp(tx -> store.unfinished(tx, owner))) {
      if (live.find(job.id().number()).isPresent()) {
        continue;
      }
      var parent = job.parent() == null ? null : batches.get(job.parent());
      var one = new Live(shown(job), parent, owner);
      one.doing = job.state() instanceof Init ? new Running(0, 0) : job.state(); // may have begun
      adopted.add(one);
      if (!types.containsKey(job.type())) {
        batches.put(job.id().number(), one);
      } else if (job.parent() != null) {
        children.computeIfAbsent(job.parent(), _ -> new ArrayList<>()).add(one);
      }
    }
    batches.forEach(
        (number, batch) -> children(batch, number, children.getOrDefault(number, List.of())));
    adopted.forEach(live::add);
  }

  /** Somebody may have seen it RUNNING before the crash, where that is told before it is kept. */
  private Job shown(Job job) {
    return job.state() instanceof Init && !lease.shared() ? job.in(new Running(0, 0)) : job;
  }

  /** A batch shows all its children, those that had ended before the crash too. */
  private void children(Live parent, long number, List<Live> running) {
    var byNumber = new HashMap<Long, Live>();
    running.forEach(child -> byNumber.put(child.job().id().number(), child));
    var all = new ArrayList<Live>();
    for (var child : db.lookUp(tx -> store.children(tx, number))) {
      all.add(byNumber.getOrDefault(child.id().number(), new Live(child, parent, parent.owner())));
    }
    parent.children(all);
  }

  /** Looks for jobs of this node that were cancelled on another one. */
  @Override
  public void noticeCancelled() {
    db.lookUp(tx -> store.cancelled(tx, lease.owner()))
        .forEach(
            (number, by) ->
                live.find(number)
                    .filter(one -> one.cancelledBy() == null)
                    .ifPresent(
                        one -> {
                          one.cancelledBy(by);
                          if (types.containsKey(one.job().type())) { // a batch has no steps
                            runner.take(one);
                          }
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
    var job = accepted(asked, type.wireName(), null, entities, textOf(params));
    store.insert(tx, job, owner, beside(asked, job, 0));
    tx.afterCommit(
        () -> {
          var one = new Live(job, null, owner);
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
          var all = children.stream().map(child -> new Live(child, batch, owner)).toList();
          batch.children(all);
          if (live.addNew(batch)) {
            all.forEach(runner::take);
          }
        });
    return new Batch(parent.id(), children.stream().map(Job::id).toList());
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
    var running = live.findCurrent(id);
    if (running.isPresent()) {
      return running.filter(one -> one.job().project().equals(project)).map(Live::answer);
    }
    var answer = finished.find(id, project, clock.millis());
    return answer != null ? Optional.of(answer) : load(project, id);
  }

  /**
   * Not live, so it has ended (or was committed in this instant). The row of a job that has ended,
   * and those of its children, never change again. Jobs that were accepted together are asked for
   * together, so the next ones are read along.
   */
  private Optional<byte[]> load(ProjectId project, JobId id) {
    for (var job : db.lookUp(tx -> store.succeededFrom(tx, id, READ_ALONG))) {
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
    return live.findCurrent(stored.id()).map(Live::job).orElse(stored);
  }

  /** Whether somebody still has to end it. */
  public boolean isUnfinished(Tx tx, JobId id) {
    return store.find(tx, id).filter(job -> job.endMillis() == 0).isPresent();
  }

  /** Whether it is a job of that type, and failed. */
  public boolean hasFailed(Tx tx, JobId id, JobType<?> type) {
    return store
        .find(tx, id)
        .filter(job -> job.type().equals(type.wireName()))
        .filter(job -> job.endMillis() != 0 && !(job.state() instanceof JobState.Succeeded))
        .isPresent();
  }

  public List<Route> routes() {
    return new JobsApi(
            this,
            new ListJobs(db, store, clock),
            new ExplainJob(db, store, live, types),
            new CancelJob(db, store, live, types, runner),
            new RetryJob(db, store, types, this, clock),
            new StuckJob(db, store, types, lease, clock))
        .routes();
  }

  /** Running steps finish or are left for the next start; nothing is lost. */
  @Override
  public void close() {
    retention.stop();
    runner.stop();
    crew.close();
    runner.awaitEnds();
  }
}
