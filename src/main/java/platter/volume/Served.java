package platter.volume;

import java.time.Duration;
import java.util.OptionalInt;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * What volumes ask of whoever serves their bytes to hosts. An attachment without a ticket is served
 * by nobody here.
 */
public interface Served {
  /** Nobody serves anything: of a service that is not running, or has no hosts. */
  Served NOWHERE =
      new Served() {
        @Override
        public void grown(VolumeId volume, int gib) {}

        @Override
        public void limited(VolumeId volume, OptionalInt iops, OptionalInt throughput) {}

        @Override
        public Hold onlyHere(VolumeId volume, SnapshotId copy) {
          return Hold.NONE;
        }

        @Override
        public boolean waitUntilLeft(Attachment attachment, Duration patience) {
          return true;
        }

        @Override
        public boolean cut(Attachment attachment) {
          return true;
        }
      };

  /**
   * Serves the size that the storage has now to every host that has the volume; may be repeated.
   *
   * @throws BackendException.Busy when a node has not said yet that it does
   */
  void grown(VolumeId volume, int gib) throws BackendException;

  /**
   * From now on the hosts that have the volume are held to this performance. Told after a commit:
   * it waits for nothing and asks no database.
   *
   * @param throughput in MiB a second
   */
  void limited(VolumeId volume, OptionalInt iops, OptionalInt throughput);

  /** Ends when it is closed. */
  interface Hold extends AutoCloseable {
    Hold NONE = () -> {};

    @Override
    void close();
  }

  /**
   * Sees to it that no other node serves the volume while this one copies it piece by piece: only
   * those who write here are in step with the copy.
   *
   * @param copy what the copy is for
   * @throws BackendException.Unavailable when another node serves the volume, and could copy it
   * @throws BackendException.Busy when several nodes do
   */
  Hold onlyHere(VolumeId volume, SnapshotId copy) throws BackendException;

  /** Waits until no client of the attachment is connected. Returns false when one still is. */
  boolean waitUntilLeft(Attachment attachment, Duration patience);

  /**
   * Closes what is connected, after what was asked before is done. It has to be detaching, so that
   * nobody connects any more.
   *
   * @return true when no write of it can come any more; false when this cannot be said yet
   */
  boolean cut(Attachment attachment);
}
