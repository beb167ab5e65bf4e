package platter.api;

import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import platter.driver.Fact;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** A real driver with a gate before every change, and volumes that it refuses to touch. */
public final class GatedDriver extends ForwardingDriver {
  private final Set<VolumeId> broken = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> bloated = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> irremovable = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> lost = ConcurrentHashMap.newKeySet();
  private final Set<VolumeId> passed = ConcurrentHashMap.newKeySet();
  private volatile Optional<Boolean> instant = Optional.empty();
  private final Queue<Runnable> beforeRetire = new ConcurrentLinkedQueue<>();
  private boolean closed;

  public GatedDriver(StorageDriver real) {
    super(real);
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

  /** The volumes and snapshots that somebody has begun to change. */
  public Set<VolumeId> passed() {
    return Set.copyOf(passed);
  }

  /** From now on snapshots are said to be of one instant, or to be copied bit by bit. */
  public void snapshotsAreInstant(boolean instant) {
    this.instant = Optional.of(instant);
  }

  @Override
  public boolean snapshotsAreInstant() {
    return instant.orElseGet(real::snapshotsAreInstant);
  }

  public void mend(String volume) {
    lost.remove(new VolumeId(volume));
    broken.remove(new VolumeId(volume));
    bloated.remove(new VolumeId(volume));
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

  /** To change this volume takes more memory than there is, until it is mended. */
  public void bloat(String volume) {
    bloated.add(new VolumeId(volume));
  }

  private void pass(VolumeId id) throws BackendException {
    waitAtTheGate();
    if (bloated.contains(id)) {
      throw new OutOfMemoryError("volume " + id + " is bloated by a test");
    }
    if (broken.contains(id)) {
      throw new BackendException.Busy("volume " + id + " is held by a test");
    }
    passed.add(id);
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    pass(id);
    real.ensure(id, bytes);
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    pass(id);
    real.ensure(id, bytes, source, watch);
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    pass(id);
    real.snapshot(id, snapshot, bytes, watch);
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
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    pass(id);
    real.revert(id, snapshot, watch);
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    pass(id);
    return real.grow(id, atLeastBytes);
  }

  /** Happens once, right before the next volume is taken away. */
  public void beforeRetire(Runnable what) {
    beforeRetire.add(what);
  }

  /** Also the undo of a create, so a broken volume that was never made may go. */
  @Override
  public void retire(VolumeId id) throws BackendException {
    var first = beforeRetire.poll();
    if (first != null) {
      first.run();
    }
    if (real.inspect(id).isPresent()) {
      pass(id);
    }
    if (irremovable.contains(id)) {
      throw new BackendException.Busy("volume " + id + " is fastened by a test");
    }
    real.retire(id);
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
  public void close() {
    release();
    real.close();
  }
}
