package platter.driver.rbd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import platter.driver.Capacity;
import platter.driver.Direct;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.IdLocks;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.Sharing;
import platter.driver.Sizes;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * Volumes and snapshots as images in a pool of a Ceph cluster, see {@link Images}. A cluster that
 * does not answer fails a call after a while, so that it is made again.
 */
public final class RbdDriver implements StorageDriver {
  private static final Duration CLOSE_WAIT = Duration.ofMillis(500);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  /** No volume of the service is larger. */
  private static final long MAX_BYTES = 32L << 40;

  private static final long GRANULARITY_BYTES = 4096;

  /** Among nodes, between the retiring of an image and its end. */
  private static final Duration REST = Duration.ofSeconds(60);

  private final Pool pool;
  private final PoolLock lock;
  private final Guard guard;
  private final Images images;
  private final OpenImages served;
  private final Reaper reaper;
  // of one id only one change at a time
  private final IdLocks<String> idLocks = new IdLocks<>();
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private final DirectImages direct;
  private final PlatformThreads threads = new PlatformThreads();
  private final AtomicBoolean closing = new AtomicBoolean();

  private RbdDriver(Pool pool, PoolLock lock, boolean alone, Guard guard) {
    this.pool = pool;
    this.lock = lock;
    this.guard =
        () -> {
          if (alone) {
            lock.check();
          }
          guard.check();
        };
    this.images = new Images(pool, alone, this.guard);
    this.served = new OpenImages(pool, this.guard);
    this.direct = new DirectImages(pool, lock);
    this.reaper = new Reaper(pool, this.guard, alone ? Duration.ZERO : REST);
  }

  /**
   * Opens the pool, which must be there.
   *
   * @param place {@code POOL[/NAMESPACE][:id=USER][:conf=FILE]}
   * @param guard asked before each change that cannot be taken back
   * @throws IllegalArgumentException when the place has another form
   * @throws BackendException with a sentence for the operator
   */
  public static RbdDriver open(String place, Sharing sharing, Guard guard) throws BackendException {
    var pool = Pool.connect(Place.of(place));
    boolean alone = sharing instanceof Sharing.Alone;
    boolean done = false;
    try {
      var driver = new RbdDriver(pool, PoolLock.take(pool, !alone), alone, guard);
      driver.reaper.start();
      done = true;
      return driver;
    } catch (CephException e) {
      throw Reasons.toBackend("storage rbd:" + pool.place() + " cannot be used", e);
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  @Override
  public Limits limits() {
    return new Limits(GRANULARITY_BYTES, MAX_BYTES, GRANULARITY_BYTES);
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    var failure = cannot(id, "be created with " + Sizes.text(bytes));
    check(failure, bytes);
    change(id.text(), failure, () -> images.ensure(id, bytes, failure));
  }

  private static void check(String failure, long bytes) throws BackendException {
    if (bytes < GRANULARITY_BYTES || bytes % GRANULARITY_BYTES != 0) {
      throw new IllegalArgumentException(
          "%s: sizes are multiples of %d bytes".formatted(failure, GRANULARITY_BYTES));
    }
    if (bytes > MAX_BYTES) {
      var why = "volumes end at " + Sizes.text(MAX_BYTES);
      throw new BackendException.NoSpace(failure + ": " + why, new IOException(why));
    }
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    var failure = cannot(id, "be created of snapshot " + source);
    check(failure, bytes);
    change(id.text(), failure, () -> images.ensure(id, bytes, source, failure));
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    var failure = cannot(id, "be grown to " + Sizes.text(atLeastBytes));
    check(failure, atLeastBytes);
    var size = new long[1];
    change(id.text(), failure, () -> size[0] = images.grow(id, atLeastBytes, failure));
    return size[0];
  }

  @Override
  public void retire(VolumeId id) throws BackendException {
    var failure = cannot(id, "be deleted");
    change(id.text(), failure, () -> images.retire(id, failure));
    reaper.wake();
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    var failure = cannot(snapshot, "be made of volume " + id);
    change(id.text(), failure, () -> images.snapshot(id, snapshot, bytes, failure));
  }

  @Override
  public boolean snapshotsAreInstant() {
    return true;
  }

  @Override
  public void retire(VolumeId of, SnapshotId snapshot) throws BackendException {
    var failure = cannot(snapshot, "be taken back");
    change(of.text(), failure, () -> images.dropTransient(of, snapshot));
    retire(snapshot);
  }

  @Override
  public void retire(SnapshotId snapshot) throws BackendException {
    var failure = cannot(snapshot, "be deleted");
    change(snapshot.text(), failure, () -> images.retire(snapshot, failure));
    reaper.wake();
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    var failure = cannot(id, "be reverted to snapshot " + snapshot);
    change(id.text(), failure, () -> images.revert(id, snapshot, failure));
  }

  @Override
  public void settle(VolumeId id) throws BackendException {
    change(id.text(), cannot(id, "be settled"), () -> images.settle(id));
  }

  @Override
  public Optional<Fact> inspect(VolumeId id) throws BackendException {
    return run(cannot(id, "be looked at"), () -> images.inspect(id));
  }

  @Override
  public Location locate(VolumeId id) throws BackendException {
    var failure = cannot(id, "be served");
    return run(
        failure,
        () -> {
          if (!images.has(id)) {
            throw new BackendException.NotFound(failure + ": the storage has no such volume");
          }
          return new Location.InBlocks(
              stillServed -> run(failure, () -> served.open(id, stillServed)));
        });
  }

  @Override
  public Optional<Direct> direct() {
    return Optional.of(
        new Direct() {
          @Override
          public Connection connection(VolumeId id) throws BackendException {
            return run(cannot(id, "be reached"), () -> direct.connection(id));
          }

          @Override
          public boolean isOpen(VolumeId id) throws BackendException {
            return run(cannot(id, "be looked at"), () -> !direct.strangers(id).isEmpty());
          }

          @Override
          public void cutOff(VolumeId id) throws BackendException {
            change(id.text(), cannot(id, "be cut off"), () -> direct.cutOff(id));
          }
        });
  }

  @Override
  public Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException {
    return run(cannot(snapshot, "be looked at"), () -> images.inspect(snapshot));
  }

  @Override
  public List<Found> list() throws BackendException {
    return run("the storage cannot be listed", () -> Listing.of(pool, images));
  }

  /** Total and free are 0 while the cluster has no manager that counts. */
  @Override
  public Capacity capacity() throws BackendException {
    return run(
        "the capacity of the storage cannot be found",
        () -> {
          var usage = Usage.of(pool);
          return new Capacity(usage.usedBytes() + usage.freeBytes(), usage.freeBytes());
        });
  }

  /** What the cluster counts of the pool. */
  private record Usage(long usedBytes, long freeBytes) {
    static Usage of(Pool pool) throws CephException {
      var text = pool.ask("{\"prefix\":\"df\",\"format\":\"json\"}");
      int from = text.indexOf("\"name\":\"" + pool.place().pool() + "\"");
      return from < 0
          ? new Usage(0, 0)
          : new Usage(number(text, from, "stored"), number(text, from, "max_avail"));
    }

    private static long number(String text, int from, String member) {
      var found = Pattern.compile("\"" + member + "\":(\\d{1,18})\\b").matcher(text);
      return found.find(from) ? Long.parseLong(found.group(1)) : 0;
    }
  }

  /**
   * Waits a moment for calls under way; those that come later find the storage closed. What hangs
   * in a dead cluster, or is still served, keeps the connection until the process ends.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      return;
    }
    try {
      boolean _ = Thread.ofPlatform().daemon().start(this::letGo).join(CLOSE_PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void letGo() {
    boolean quiet = false;
    try {
      quiet = life.writeLock().tryLock(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    try {
      reaper.close();
      lock.close();
      if (quiet && !reaper.isRunning() && !lock.isRunning() && served.isEmpty()) {
        pool.close();
      }
    } finally {
      if (quiet) {
        life.writeLock().unlock();
      }
    }
  }

  /** Something that is done with the cluster. */
  private interface Work<T> {
    T run() throws IOException, BackendException;
  }

  /** Something that is changed in the pool. */
  private interface Change {
    void run() throws IOException, BackendException;
  }

  private void change(String id, String failure, Change change) throws BackendException {
    run(
        failure,
        () -> {
          idLocks.take(id);
          try {
            guard.check();
            change.run();
            return failure;
          } finally {
            idLocks.release(id);
          }
        });
  }

  private <T> T run(String failure, Work<T> work) throws BackendException {
    return threads.run(
        () -> {
          life.readLock().lock();
          try {
            if (closing.get()) {
              throw new BackendException.Unavailable(
                  failure + ": " + Reasons.CLOSED, new IOException(Reasons.CLOSED));
            }
            return work.run();
          } catch (IOException e) {
            throw Reasons.toBackend(failure, e);
          } finally {
            life.readLock().unlock();
          }
        });
  }

  private static String cannot(VolumeId id, String wish) {
    return "volume " + id + " cannot " + wish;
  }

  private static String cannot(SnapshotId id, String wish) {
    return "snapshot " + id + " cannot " + wish;
  }
}
