package platter.driver.rbd;

import java.util.HashMap;
import java.util.Map;
import platter.driver.Blocks;
import platter.driver.Guard;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * Images that are served. Whoever opens the same volume gets the same open image: two of one
 * process would take the right to write from each other all the time.
 */
final class OpenImages {
  private final Pool pool;
  private final Guard guard;
  private final Map<VolumeId, Shared> open = new HashMap<>();

  /** How many use it; it changes under the lock of this object. */
  private static final class Shared {
    final Image image;
    int users;

    Shared(Image image) {
      this.image = image;
    }
  }

  OpenImages(Pool pool, Guard guard) {
    this.pool = pool;
    this.guard = guard;
  }

  /**
   * @param served whether it is served still: as {@link ImageBlocks}
   */
  Blocks open(VolumeId id, Guard served) throws BackendException {
    synchronized (open) {
      var shared = open.get(id);
      if (shared == null) {
        shared = new Shared(image(id));
        open.put(id, shared);
      }
      shared.users++;
      var mine = shared;
      return new ImageBlocks(mine.image, guard, served, () -> letGo(id, mine));
    }
  }

  private Image image(VolumeId id) throws BackendException {
    var failure = "volume " + id + " cannot be served";
    try {
      return pool.open(Names.of(id));
    } catch (CephException e) {
      throw e.is(CephException.ENOENT)
          ? new BackendException.NotFound(failure + ": the storage has no such volume")
          : Reasons.toBackend(failure, e);
    }
  }

  private void letGo(VolumeId id, Shared shared) throws CephException {
    synchronized (open) {
      if (--shared.users == 0) {
        open.remove(id, shared);
        shared.image.close();
      }
    }
  }

  boolean isEmpty() {
    synchronized (open) {
      return open.isEmpty();
    }
  }
}
