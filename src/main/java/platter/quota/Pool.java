package platter.quota;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import platter.db.Tx;
import platter.db.Tx.Counted;
import platter.db.Tx.Counter;
import platter.error.ApiException;

/**
 * What the storage has promised: the GiB of all volumes of all projects, which are more than it has
 * where volumes take their space when it is written. One row counts them, changed in the
 * transaction that changes a volume; so calls at the same time cannot pass the limit together.
 *
 * @see <a href="../../../../../docs/decisions/0025-promised-space-is-counted-by-a-row.md">0025</a>
 */
public final class Pool {
  /** Stands where others have a project. No project is called so: ids are hexadecimal. */
  static final String NAME = "pool";

  private static final String PROVISIONED = "provisioned";
  private static final Counter COUNTER = new Counter(NAME, PROVISIONED);
  private static final long GIB = 1L << 30;
  private static final int PERCENT = 100;

  private static final System.Logger LOG = System.getLogger(Pool.class.getName());

  /**
   * How much may be promised.
   *
   * @param maxOverSubscription for each GiB of the storage that is not reserved; empty: any number
   * @param reservedPercent of the storage, kept for what is written to volumes that are there
   */
  public record Limits(OptionalDouble maxOverSubscription, int reservedPercent) {
    public static final Limits NONE = new Limits(OptionalDouble.empty(), 0);

    public Limits {
      if (reservedPercent < 0 || reservedPercent >= PERCENT) {
        throw new IllegalArgumentException("reservedPercent " + reservedPercent);
      }
    }

    /** Whether they depend on the storage. */
    public boolean any() {
      return maxOverSubscription.isPresent() || reservedPercent > 0;
    }

    /** The part of it that stays free. */
    public long reservedBytes(long totalBytes) {
      return totalBytes / PERCENT * reservedPercent;
    }

    /** What a storage of that size may promise; empty: anything. */
    public Optional<Long> mayProvisionBytes(long totalBytes) {
      return maxOverSubscription.isPresent()
          ? Optional.of(
              (long) ((totalBytes - reservedBytes(totalBytes)) * maxOverSubscription.getAsDouble()))
          : Optional.empty();
    }
  }

  /** The storage as it was seen last. */
  public record Room(long totalBytes, long freeBytes) {}

  private final Limits limits;
  private volatile Optional<Room> room = Optional.empty();

  public Pool(Limits limits) {
    this.limits = limits;
  }

  public Limits limits() {
    return limits;
  }

  /**
   * The storage was looked at; before that, and while nobody knows its size, nothing is refused.
   */
  public void saw(long totalBytes, long freeBytes) {
    room = totalBytes > 0 ? Optional.of(new Room(totalBytes, freeBytes)) : Optional.empty();
  }

  /** The storage as it was seen last. */
  public Optional<Room> room() {
    return room;
  }

  /** GiB that were promised, and not yet whether they may be. */
  public final class Promise {
    private final long provisionedGib;
    private final long moreGib;

    private Promise(long provisionedGib, long moreGib) {
      this.provisionedGib = provisionedGib;
      this.moreGib = moreGib;
    }

    /**
     * Refuses them when there is no room.
     *
     * @param otherwise thrown when the storage has no room for them; its caller sees it, so it says
     *     nothing of other projects
     */
    public void orElse(Supplier<ApiException> otherwise) {
      var seen = room;
      if (moreGib <= 0 || seen.isEmpty() || mayBe(seen.get())) {
        return;
      }
      LOG.log(
          System.Logger.Level.INFO,
          "%d GiB more are refused: the storage has %d GiB, %d of them free, %d are promised (%s)"
              .formatted(
                  moreGib,
                  seen.get().totalBytes / GIB,
                  seen.get().freeBytes / GIB,
                  provisionedGib - moreGib,
                  limits));
      throw otherwise.get();
    }

    private boolean mayBe(Room seen) {
      boolean reserveIsLeft =
          limits.reservedPercent == 0 || seen.freeBytes > limits.reservedBytes(seen.totalBytes);
      return reserveIsLeft
          && limits
              .mayProvisionBytes(seen.totalBytes)
              .map(bytes -> provisionedGib <= bytes / GIB)
              .orElse(true);
    }
  }

  /** GiB of volumes are counted, those of the pool beside those of their project. */
  void count(Map<Counter, Long> more, long gib) {
    more.put(COUNTER, gib);
  }

  /** What was counted, after that. */
  Promise promise(Map<Counter, Counted> sums, long gib) {
    var sum = sums.get(COUNTER);
    if (sum == null) {
      throw new IllegalStateException("the pool was not counted");
    }
    return new Promise(sum.inUse(), gib);
  }

  /** GiB of all volumes together. */
  public long provisionedGib(Tx tx) {
    return tx.number(
        "select in_use from quota_usage where project = ? and resource = ?", NAME, PROVISIONED);
  }

  /**
   * Sets a count that is wrong.
   *
   * @param seen what it was when it was found wrong
   * @param made what the rows make; asked when nobody else can change the count any more
   * @return false when it is another already
   */
  public boolean recount(Tx tx, long seen, LongSupplier made) {
    return Quotas.recount(tx, NAME, PROVISIONED, seen, made);
  }
}
