package platter.attachment;

import static java.lang.System.Logger.Level.WARNING;

import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

/** The hosts that have volumes open without Platter between: the storage knows them. */
final class DirectClients {
  private static final System.Logger LOG = System.getLogger(DirectClients.class.getName());

  private final StorageDriver driver;

  DirectClients(StorageDriver driver) {
    this.driver = driver;
  }

  /** Whether one may still write; also while the storage cannot tell. */
  boolean isOpen(VolumeId volume) {
    var direct = driver.direct();
    try {
      return direct.isPresent() && direct.get().isOpen(volume);
    } catch (BackendException e) {
      LOG.log(WARNING, "nobody knows yet who has volume " + volume + " open", e);
      return true;
    }
  }

  /** Returns true when no write of theirs can come any more. */
  boolean cutOff(VolumeId volume) {
    var direct = driver.direct();
    if (direct.isEmpty()) {
      return true; // it was of another storage
    }
    try {
      direct.get().cutOff(volume);
      return true;
    } catch (BackendException e) {
      LOG.log(WARNING, "who has volume " + volume + " open cannot be cut off yet", e);
      return false;
    }
  }
}
