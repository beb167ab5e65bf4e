package platter.nbd;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** A real driver whose copies go as fast as a test lets them. */
public final class PacedDriver extends ForwardingDriver {
  private static final long PATIENCE_SECONDS = 100;
  private static final long LOOK_NANOS = 1_000_000;

  private volatile Pace pace = (_, _, _) -> {};

  public PacedDriver(StorageDriver real) {
    super(real);
  }

  /** Called before each piece of a copy. */
  @FunctionalInterface
  interface Pace {
    /**
     * Waits as long as the test likes.
     *
     * @param real who watches the copy, who may end it
     */
    void at(long done, long all, Watch real) throws BackendException;
  }

  void pace(Pace next) {
    pace = next;
  }

  /** From now on copies wait when so much is done, until they are released or ended. */
  public Hold hold(long from) {
    var hold = new Hold(from);
    pace = hold;
    return hold;
  }

  /** Where copies wait. */
  public static final class Hold implements Pace {
    private final long from;
    private final CountDownLatch there = new CountDownLatch(1);
    private volatile boolean released;

    Hold(long from) {
      this.from = from;
    }

    @Override
    public void at(long done, long all, Watch real) throws BackendException {
      if (done >= from) {
        real.at(done, all); // so that it is told
        there.countDown();
        while (!released) {
          real.at(done, all);
          LockSupport.parkNanos(LOOK_NANOS);
        }
      }
    }

    public void untilThere() {
      try {
        if (!there.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    public void release() {
      released = true;
    }
  }

  private Watch paced(Watch watch) {
    return (done, all) -> {
      pace.at(done, all, watch);
      watch.at(done, all);
    };
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    real.ensure(id, bytes, source, paced(watch));
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    real.snapshot(id, snapshot, bytes, paced(watch));
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    real.revert(id, snapshot, paced(watch));
  }
}
