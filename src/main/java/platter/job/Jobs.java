package platter.job;

import static java.lang.System.Logger.Level.INFO;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import platter.job.LiveJobs.Live;
import platter.json.Json;

/** The door of the engine: submit in a transaction of your own, ask for what became of it. */
public final class Jobs implements AutoCloseable {
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
   */
  public record Limits(int stepsAtOnce, int maxUnfinished, long answerCacheBytes) {
    public static final Limits DEFAULT = new Limits(16, 100_000, 256L << 20);
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
  private final Limits limits;
  private final JobStore store;
  private final LiveJobs live = new LiveJobs();
  private final FinishedAnswers finished;
  private final Map<String, JobType<?>> types = new HashMap<>();
  private final JobRunner runner;

  public Jobs(Database db, JobIds ids, InstantSource clock, Owner owner, Limits limits) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.limits = limits;
    store = new JobStore(owner);
    finished =
        new FinishedAnswers(
            Math.min(limits.answerCacheBytes(), Runtime.getRuntime().maxMemory() / 4));
    runner = new JobRunner(db, store, live, finished, types, clock, limits.stepsAtOnce());
  }

  /** Picks up what was left unfinished, then runs what comes. Once, before the first call. */
  public void start(List<JobType<?>> known) {
    known.forEach(type -> types.put(type.wireName(), type));
    recover();
  }

  /** The ordinary claim: each unfinished job is ours now, and its step runs (again). */
  private void recover() {
    var unfinished =
        db.inTx(
            tx -> {
              store.claimAll(tx);
              return store.unfinished(tx);
            });
    var all = new LinkedHashMap<Long, Live>(); // all of them, in the order of acceptance
    var children = new HashMap<Long, List<Live>>();
    for (var job : unfinished) {
      // somebody may have seen it RUNNING before the crash, so it is not INIT again
      var now = job.state() instanceof Init ? job.in(new Running(0)) : job;
      var parent = job.parent() == null ? null : all.get(job.parent());
      var one = new Live(now, parent);
      all.put(job.id().number(), one);
      live.add(one);
      if (job.parent() != null) {
        children.computeIfAbsent(job.parent(), _ -> new ArrayList<>()).add(one);
      }
    }
    children.forEach((number, running) -> adopt(all, number, running));
    for (var one : all.values()) {
      if (types.containsKey(one.job().type())) { // a batch has no type: its children run
        runner.take(one);
      }
    }
    if (!unfinished.isEmpty()) {
      LOG.log(INFO, "picked up {0} unfinished jobs", unfinished.size());
    }
  }

  /** A batch shows all its children, those that had ended before the crash too. */
  private void adopt(Map<Long, Live> unfinished, long number, List<Live> running) {
    var parent = unfinished.get(number);
    if (parent == null) {
      throw new IllegalStateException("batch " + number + " ended before its sub-jobs");
    }
    var byNumber = new HashMap<Long, Live>();
    running.forEach(child -> byNumber.put(child.job().id().number(), child));
    var all = new ArrayList<Live>();
    for (var child : db.lookUp(tx -> store.children(tx, number))) {
      all.add(byNumber.getOrDefault(child.id().number(), new Live(child, parent)));
    }
    parent.children(all);
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
    var job = accepted(asked, type.wireName(), null, entities, textOf(params));
    store.insert(tx, job, 0);
    tx.afterCommit(
        () -> {
          var one = new Live(job, null);
          live.add(one);
          runner.take(one);
        });
    return job.id();
  }

  /** Accepts a batch: a parent of that name, and a sub-job of one type for each child. */
  public <P extends Record> Batch submitBatch(
      Tx tx, Asked asked, String wireName, JobType<P> type, List<Child<P>> wanted) {
    throttle(wanted.size() + 1);
    var parent = accepted(asked, wireName, null, NO_ENTITIES, NO_ENTITIES);
    store.insert(tx, parent, wanted.size());
    var children = new ArrayList<Job>(wanted.size());
    for (var child : wanted) {
      var job =
          accepted(
              asked,
              type.wireName(),
              parent.id().number(),
              child.entities(),
              textOf(child.params()));
      store.insert(tx, job, 0);
      children.add(job);
    }
    tx.afterCommit(
        () -> {
          var batch = new Live(parent, null);
          var all = children.stream().map(child -> new Live(child, batch)).toList();
          batch.children(all);
          live.add(batch);
          all.forEach(live::add);
          all.forEach(runner::take);
        });
    return new Batch(parent.id(), children.stream().map(Job::id).toList());
  }

  /** Writes down a job that has ended already: it explains a change that no step led to. */
  public <P extends Record> JobId record(
      Tx tx, Asked asked, JobType<P> type, P params, String entities, JobState.Ended how) {
    var job = accepted(asked, type.wireName(), null, entities, textOf(params));
    store.insert(tx, job, 0);
    store.end(tx, job.ended(how, job.beginMillis()));
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
      return running.filter(one -> one.job().project().equals(project)).map(Live::answer);
    }
    var answer = finished.find(id, project);
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
    var answer = finished.find(id, project);
    if (answer != null) {
      return Optional.of(answer);
    }
    return db.lookUp(tx -> store.find(tx, id))
        .filter(job -> job.project().equals(project))
        .map(
            job -> {
              var body = bodyOf(job);
              if (job.endMillis() != 0) { // else its commit is so young that it is not live yet
                finished.put(id, project, body);
              }
              return body;
            });
  }

  private byte[] bodyOf(Job job) {
    return types.containsKey(job.type())
        ? JobAnswer.of(job)
        : JobAnswer.of(job, db.lookUp(tx -> store.children(tx, job.id().number())));
  }

  /** Jobs of a project that are no sub-jobs, newest first. */
  List<Job> list(ProjectId project, long below, int limit) {
    return db.lookUp(tx -> store.list(tx, project, below, limit));
  }

  /** As it stands: from memory when it is unfinished. */
  Job current(Job stored) {
    return live.find(stored.id()).map(Live::job).orElse(stored);
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
    return new JobsApi(this).routes();
  }

  /** Running steps finish or are left for the next start; nothing is lost. */
  @Override
  public void close() {
    runner.close();
  }
}
