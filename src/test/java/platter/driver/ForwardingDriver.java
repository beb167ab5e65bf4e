package platter.driver;

import java.util.List;
import java.util.Optional;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** A driver that leaves everything to another; tests override where it shall differ. */
public class ForwardingDriver implements StorageDriver {
  protected final StorageDriver real;

  protected ForwardingDriver(StorageDriver real) {
    this.real = real;
  }

  @Override
  public Limits limits() {
    return real.limits();
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    real.ensure(id, bytes);
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    real.ensure(id, bytes, source, watch);
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    return real.grow(id, atLeastBytes);
  }

  @Override
  public void retire(VolumeId id) throws BackendException {
    real.retire(id);
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    real.snapshot(id, snapshot, bytes, watch);
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
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    real.revert(id, snapshot, watch);
  }

  @Override
  public void settle(VolumeId id) throws BackendException {
    real.settle(id);
  }

  @Override
  public void settle(SnapshotId snapshot) throws BackendException {
    real.settle(snapshot);
  }

  @Override
  public Optional<Direct> direct() {
    return real.direct();
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
  public Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException {
    return real.inspect(snapshot);
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
    real.close();
  }
}
