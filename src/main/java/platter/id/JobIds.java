package platter.id;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Makes job ids. The number is 42 bits of milliseconds and 21 of a count within the millisecond;
 * each is greater than the one before, even when the clock steps back. So a table ordered by number
 * is ordered by time, and the children of a batch follow their parent in their order.
 */
public final class JobIds {
  private static final int COUNT_BITS = 21;

  private final InstantSource clock;
  private final LongSupplier chance;
  private long last;

  public JobIds(InstantSource clock, LongSupplier chance) {
    this.clock = clock;
    this.chance = chance;
  }

  public synchronized JobId next() {
    last = Math.max(clock.millis() << COUNT_BITS, last + 1);
    return JobId.of(last, chance.getAsLong());
  }
}
