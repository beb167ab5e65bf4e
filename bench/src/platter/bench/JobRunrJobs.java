package platter.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.jobs.Job;
import org.jobrunr.jobs.filters.JobServerFilter;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;

/**
 * JobRunr with many workers, its shortest pause between polls, and submissions in batches. Its
 * server starts with each round, so that the first poll does not wait for the pause.
 */
final class JobRunrJobs implements Contender {
  private static final int WORKERS = 48;
  private static final int SUBMITTERS = 4;
  private static final Duration POLL = Duration.ofSeconds(5);

  /** JobRunr tells of an end before it writes it down. */
  private static final long WRITTEN_POLL_MILLIS = 5;

  private final HikariDataSource pool;
  private final PostgresStorageProvider storage;
  private final Ended ended = new Ended();

  JobRunrJobs(HikariDataSource pool) {
    this.pool = pool;
    storage = new PostgresStorageProvider(pool);
  }

  @Override
  public String name() {
    return "JobRunr, PostgreSQL";
  }

  @Override
  public double run(int jobs) throws Exception {
    ended.expect(jobs);
    var runr = start();
    try {
      long before = storage.countJobs(StateName.SUCCEEDED);
      var scheduler = runr.getJobScheduler();
      long start = System.nanoTime();
      Threads.split(
          SUBMITTERS,
          jobs,
          (from, to) ->
              scheduler.enqueue(IntStream.range(from, to).boxed(), number -> Nothing.run(number)));
      ended.await();
      while (storage.countJobs(StateName.SUCCEEDED) < before + jobs) {
        Thread.sleep(WRITTEN_POLL_MILLIS);
      }
      return jobs / ((System.nanoTime() - start) / 1e9);
    } finally {
      JobRunr.getBackgroundJobServer().stop();
    }
  }

  private JobRunrConfigurationResult start() {
    return JobRunr.configure()
        .useStorageProvider(storage)
        .withJobFilter(
            new JobServerFilter() {
              @Override
              public void onProcessingSucceeded(Job job) {
                ended.one();
              }

              @Override
              public void onProcessingFailed(Job job, Exception e) {
                System.err.println("a job of JobRunr failed: " + e);
              }
            })
        .useBackgroundJobServer(
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(WORKERS)
                .andPollInterval(POLL))
        .initialize();
  }

  @Override
  public void close() {
    storage.close();
    pool.close();
  }
}
