package platter.driver;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Work that is nobody's job, on a thread of its own: done when there is something new, and now and
 * then, because what failed may do later.
 */
public final class Chore implements AutoCloseable {
  private final Duration every;
  private final Duration patience;
  private final Runnable work;
  private final Semaphore news = new Semaphore(1); // there may be leftovers
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * Not begun yet.
   *
   * @param patience so long {@link #close} waits for what is at hand, no longer
   * @param work looks at {@link #isStopping} between its pieces
   */
  public Chore(String name, Duration every, Duration patience, Runnable work) {
    this.every = every;
    this.patience = patience;
    this.work = work;
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** There is something new to do. */
  public void wake() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  public boolean isStopping() {
    return stopping;
  }

  /** Whether its thread has begun and not ended. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  private void run() {
    try {
      while (!stopping) {
        var _ = news.tryAcquire(every.toSeconds(), TimeUnit.SECONDS);
        news.drainPermits(); // before looking: what comes later wakes again
        work.run();
      }
    } catch (InterruptedException _) {
      // nobody interrupts this thread but to end it
    }
  }

  @Override
  public void close() {
    stopping = true;
    news.release();
    if (thread.getState() == Thread.State.NEW) {
      return; // the storage could not be opened
    }
    try {
      thread.join(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
