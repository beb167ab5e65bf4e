package platter.sign;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spare objects that are dear to make. Bounded, never waits: an empty slot means that a new one is
 * made, a full one that the object is left to the collector. It takes the place of a ThreadLocal,
 * which would hold one for each virtual thread.
 */
final class Pool<T> {
  /** More than the processors of a usual machine: only these can be hashing at one time. */
  private static final int SLOTS = 32;

  private final AtomicReferenceArray<@Nullable T> spare = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> maker;

  Pool(Supplier<T> maker) {
    this.maker = maker;
  }

  T take() {
    var taken = spare.getAndSet(slot(), null);
    return taken == null ? maker.get() : taken;
  }

  /** Only in its initial state, as after {@code digest()} or {@code doFinal()}. */
  void giveBack(T used) {
    spare.setRelease(slot(), used);
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (SLOTS - 1);
  }
}
