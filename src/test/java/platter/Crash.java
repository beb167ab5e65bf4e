package platter;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import platter.db.Database;
import platter.db.Guard;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * A crash at a chosen instant, within one process: counts every commit and every change of the
 * storage, and at the chosen one, before it or after it, everything that would be lost with the
 * process fails from then on.
 */
final class Crash {
  private final int at;
  private final boolean before;
  private final CountDownLatch happened = new CountDownLatch(1);
  private int events;
  private boolean armed;
  private boolean dead;

  /**
   * @param at the number of the event, from 0; -1 never crashes
   * @param before whether the event itself is lost too
   */
  Crash(int at, boolean before) {
    this.at = at;
    this.before = before;
  }

  /** What a call of a dead process would be: never heard of again. */
  private static final class Dead extends RuntimeException {
    Dead() {
      super("the process is dead", null, false, false);
    }
  }

  synchronized void arm() {
    armed = true;
  }

  synchronized int events() {
    return events;
  }

  boolean willHappen() {
    return at >= 0;
  }

  boolean hasHappened() {
    return happened.getCount() == 0;
  }

  private synchronized boolean enter() {
    if (dead) {
      throw new Dead();
    }
    boolean now = armed && events++ == at;
    if (now && before) {
      die();
    }
    return now;
  }

  private synchronized void die() {
    dead = true;
    happened.countDown();
    throw new Dead();
  }

  Database around(Database real) {
    return new Database() {
      @Override
      public <T> T inTx(Work<T> work) {
        return unlessDead(() -> real.inTx(work));
      }

      @Override
      public <T> T inTxUnguarded(Work<T> work) {
        return unlessDead(() -> real.inTxUnguarded(work));
      }

      @Override
      public void guardedBy(Guard guard) {
        real.guardedBy(guard);
      }

      private <T> T unlessDead(Supplier<T> commit) {
        try {
          boolean now = enter();
          T result = commit.get();
          if (now) {
            die();
          }
          return result;
        } catch (Dead e) {
          throw new DatabaseException("the process is dead");
        }
      }

      @Override
      public <T> T read(Work<T> work) {
        return real.read(work);
      }

      @Override
      public <T> T lookUp(Work<T> work) {
        return real.lookUp(work);
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  /** A copy may be cut off between two of its pieces. */
  private Watch amidst(Watch watch) {
    return (done, all) -> {
      boolean now = enter();
      watch.at(done, all);
      if (now) {
        die();
      }
    };
  }

  /** A change of the storage. */
  private interface Change {
    void run() throws BackendException;
  }

  private void change(Change change) throws BackendException {
    try {
      boolean now = enter();
      change.run();
      if (now) {
        die();
      }
    } catch (Dead e) {
      hang();
    }
  }

  /** The step of a dead process does not fail: it is not heard of again. */
  private static void hang() throws BackendException {
    throw new BackendException.Indeterminate("the process is dead", new Dead());
  }

  StorageDriver around(StorageDriver driver) {
    return new ForwardingDriver(driver) {
      @Override
      public void ensure(VolumeId id, long bytes) throws BackendException {
        change(() -> super.ensure(id, bytes));
      }

      @Override
      public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
          throws BackendException {
        change(() -> super.ensure(id, bytes, source, amidst(watch)));
      }

      @Override
      public long grow(VolumeId id, long atLeastBytes) throws BackendException {
        change(() -> super.grow(id, atLeastBytes));
        return atLeastBytes;
      }

      @Override
      public void retire(VolumeId id) throws BackendException {
        change(() -> super.retire(id));
      }

      @Override
      public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
          throws BackendException {
        change(() -> super.snapshot(id, snapshot, bytes, amidst(watch)));
      }

      @Override
      public void retire(SnapshotId snapshot) throws BackendException {
        change(() -> super.retire(snapshot));
      }

      @Override
      public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
        change(() -> super.revert(id, snapshot, amidst(watch)));
      }

      @Override
      public void settle(VolumeId id) throws BackendException {
        change(() -> super.settle(id));
      }
    };
  }
}
