package platter.driver.dir;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import platter.driver.Writes;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * The copies that are being made of one volume, each of an instant of its own, and those who write
 * to it meanwhile. An instant is a moment in which nobody writes: those who do are waited for, and
 * those who come wait. From then on each write is preceded by the copy of what it changes. A copy
 * that was ended early is known until it is gone on with: a write spoils its {@link Draft}.
 */
final class Copies implements Writes {
  /** Writes go into the system's memory; one that takes longer has no room there. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long LOOK_NANOS = 20_000;

  private final Consumer<Set<String>> spoiling;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean shut;
  private volatile boolean opened = true;
  private volatile List<PieceCopy> running = List.of();

  /**
   * @param spoiling throws away what others have left of copies of the volume, but for these
   *     attempts
   */
  Copies(Consumer<Set<String>> spoiling) {
    this.spoiling = spoiling;
  }

  /** Somebody has opened the volume, who may be about to write what others don't know of. */
  void opened() {
    opened = true;
  }

  @Override
  public void begin(long at, long length) {
    if (opened) {
      spoilOthers(); // while not inside: it waits for an instant that is being taken
    }
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

  private synchronized void spoilOthers() {
    if (opened) {
      opened = false;
      spoiling.accept(
          running.stream().map(copy -> copy.draft().attempt()).collect(Collectors.toSet()));
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

  /** What is looked at in the instant. */
  @FunctionalInterface
  interface Look {
    void run() throws IOException, BackendException;
  }

  /**
   * Takes an instant for a copy. {@link #forget} follows, or nothing when its draft stays.
   *
   * @param look throws when there shall be none
   * @throws BackendException.Busy when a write does not end
   */
  synchronized void add(PieceCopy copy, Look look) throws IOException, BackendException {
    shut = true;
    try {
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (inside.get() > 0) {
        if (System.nanoTime() - until > 0) {
          throw new BackendException.Busy("a write to the volume does not end");
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      look.run();
      var more = new ArrayList<>(running);
      more.removeIf(one -> one.draft().id().equals(copy.draft().id())); // it was ended early
      more.add(copy);
      running = List.copyOf(more);
    } finally {
      shut = false;
    }
  }

  synchronized void forget(PieceCopy copy) {
    running = running.stream().filter(one -> one != copy).toList();
  }

  /** Nobody goes on with what was ended early of this. */
  synchronized void forget(VolumeId made) {
    running = running.stream().filter(one -> !one.draft().id().equals(made)).toList();
  }
}
