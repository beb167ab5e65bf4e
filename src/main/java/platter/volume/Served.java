package platter.volume;

import java.time.Duration;
import java.util.OptionalInt;
import platter.error.BackendException;
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
