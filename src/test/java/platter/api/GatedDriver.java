package platter.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

/** A real driver with a gate before every change, and volumes that it refuses to touch. */
public final class GatedDriver implements StorageDriver {
  private final StorageDriver real;
  private final Set<VolumeId> broken = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> irremovable = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> lost = ConcurrentHashMap.newKeySet();
  private boolean closed;

  public GatedDriver(StorageDriver real) {
    this.real = real;
  }

  /** From now on changes wait. */
  public synchronized void hold() {
    closed = true;
  }

  /** What waits goes on. */
  public synchronized void release() {
    closed = false;
    notifyAll();
  }

  /** Changes of this volume or snapshot fail, until it is mended. */
  public void breakDown(String volume) {
    broken.add(new VolumeId(volume));
  }

  /** This volume cannot be taken away, until it is mended. */
  public void fasten(String volume) {
    irremovable.add(new VolumeId(volume));
  }

  /** This volume is not found, until it is mended. */
  public void lose(String volume) {
    lost.add(new VolumeId(volume));
  }

  public void mend(String volume) {
    lost.remove(new VolumeId(volume));
    broken.remove(new VolumeId(volume));
    irremovable.remove(new VolumeId(volume));
  }

  private synchronized void waitAtTheGate() throws BackendException {
    while (closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackendException.Unavailable("the gate was interrupted", e);
      }
    }
  }

  private void pass(VolumeId id) throws BackendException {
    waitAtTheGate();
    if (broken.contains(id)) {
      throw new BackendException.Busy("volume " + id + " is held by a test");
    }
  }

  @Override
  public Limits limits() {
    return real.limits();
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    pass(id);
    real.ensure(id, bytes);
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source) throws BackendException {
    pass(id);
    real.ensure(id, bytes, source);
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot) throws BackendException {
    pass(id);
    real.snapshot(id, snapshot);
  }

  @Override
  public boolean snapshotsAreInstant() {
    return real.snapshotsAreInstant();
  }

  /** Also the undo of its making. */
  @Override
  public void retire(SnapshotId snapshot) throws BackendException {
    if (real.inspect(snapshot).isPresent()) {
      pass(new VolumeId(snapshot.text()));
    }
    real.retire(snapshot);
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot) throws BackendException {
    pass(id);
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
    pass(id);
    return real.grow(id, atLeastBytes);
  }

  /** Also the undo of a create, so a broken volume that was never made may go. */
  @Override
  public void retire(VolumeId id) throws BackendException {
    if (real.inspect(id).isPresent()) {
      pass(id);
    }
    if (irremovable.contains(id)) {
      throw new BackendException.Busy("volume " + id + " is fastened by a test");
    }
    real.retire(id);
  }

  @Override
  public Location locate(VolumeId id) throws BackendException {
    return real.locate(id);
  }

  /** Waits as a change does: a job may do nothing but look. */
  @Override
  public Optional<Fact> inspect(VolumeId id) throws BackendException {
    waitAtTheGate();
    if (lost.contains(id)) {
      return Optional.empty();
    }
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
    release();
    real.close();
  }
}
