package platter.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import platter.cli.Api.Reply;

/** Follows a job to its end, and survives a server that starts again meanwhile. */
final class JobWatch {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Api api;
  private final PrintWriter err;

  JobWatch(Api api, PrintWriter err) {
    this.api = api;
    this.err = err;
  }

  static String path(String jobId) {
    return "/v1/{project_id}/jobs/" + Api.encoded(jobId);
  }

  /**
   * Asks until the job has ended, and tells how.
   *
   * @param limit how long to wait at most
   * @return the last answer, of a success or a failure
   * @throws CliException when the limit is over
   */
  Reply toEnd(String jobId, Optional<Duration> limit) {
    var how = new Thread(() -> tellHowToContinue(jobId), "continue");
    Runtime.getRuntime().addShutdownHook(how);
    try (var progress = Progress.on(err)) {
      return ask(jobId, limit, progress);
    } finally {
      forget(how);
    }
  }

  private Reply ask(String jobId, Optional<Duration> limit, Progress progress) {
    long start = System.nanoTime();
    long heard = start;
    var pause = FIRST_PAUSE;
    while (true) {
      try {
        var reply = api.get("cannot ask for job " + jobId, path(jobId));
        heard = System.nanoTime();
        var job = new JobView(reply.json());
        if (job.hasEnded()) {
          return reply;
        }
        progress.show(job);
      } catch (CliException.Unreachable e) {
        // the job goes on when the server comes back
        if (heard == start || elapsed(heard).compareTo(Api.SILENCE) > 0) {
          throw new CliException.Unreachable(
              "job " + jobId + " could not be followed to its end",
              e.why(),
              "when the server runs again:  platter job wait " + jobId);
        }
      }
      if (limit.isPresent() && elapsed(start).compareTo(limit.get()) >= 0) {
        throw CliException.refused(
            "job " + jobId + " has not ended",
            "it was waited for " + limit.get().toSeconds() + " s",
            "wait longer:  platter job wait "
                + jobId
                + "\nor see what it does:  platter job explain "
                + jobId);
      }
      sleep(limit.map(all -> shorter(all.minus(elapsed(start)), LONGEST_PAUSE)), pause);
      pause = shorter(pause.multipliedBy(3).dividedBy(2), LONGEST_PAUSE);
    }
  }

  private static Duration elapsed(long sinceNanos) {
    return Duration.ofNanos(System.nanoTime() - sinceNanos);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void sleep(Optional<Duration> left, Duration pause) {
    try {
      Thread.sleep(left.map(time -> shorter(time, pause)).orElse(pause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.refused("stopped waiting", "interrupted", "");
    }
  }

  private void tellHowToContinue(String jobId) {
    err.println("\nThe job goes on. To wait for it again:  platter job wait " + jobId);
    err.flush();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the program is being stopped, the hook runs already
    }
  }

  /** A line on how it ended. */
  void tellEnd(JobView job) {
    err.println(
        "Job "
            + job.id()
            + " ended: "
            + job.status()
            + (job.isBatch() ? ", " + job.progress() + " sub-jobs" : "")
            + job.took().map(time -> ", " + time).orElse(""));
    err.flush();
  }

  /**
   * @param wish such as "the volume was not created"
   */
  static void requireSuccess(String wish, JobView job) {
    if (job.hasFailed()) {
      throw CliException.refused(
          wish,
          "job " + job.type() + " failed: " + job.failure(),
          "see what happened:  platter job explain " + job.id());
    }
  }
}
