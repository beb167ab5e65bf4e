package platter.id;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Makes UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then chance. A table that is found
 * by them grows at one end, so rows that are written together lie together.
 */
public final class TimeOrderedIds {
  private static final long VERSION = 7L << 12;
  private static final long VARIANT = 1L << 63;

  private final InstantSource clock;
  private final LongSupplier chance;

  /**
   * @param chance 64 bits that nobody can tell in advance
   */
  public TimeOrderedIds(InstantSource clock, LongSupplier chance) {
    this.clock = clock;
    this.chance = chance;
  }

  public UUID next() {
    long some = chance.getAsLong();
    long more = chance.getAsLong();
    return new UUID(clock.millis() << 16 | VERSION | some >>> 52, VARIANT | more >>> 2);
  }
}
