package platter.metric;

import java.util.concurrent.atomic.LongAdder;

/**
 * How often a value was how large. Counting one takes three additions of their own for each core,
 * and makes nothing.
 */
public final class Histogram {
  private static final double NANOS = 1e9;

  private final double unit;
  private final long[] bounds;
  private final LongAdder[] counts; // one more: what is beyond
  private final LongAdder sum = new LongAdder();

  private Histogram(double unit, double... bounds) {
    this.unit = unit;
    this.bounds = new long[bounds.length];
    counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      this.bounds[i] = Math.round(bounds[i] * unit);
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /**
   * Of times: counted in nanoseconds, told in seconds.
   *
   * @param seconds the bounds, rising
   */
  public static Histogram ofSeconds(double... seconds) {
    return new Histogram(NANOS, seconds);
  }

  /**
   * Of numbers.
   *
   * @param bounds rising
   */
  public static Histogram ofNumbers(double... bounds) {
    return new Histogram(1, bounds);
  }

  /** Counts one. */
  public void add(long value) {
    int i = 0;
    while (i < bounds.length && value > bounds[i]) {
      i++;
    }
    counts[i].increment();
    sum.add(value);
  }

  int buckets() {
    return bounds.length;
  }

  double bound(int bucket) {
    return bounds[bucket] / unit;
  }

  /** How many were in that bucket alone; the one behind the last bound is the rest. */
  long count(int bucket) {
    return counts[bucket].sum();
  }

  double sum() {
    return sum.sum() / unit;
  }
}
