package platter.driver.dir;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import platter.driver.Writes;
import platter.error.BackendException;

/**
 * The copies that are being made of one volume, each of an instant of its own, and those who write
 * to it meanwhile. An instant is a moment in which nobody writes: those who do are waited for, and
 * those who come wait. From then on each write is preceded by the copy of what it changes.
 */
final class Copies implements Writes {
  /** Writes go into the system's memory; one that takes longer has no room there. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long LOOK_NANOS = 20_000;

  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean shut;
  private volatile List<PieceCopy> running = List.of();

  @Override
  public void begin(long at, long length) {
    inside.incrementAndGet(); // first, so that who shuts it cannot miss it
    while (shut) {
      inside.decrementAndGet();
      while (shut) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      inside.incrementAndGet();
    }
    var now = running;
    if (!now.isEmpty()) {
      takeFirst(now, at, length);
    }
  }

  private void takeFirst(List<PieceCopy> copies, long at, long length) {
    boolean done = false;
    try {
      for (var copy : copies) {
        copy.before(at, length);
      }
      done = true;
    } finally {
      if (!done) {
        end(); // then nobody else calls it
      }
    }
  }

  @Override
  public void end() {
    inside.decrementAndGet();
  }

  /**
   * Takes an instant for a copy. {@link #forget} follows.
   *
   * @throws BackendException.Busy when a write does not end
   */
  synchronized void add(PieceCopy copy) throws BackendException {
    shut = true;
    try {
      for (long left = PATIENCE.toNanos(); inside.get() > 0; left -= LOOK_NANOS) {
        if (left <= 0) {
          throw new BackendException.Busy("a write to the volume does not end");
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      var more = new ArrayList<>(running);
      more.add(copy);
      running = List.copyOf(more);
    } finally {
      shut = false;
    }
  }

  synchronized void forget(PieceCopy copy) {
    running = running.stream().filter(one -> one != copy).toList();
  }
}
