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
    this.perNano = perSecond / NANOS;
    this.burst = burst;
    this.tokens = burst;
    this.seen = now;
  }

  /**
   * Takes some, always.
   *
   * @return how long to wait before the next is taken, or 0
   */
  synchronized long take(long amount, long now) {
    tokens = Math.min(burst, tokens + Math.max(0, now - seen) * perNano);
    seen = Math.max(seen, now);
    tokens -= amount;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
  }
}
