package platter;

import java.util.HashSet;
import java.util.Set;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** A storage that fails as it is told, after it has done its work: the hard case. */
final class Faults {
  private enum Mode {
    NONE,
    /** There is no space for anything. */
    FULL,
    /** There is no space for the first volume that asks. */
    FULL_FOR_ONE,
    /** It may pass, and does not. */
    BUSY
  }

  private final Set<VolumeId> refused = new HashSet<>();
  private Mode mode = Mode.NONE;
  private int attempts;

  synchronized void full() {
    mode = Mode.FULL;
  }

  synchronized void fullForOne() {
    mode = Mode.FULL_FOR_ONE;
  }

  synchronized void busy() {
    mode = Mode.BUSY;
  }

  synchronized void heal() {
    mode = Mode.NONE;
  }

  /** How many calls have failed. */
  synchronized int attempts() {
    return attempts;
  }

  private synchronized void check(VolumeId id) throws BackendException {
    switch (mode) {
      case NONE -> {}
      case FULL -> throw noSpace();
      case FULL_FOR_ONE -> {
        if (refused.isEmpty()) {
          refused.add(id);
        }
        if (refused.contains(id)) {
          throw noSpace();
        }
      }
      case BUSY -> {
        attempts++;
        throw new BackendException.Busy("the test says so");
      }
    }
  }

  private BackendException noSpace() {
    attempts++;
    return new BackendException.NoSpace("the test says so", new IllegalStateException("full"));
  }

  StorageDriver around(StorageDriver driver) {
    return new ForwardingDriver(driver) {
      @Override
      public void ensure(VolumeId id, long bytes) throws BackendException {
        super.ensure(id, bytes);
        check(id);
      }

      @Override
      public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
          throws BackendException {
        super.ensure(id, bytes, source, watch);
        check(id);
      }

      @Override
      public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
          throws BackendException {
        super.snapshot(id, snapshot, bytes, watch);
        check(id);
      }

      @Override
      public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
        super.revert(id, snapshot, watch);
        check(id);
      }

      @Override
      public long grow(VolumeId id, long atLeastBytes) throws BackendException {
        check(id); // what has grown stays so: it cannot be undone
        return super.grow(id, atLeastBytes);
      }
    };
  }
}
