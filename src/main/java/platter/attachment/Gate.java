package platter.attachment;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What the requests of one connection pass to the storage: once it is shut none begins, and it can
 * be waited for those that have begun. So nothing depends on a connection to end when it is told.
 */
final class Gate {
  private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

  private final AtomicLong inside = new AtomicLong();
  private final BooleanSupplier held;
  private volatile boolean shut;

  /**
   * @param held whether this node may serve now: a process that stood still is not asked by anybody
   *     else before it goes on
   */
  Gate(BooleanSupplier held) {
    this.held = held;
  }

  /**
   * @throws IOException when it is shut
   */
  void enter() throws IOException {
    inside.incrementAndGet(); // first, so that who shuts it cannot miss it
    boolean open = false;
    try {
      mustBeOpen();
      open = true;
    } finally {
      if (!open) {
        inside.decrementAndGet();
      }
    }
  }

  boolean isOpen() {
    return !shut;
  }

  /**
   * @throws IOException when it was shut since
   */
  void mustBeOpen() throws IOException {
    if (shut) {
      throw new IOException("the volume is not attached any more");
    }
    if (!held.getAsBoolean()) {
      throw new IOException("the lease of this node has run out");
    }
  }

  void leave() {
    inside.decrementAndGet();
  }

  /** Returns whether it was open. */
  boolean shut() {
    boolean before = shut;
    shut = true;
    return !before;
  }

  /** Returns false when something is inside even after that time. */
  boolean isEmptyWithin(Duration patience) {
    for (long left = patience.toNanos(); inside.get() > 0; left -= LOOK_NANOS) {
      if (left <= 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
