package platter.job;

import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Platform threads, because a step spends its time in system calls that would hold a carrier thread
 * anyway; their number bounds the steps at once.
 */
public final class ThreadCrew implements Crew {
  private static final System.Logger LOG = System.getLogger(ThreadCrew.class.getName());

  /** How long running steps may take to finish when the server stops. */
  private static final long STOP_MILLIS = 2_000;

  private final ThreadPoolExecutor hands;
  private final ThreadPoolExecutor slowHands;
  private final ScheduledThreadPoolExecutor watch;

  /**
   * @param atOnce how many pieces of work are done at the same time
   * @param slowAtOnce how many more of those that take their time
   */
  public ThreadCrew(int atOnce, int slowAtOnce) {
    hands = hands(atOnce, "job-runner-");
    slowHands = hands(slowAtOnce, "job-slow-");
    watch =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("job-watch").daemon().factory());
    watch.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static ThreadPoolExecutor hands(int count, String name) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), // bounded by Jobs.Limits.maxUnfinished
        Thread.ofPlatform().name(name, 0).daemon().factory());
  }

  @Override
  public void run(Runnable work) {
    run(hands, work);
  }

  @Override
  public void runSlow(Runnable work) {
    run(slowHands, work);
  }

  private static void run(ThreadPoolExecutor hands, Runnable work) {
    try {
      hands.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.log(INFO, "a job waits for the next start");
    }
  }

  @Override
  public void runLater(Duration wait, Runnable work) {
    try {
      var _ = watch.schedule(() -> run(work), wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(INFO, "a job waits for the next start");
    }
  }

  @Override
  public void aside(Duration wait, Runnable work) {
    try {
      var _ =
          watch.schedule(
              () -> Thread.startVirtualThread(work), wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(INFO, "something small waits for the next start");
    }
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  /** What has not begun is found at the next start. */
  @Override
  public void close() {
    watch.shutdown();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    for (var some : List.of(hands, slowHands)) {
      some.getQueue().clear();
      some.shutdown(); // without interrupts: an interrupted system call would fail its step
    }
    try {
      for (var some : List.of(hands, slowHands)) {
        if (!some.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.log(INFO, "{0} steps are left for the next start", some.getActiveCount());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
