package platter.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * db-scheduler as its documentation says for a high throughput: lock-and-fetch with the limits that
 * keep its threads busy, and submissions one by one or in large batches.
 */
final class DbScheduler implements Contender {
  private static final int THREADS = 50;
  private static final int BATCHES = 4;
  private static final double FETCH_BELOW = 1;
  private static final double FETCH_UP_TO = 4;
  private static final Duration POLL = Duration.ofMillis(20);

  private final HikariDataSource pool;
  private final boolean batches;
  private final OneTimeTask<Void> task = Tasks.oneTime("nothing").execute((_, _) -> {});
  private final Ended ended = new Ended();
  private final AtomicLong names = new AtomicLong();
  private final Scheduler scheduler;

  /**
   * @param pool closed with this
   * @param batches whether a quarter of a round is submitted at once, or each job for itself
   */
  DbScheduler(HikariDataSource pool, boolean batches) throws SQLException {
    this.pool = pool;
    this.batches = batches;
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          create table scheduled_tasks (
            task_name text, task_instance text, task_data bytea,
            execution_time timestamptz not null, picked boolean not null, picked_by text,
            last_success timestamptz, last_failure timestamptz, consecutive_failures integer,
            last_heartbeat timestamptz, version bigint not null, priority smallint,
            primary key (task_name, task_instance)
          )\
          """);
      statement.execute("create index by_execution_time on scheduled_tasks (execution_time)");
      statement.execute("create index by_last_heartbeat on scheduled_tasks (last_heartbeat)");
    }
    scheduler =
        Scheduler.create(pool, task)
            .threads(THREADS)
            .pollingInterval(POLL)
            .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
            .addSchedulerListener(
                new AbstractSchedulerListener() {
                  @Override
                  public void onExecutionComplete(ExecutionComplete done) {
                    ended.one();
                  }
                })
            .build();
    scheduler.start();
  }

  @Override
  public String name() {
    return "db-scheduler, PostgreSQL, " + (batches ? "in batches" : "one by one");
  }

  @Override
  public double run(int jobs) throws Exception {
    ended.expect(jobs);
    long first = names.getAndAdd(jobs);
    long start = System.nanoTime();
    if (batches) {
      Threads.split(BATCHES, jobs, (from, to) -> submitTogether(first + from, first + to));
    } else {
      Threads.split(Postgres.CONNECTIONS, jobs, (from, to) -> submit(first + from, first + to));
    }
    ended.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    mustBeEmpty();
    return jobs / seconds;
  }

  private void submitTogether(long from, long to) {
    scheduler.scheduleBatch(
        LongStream.range(from, to).<TaskInstance<?>>mapToObj(this::instance), Instant.now());
  }

  private void submit(long from, long to) {
    for (long number = from; number < to; number++) {
      scheduler.schedule(instance(number), Instant.now());
    }
  }

  private TaskInstance<Void> instance(long number) {
    return task.instance(Long.toString(number));
  }

  private void mustBeEmpty() throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from scheduled_tasks")) {
      rows.next();
      if (rows.getLong(1) != 0) {
        throw new IllegalStateException(rows.getLong(1) + " jobs of db-scheduler have not ended");
      }
    }
  }

  @Override
  public void close() {
    scheduler.stop();
    pool.close();
  }
}
