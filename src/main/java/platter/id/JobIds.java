package platter.id;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/**
 * Makes job ids: 12 hex of milliseconds, 8 of a count within the millisecond, 12 of chance. Each id
 * is greater than the one before, even when the clock steps back; so a table ordered by id is
 * ordered by time, and the children of a batch follow their parent in their order.
 */
public final class JobIds {
  private static final long RANDOM_MASK = 0xffff_ffff_ffffL;

  private final InstantSource clock;
  private final LongSupplier random;
  private long lastMillis;
  private int count;

  public JobIds(InstantSource clock, LongSupplier random) {
    this.clock = clock;
    this.random = random;
  }

  public synchronized JobId next() {
    long now = Math.max(clock.millis(), lastMillis);
    count = now == lastMillis ? count + 1 : 0;
    lastMillis = now;
    var hex = HexFormat.of();
    return new JobId(
        hex.toHexDigits(now, 12)
            + hex.toHexDigits(count)
            + hex.toHexDigits(random.getAsLong() & RANDOM_MASK, 12));
  }
}
