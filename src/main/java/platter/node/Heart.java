package platter.node;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.util.concurrent.locks.LockSupport;
import platter.error.DatabaseException;

/** Beats for a member, on a thread of its own, until it is closed; then the member leaves. */
public final class Heart implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Heart.class.getName());
  private static final long STOP_MILLIS = 1_000;

  private final Membership membership;
  private final Membership.Jobs jobs;
  private final Thread thread;
  private volatile boolean closed;

  private Heart(Membership membership, Membership.Jobs jobs) {
    this.membership = membership;
    this.jobs = jobs;
    thread = Thread.ofPlatform().name("node-heart").daemon().unstarted(this::beat);
  }

  public static Heart start(Membership membership, Membership.Jobs jobs) {
    var heart = new Heart(membership, jobs);
    heart.thread.start();
    return heart;
  }

  private void beat() {
    boolean away = false;
    while (!closed) {
      try {
        membership.beat(jobs);
        away = false;
      } catch (DatabaseException e) {
        if (!away) {
          LOG.log(WARNING, "the lease cannot be renewed: " + e.getMessage());
        }
        away = true;
      } catch (RuntimeException e) {
        LOG.log(ERROR, "the heart met a bug", e);
      }
      if (!closed) {
        LockSupport.parkNanos(membership.interval().toNanos());
      }
    }
  }

  /** To be called when no runner works any more: the others take what is left, at once. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      if (thread.join(java.time.Duration.ofMillis(STOP_MILLIS))) {
        membership.leave();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
