package platter.nbd;

/**
 * A rate that holds over time and lets a short burst pass. What is taken beyond it is a debt, which
 * is told as a time to wait. Times are of a clock that only goes on, in nanoseconds.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double perNano;
  private final double burst;
  private double tokens;
  private long seen;

  /**
   * @param perSecond more than 0
   * @param burst how much may be taken at once after a rest
   */
  TokenBucket(long perSecond, long burst, long now) {
    this(perSecond, burst, (double) burst, now);
  }

  private TokenBucket(long perSecond, long burst, double tokens, long now) {
    this.perNano = perSecond / NANOS;
    this.burst = burst;
    this.tokens = tokens;
    this.seen = now;
  }

  /** One of another rate, with what is in this one, or owed to it. */
  synchronized TokenBucket at(long newPerSecond, long newBurst, long now) {
    return new TokenBucket(newPerSecond, newBurst, Math.min((double) newBurst, tokens(now)), now);
  }

  private double tokens(long now) {
    return Math.min(burst, tokens + Math.max(0, now - seen) * perNano);
  }

  /**
   * Takes some, always.
   *
   * @return how long to wait before the next is taken, or 0
   */
  synchronized long take(long amount, long now) {
    tokens = tokens(now) - amount;
    seen = Math.max(seen, now);
    return wait(tokens);
  }

  /** As {@link #take} of nothing. */
  synchronized long owed(long now) {
    return wait(tokens(now));
  }

  /** Whether it is as a new one. */
  synchronized boolean isFull(long now) {
    return tokens(now) >= burst;
  }

  private long wait(double left) {
    return left >= 0 ? 0 : (long) Math.ceil(-left / perNano);
  }
}
