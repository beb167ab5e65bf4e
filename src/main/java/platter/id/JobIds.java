package platter.id;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Makes job ids. The number is 42 bits of milliseconds, 11 of the node's slot and 10 of a count
 * within the millisecond; each is greater than the one before, even when the clock steps back. So a
 * table ordered by number is ordered by time, the children of a batch follow their parent in their
 * order, and nodes with different slots never make the same number.
 */
public final class JobIds {
  /** Of a job's number: what is above them counts milliseconds. */
  public static final int COUNT_BITS = 21;

  /** So many slots there are. */
  public static final int SLOTS = 1 << 11;

  private static final int SLOT_SHIFT = 10;
  private static final long WITHIN_SLOT = (1L << SLOT_SHIFT) - 1;

  private final InstantSource clock;
  private final LongSupplier chance;
  private final long slot;
  private final long begin;
  private long last;

  /**
   * @param slot from 0, below {@link #SLOTS}: no two nodes of one database have the same
   */
  public JobIds(InstantSource clock, LongSupplier chance, int slot) {
    this.clock = clock;
    this.chance = chance;
    this.slot = (long) slot << SLOT_SHIFT;
    begin = first(clock.millis());
  }

  /** No number that is made from now on is less. */
  public synchronized long least() {
    return Math.max(begin, last + 1);
  }

  public synchronized JobId next() {
    // a slot that is full goes on with the next millisecond
    long after = (last & WITHIN_SLOT) == WITHIN_SLOT ? first((last >> COUNT_BITS) + 1) : last + 1;
    last = Math.max(Math.max(begin, first(clock.millis())), after);
    return JobId.of(last, chance.getAsLong());
  }

  private long first(long millis) {
    return millis << COUNT_BITS | slot;
  }
}
