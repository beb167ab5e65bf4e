package platter.attachment;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import platter.nbd.Limits;

/** What the clients of an attachment may ask for, while it is open: as its volume has chosen. */
final class OpenLimits {
  private static final long BYTES_PER_MIB = 1L << 20;

  private final AtomicReference<Limits> now;

  OpenLimits(Limits first) {
    this.now = new AtomicReference<>(first);
  }

  /**
   * @param throughput in MiB a second
   */
  static Limits of(OptionalInt iops, OptionalInt throughput) {
    return new Limits(iops.orElse(0), throughput.orElse(0) * BYTES_PER_MIB);
  }

  Limits now() {
    return now.get();
  }

  /** Returns whether they are other ones than before. */
  boolean become(Limits limits) {
    return !now.getAndSet(limits).equals(limits);
  }

  /**
   * The same for limits that were read from the database after {@link #now} had answered with
   * others: they count unless somebody was told of newer ones meanwhile.
   */
  boolean become(Limits before, Limits limits) {
    return now.compareAndSet(before, limits) && !before.equals(limits);
  }
}
