package platter.nbd;

import java.util.Optional;

/** Holds the clients of one ticket to their {@link Limits}, together. The limits may change. */
final class Throttle {
  /** A burst is what the rate gives in this part of a second. */
  private static final int BURST_PARTS = 10;

  private static final long LEAST_BURST_BYTES = 1 << 20;

  private record Buckets(
      Limits limits, Optional<TokenBucket> requests, Optional<TokenBucket> bytes) {}

  private volatile Buckets buckets = new Buckets(Limits.NONE, Optional.empty(), Optional.empty());

  /** Holds them to these from now on; what they owe they go on to owe. */
  void limit(Limits limits, long now) {
    var old = buckets;
    if (!old.limits().equals(limits)) {
      buckets =
          new Buckets(
              limits,
              bucket(old.requests(), limits.iops(), 1, now),
              bucket(old.bytes(), limits.bytesPerSecond(), LEAST_BURST_BYTES, now));
    }
  }

  private static Optional<TokenBucket> bucket(
      Optional<TokenBucket> old, long rate, long leastBurst, long now) {
    if (rate == 0) {
      return Optional.empty();
    }
    long burst = Math.max(leastBurst, rate / BURST_PARTS);
    return Optional.of(
        old.isPresent() ? old.get().at(rate, burst, now) : new TokenBucket(rate, burst, now));
  }

  boolean isNone() {
    var present = buckets;
    return present.requests().isEmpty() && present.bytes().isEmpty();
  }

  /**
   * Counts a request.
   *
   * @return how long to wait before the next one, in nanoseconds
   */
  long charge(long length, long now) {
    var present = buckets;
    long first = present.requests().isEmpty() ? 0 : present.requests().get().take(1, now);
    long second = present.bytes().isEmpty() ? 0 : present.bytes().get().take(length, now);
    return Math.max(first, second);
  }

  /** How long to wait before the next request, as far as it is known now, in nanoseconds. */
  long owed(long now) {
    var present = buckets;
    long first = present.requests().isEmpty() ? 0 : present.requests().get().owed(now);
    long second = present.bytes().isEmpty() ? 0 : present.bytes().get().owed(now);
    return Math.max(first, second);
  }

  /** Whether it is as a new one: then nobody gains by its being forgotten. */
  boolean isRested(long now) {
    var present = buckets;
    return present.requests().map(bucket -> bucket.isFull(now)).orElse(true)
        && present.bytes().map(bucket -> bucket.isFull(now)).orElse(true);
  }
}
