package platter.job;

import static java.lang.System.Logger.Level.INFO;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.json.Json;

/** Does the failed part of a job again, as a new job that is linked to it. The old one stays. */
final class RetryJob {
  private static final System.Logger LOG = System.getLogger(RetryJob.class.getName());

  private final Database db;
  private final JobStore store;
  private final Map<String, JobType<?>> types;
  private final Jobs jobs;
  private final StuckJob stuckJobs;
  private final InstantSource clock;

  RetryJob(
      Database db,
      JobStore store,
      Map<String, JobType<?>> types,
      Jobs jobs,
      StuckJob stuckJobs,
      InstantSource clock) {
    this.stuckJobs = stuckJobs;
    this.db = db;
    this.store = store;
    this.types = types;
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * Accepts the new job; of a batch one with the failed sub-jobs only.
   *
   * @throws ApiException JOB_NOT_FOUND; JOB_STATE when it has not failed, or when the world has
   *     moved on since
   */
  JobId retry(Asked asked, JobId id) {
    var again = db.inTx(tx -> asked.once(tx, () -> retry(tx, asked, id)));
    LOG.log(INFO, "job {0} is retried as {1} by {2}", id, again, asked.by());
    return again;
  }

  private JobId retry(Tx tx, Asked asked, JobId id) {
    var job = store.mine(tx, asked.project(), id);
    if (!hasFailed(job)) {
      throw new ApiException(
          ErrorCode.JOB_STATE, "job " + id + " is " + job.state().wireName() + ", not FAIL");
    }
    var again = asked.again(id);
    var type = types.get(job.type());
    var next =
        type != null
            ? one(tx, again, type, job)
            : batch(
                tx,
                again,
                job,
                store.children(tx, id.number()).stream()
                    .filter(RetryJob::hasFailed)
                    .filter(child -> !ExplainJob.wasRetried(JobEvents.of(tx, child.id().number())))
                    .toList());
    JobEvents.add(tx, id.number(), List.of(ExplainJob.retried(clock.millis(), next, asked.by())));
    return next;
  }

  private static boolean hasFailed(Job job) {
    return switch (job.state()) {
      case Failed _, Stuck _ -> true;
      case Init _, Running _, Undoing _, Succeeded _ -> false;
    };
  }

  private <P extends Record> JobId one(Tx tx, Asked asked, JobType<P> type, Job job) {
    var params = Json.mapper().readValue(job.params(), type.params());
    unstick(tx, job);
    var next = jobs.submit(tx, asked, type, params, job.entities());
    type.again(tx, job.id(), next, params);
    return next;
  }

  private JobId batch(Tx tx, Asked asked, Job parent, List<Job> failed) {
    if (failed.isEmpty()) {
      throw new ApiException(
          ErrorCode.JOB_STATE, "the failed sub-jobs of " + parent.id() + " were retried already");
    }
    var type = Objects.requireNonNull(types.get(failed.getFirst().type()));
    return batch(tx, asked, parent, type, failed);
  }

  private <P extends Record> JobId batch(
      Tx tx, Asked asked, Job parent, JobType<P> type, List<Job> failed) {
    var children =
        failed.stream()
            .map(
                child ->
                    new Jobs.Child<>(
                        Json.mapper().readValue(child.params(), type.params()), child.entities()))
            .toList();
    failed.forEach(child -> unstick(tx, child));
    var next = jobs.submitBatch(tx, asked, parent.type(), type, children);
    for (int i = 0; i < children.size(); i++) {
      type.again(tx, failed.get(i).id(), next.children().get(i), children.get(i).params());
    }
    return next.parent();
  }

  /** What remained is taken up by the new job. */
  private void unstick(Tx tx, Job job) {
    if (job.state() instanceof Stuck stuck && !stuckJobs.isOver(tx, job.id(), stuck)) {
      throw new ApiException(
          ErrorCode.JOB_STATE, "what remains of job " + job.id() + " is being undone");
    }
  }
}
