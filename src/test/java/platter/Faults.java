package platter;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
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

  StorageDriver around(StorageDriver real) {
    return new StorageDriver() {
      @Override
      public Limits limits() {
        return real.limits();
      }

      @Override
      public void ensure(VolumeId id, long bytes) throws BackendException {
        real.ensure(id, bytes);
        check(id);
      }

      @Override
      public void ensure(VolumeId id, long bytes, SnapshotId source) throws BackendException {
        real.ensure(id, bytes, source);
        check(id);
      }

      @Override
      public void snapshot(VolumeId id, SnapshotId snapshot) throws BackendException {
        real.snapshot(id, snapshot);
      }

      @Override
      public boolean snapshotsAreInstant() {
        return real.snapshotsAreInstant();
      }

      @Override
      public void retire(SnapshotId snapshot) throws BackendException {
        real.retire(snapshot);
      }

      @Override
      public void revert(VolumeId id, SnapshotId snapshot) throws BackendException {
        real.revert(id, snapshot);
      }

      @Override
      public void settle(VolumeId id) throws BackendException {
        real.settle(id);
      }

      @Override
      public Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException {
        return real.inspect(snapshot);
      }

      @Override
      public long grow(VolumeId id, long atLeastBytes) throws BackendException {
        check(id); // what has grown stays so: it cannot be undone
        return real.grow(id, atLeastBytes);
      }

      @Override
      public void retire(VolumeId id) throws BackendException {
        real.retire(id);
      }

      @Override
      public Location locate(VolumeId id) throws BackendException {
        return real.locate(id);
      }

      @Override
      public Optional<Fact> inspect(VolumeId id) throws BackendException {
        return real.inspect(id);
      }

      @Override
      public List<Found> list() throws BackendException {
        return real.list();
      }

      @Override
      public Capacity capacity() throws BackendException {
        return real.capacity();
      }

      @Override
      public void close() {
        try {
          real.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }
}
