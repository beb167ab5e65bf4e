package platter.driver;

import java.util.List;
import java.util.Optional;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * One storage that holds volumes: a folder, a pool. Calls block and may come from any thread. Each
 * change is durable when its call returns, names what shall hold, and may be repeated after a crash
 * of either side at any point. All sizes are in bytes.
 */
public interface StorageDriver extends AutoCloseable {

  /** The sizes of volumes that this storage can hold. */
  Limits limits();

  /**
   * Makes sure that the volume is there with exactly that size; a new one reads as zeros.
   *
   * @throws IllegalArgumentException when the size is below the minimum or not a multiple of the
   *     granularity
   * @throws BackendException.Conflict when something else lies under the id, such as another size
   * @throws BackendException.NoSpace when the size is above the limit, or the storage is full
   */
  void ensure(VolumeId id, long bytes) throws BackendException;

  /**
   * Makes sure that the volume is there with exactly that size; a new one has the bytes of the
   * snapshot, followed by zeros. It does not depend on the snapshot afterwards.
   *
   * @param bytes at least the size of the snapshot
   * @throws IllegalArgumentException as {@link #ensure(VolumeId, long)}
   * @throws BackendException.NotFound when the volume has to be made and there is no such snapshot
   * @throws BackendException.Conflict when something else lies under the id, or the snapshot is
   *     larger
   * @throws BackendException.NoSpace as {@link #ensure(VolumeId, long)}
   */
  void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch) throws BackendException;

  /** As {@link #ensure(VolumeId, long, SnapshotId, Watch)}, and nobody watches. */
  default void ensure(VolumeId id, long bytes, SnapshotId source) throws BackendException {
    ensure(id, bytes, source, Watch.NONE);
  }

  /**
   * Makes sure that the volume has at least that size; the new part reads as zeros. Never shrinks.
   *
   * @return the size that it has now
   * @throws IllegalArgumentException as {@link #ensure}
   * @throws BackendException.NotFound when there is no such volume
   * @throws BackendException.NoSpace as {@link #ensure}
   */
  long grow(VolumeId id, long atLeastBytes) throws BackendException;

  /**
   * Makes sure that the volume is gone. Its data can never be read again; its space is freed soon
   * after, in the background. A volume that is not there is no error.
   */
  void retire(VolumeId id) throws BackendException;

  /**
   * Makes sure that the snapshot is there: the bytes that the volume had at one instant of the call
   * that made it. A write that had returned by then is in it; one that began later is not. This
   * holds for all that pass {@link Writes}, and where {@link #snapshotsAreInstant} for everybody.
   *
   * @param bytes the size of the snapshot: what the volume has beyond is left out
   * @throws BackendException.NotFound when it has to be made and there is no such volume
   * @throws BackendException.Conflict when it is there with another size, or the volume is smaller
   * @throws BackendException.NoSpace when the storage is full
   */
  void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch) throws BackendException;

  /** As {@link #snapshot(VolumeId, SnapshotId, long, Watch)}, and nobody watches. */
  default void snapshot(VolumeId id, SnapshotId snapshot, long bytes) throws BackendException {
    snapshot(id, snapshot, bytes, Watch.NONE);
  }

  /**
   * Whether copies take a moment, whoever writes meanwhile. Else they take their time, and only
   * those are in step with them who write through this driver: no other node, for one.
   */
  boolean snapshotsAreInstant();

  /** As {@link #retire}, of a snapshot. Volumes that were made of it stay as they are. */
  void retire(SnapshotId snapshot) throws BackendException;

  /** As {@link #retire(SnapshotId)}, of one that was begun: with what that left on its volume. */
  default void retire(VolumeId of, SnapshotId snapshot) throws BackendException {
    retire(snapshot);
  }

  /**
   * Gives a volume the bytes of the snapshot, and zeros behind them; its size stays. Whole or not
   * at all. Nobody may have the volume open.
   *
   * @throws BackendException.NotFound when there is no such volume or snapshot
   * @throws BackendException.Conflict when the snapshot is larger than the volume
   * @throws BackendException.NoSpace when the storage is full
   */
  void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException;

  /** As {@link #revert(VolumeId, SnapshotId, Watch)}, and nobody watches. */
  default void revert(VolumeId id, SnapshotId snapshot) throws BackendException {
    revert(id, snapshot, Watch.NONE);
  }

  /**
   * Makes sure that no earlier call of {@link #revert}, of whatever node, takes effect later, and
   * throws away what it has left half done.
   */
  void settle(VolumeId id) throws BackendException;

  /** As {@link #settle(VolumeId)}, of the call that makes a snapshot. */
  default void settle(SnapshotId snapshot) throws BackendException {}

  /** Looks for one volume. Empty means that it is surely not there. */
  Optional<Fact> inspect(VolumeId id) throws BackendException;

  /**
   * Says where the bytes of a volume are, to be read and written there until it is retired or
   * reverted: neither may be asked for while somebody does.
   *
   * @throws BackendException.NotFound when there is no such volume
   */
  Location locate(VolumeId id) throws BackendException;

  /** Where volumes can be reached without Platter between. */
  default Optional<Direct> direct() {
    return Optional.empty();
  }

  /** Looks for one snapshot. Empty means that it is surely not there. */
  Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException;

  /**
   * All that lies on the storage: volumes in the order of their ids, then retired, half made and
   * foreign things; then the same of snapshots. A volume that is there during the whole call is in
   * it; one that is retired meanwhile may be in it twice.
   */
  List<Found> list() throws BackendException;

  /** How full the storage is. Looks at no volume. */
  Capacity capacity() throws BackendException;

  /**
   * Lets go of the storage within about a second. What was retired is freed after the next open.
   */
  @Override
  void close();
}
