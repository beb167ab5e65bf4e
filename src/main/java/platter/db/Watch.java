package platter.db;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again at what other nodes may have written, on a thread of its own. */
public final class Watch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());

  private final String what;
  private final Duration every;
  private final Runnable look;
  private volatile boolean closed;

  private Watch(String what, Duration every, Runnable look) {
    this.what = what;
    this.every = every;
    this.look = look;
  }

  /**
   * Looks from now on, until it is closed.
   *
   * @param what is looked at, for the thread's name and the log
   */
  public static Watch start(String what, Duration every, Runnable look) {
    var watch = new Watch(what, every, look);
    Thread.ofPlatform().name("watch " + what).daemon().start(watch::repeat);
    return watch;
  }

  private void repeat() {
    boolean told = false;
    while (!closed) {
      LockSupport.parkNanos(every.toNanos());
      try {
        look.run();
        told = false;
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        if (!told && !closed) {
          LOG.log(WARNING, "cannot look at the " + what + ": " + e.getMessage());
        }
        told = true;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
