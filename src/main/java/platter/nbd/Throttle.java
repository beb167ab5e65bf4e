package platter.nbd;

import java.util.Optional;
import java.util.function.LongFunction;

/** Holds the clients of one ticket to their {@link Limits}, together. */
final class Throttle {
  static final Throttle NONE = new Throttle(Optional.empty(), Optional.empty());

  /** A burst is what the rate gives in this part of a second. */
  private static final int BURST_PARTS = 10;

  private static final long LEAST_BURST_BYTES = 1 << 20;

  private final Optional<TokenBucket> requests;
  private final Optional<TokenBucket> bytes;

  private Throttle(Optional<TokenBucket> requests, Optional<TokenBucket> bytes) {
    this.requests = requests;
    this.bytes = bytes;
  }

  static Throttle of(Limits limits, long now) {
    if (limits.equals(Limits.NONE)) {
      return NONE;
    }
    return new Throttle(
        some(limits.iops(), rate -> bucket(rate, 1, now)),
        some(limits.bytesPerSecond(), rate -> bucket(rate, LEAST_BURST_BYTES, now)));
  }

  private static Optional<TokenBucket> some(long rate, LongFunction<TokenBucket> made) {
    return rate == 0 ? Optional.empty() : Optional.of(made.apply(rate));
  }

  private static TokenBucket bucket(long rate, long leastBurst, long now) {
    return new TokenBucket(rate, Math.max(leastBurst, rate / BURST_PARTS), now);
  }

  boolean isNone() {
    return this == NONE;
  }

  /**
   * Counts a request.
   *
   * @return how long to wait before the next one, in nanoseconds
   */
  long charge(long length, long now) {
    long first = requests.isEmpty() ? 0 : requests.get().take(1, now);
    long second = bytes.isEmpty() ? 0 : bytes.get().take(length, now);
    return Math.max(first, second);
  }
}
