package platter.node;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import platter.error.DatabaseException;

/**
 * Beats for a member, on a thread of its own, until it is closed; then the member leaves. A second
 * thread looks after the others: however long that takes, the heart beats.
 */
public final class Heart implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Heart.class.getName());
  private static final Duration STOP = Duration.ofSeconds(1);

  private final Membership membership;
  private final Thread heart;
  private Optional<Thread> eyes = Optional.empty();
  private volatile boolean closed;

  private Heart(Membership membership) {
    this.membership = membership;
    heart =
        Thread.ofPlatform()
            .name("node-heart")
            .daemon()
            .unstarted(
                () -> {
                  repeat("the lease cannot be renewed", membership::renew);
                  membership.leave();
                });
  }

  /** To be called at once when the member has joined: its lease runs. */
  public static Heart start(Membership membership) {
    var heart = new Heart(membership);
    heart.heart.start();
    return heart;
  }

  /** From now on, looks after the others too, whose jobs these shall take. */
  public void lookAfterOthers(Membership.Jobs jobs) {
    eyes =
        Optional.of(
            Thread.ofPlatform()
                .name("node-eyes")
                .daemon()
                .start(() -> repeat("nobody looks after the others", () -> membership.look(jobs))));
  }

  private void repeat(String inVain, Runnable what) {
    boolean told = false;
    while (!closed) {
      try {
        what.run();
        told = false;
      } catch (DatabaseException e) {
        if (!told) {
          LOG.log(WARNING, inVain + ": " + e.getMessage());
        }
        told = true;
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        LOG.log(ERROR, inVain + ": a bug", e);
      }
      if (!closed) {
        LockSupport.parkNanos(membership.interval().toNanos());
      }
    }
  }

  /** To be called when no runner works any more: the others take what is left, at once. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    LockSupport.unpark(heart);
    eyes.ifPresent(LockSupport::unpark);
    try {
      if (!heart.join(STOP)) {
        LOG.log(WARNING, "the database does not answer: nobody is told that this node leaves");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
