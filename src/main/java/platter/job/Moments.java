package platter.job;

import java.util.concurrent.atomic.AtomicLongArray;
import platter.id.JobId;
import platter.id.JobIds;

/**
 * Of which moments jobs were asked for lately. Which of them it forgets first is left to chance.
 */
final class Moments {
  /** Of a job's number: what is above them counts eighths of a second, by 128 ms. */
  private static final int WITHIN = JobIds.COUNT_BITS + 7;

  private static final int KEPT = 16;

  private final AtomicLongArray kept = new AtomicLongArray(KEPT);

  /**
   * Whether one of about the same time was asked for lately, not much later than this one. From now
   * on, this one was.
   */
  boolean isNear(JobId id) {
    long moment = id.number() >>> WITHIN;
    boolean near = isKept(moment) || isKept(moment - 1);
    kept.setPlain(slot(moment), moment);
    return near;
  }

  private boolean isKept(long moment) {
    return kept.getPlain(slot(moment)) == moment;
  }

  private static int slot(long moment) {
    return Math.floorMod(moment, KEPT); // before the first moment is one too
  }
}
