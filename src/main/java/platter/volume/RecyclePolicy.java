package platter.volume;

import java.time.Duration;

/**
 * Whether, and for how long, deleted volumes of a project are kept in its recycle bin.
 *
 * @param on false: they are destroyed at once
 * @param thresholdDays one that is younger is destroyed at once
 * @param keepDays how long it stays in the bin
 */
record RecyclePolicy(boolean on, int thresholdDays, int keepDays) {
  static final int MAX_THRESHOLD_DAYS = 1000;
  static final int MAX_KEEP_DAYS = 365;

  /** Of a project that never chose: what goes beyond a plain delete must be asked for. */
  static final RecyclePolicy DEFAULT = new RecyclePolicy(false, 7, 7);

  /** Younger ones go to no bin, whatever the policy says. */
  static final Duration SHORTEST_THRESHOLD = Duration.ofDays(1);

  boolean takes(Duration age) {
    return on && age.compareTo(Duration.ofDays(thresholdDays)) >= 0;
  }
}
