package platter.driver;

import java.nio.file.Path;
import platter.driver.dir.DirDriver;
import platter.driver.rbd.RbdDriver;
import platter.error.BackendException;

/** Opens the storage that the setting {@code --storage} names. */
public final class Drivers {
  private static final String DIR = "dir:";
  private static final String RBD = "rbd:";

  private Drivers() {}

  /** Opens a storage for one Platter alone. */
  public static StorageDriver open(String storage, Path defaultFolder) throws BackendException {
    return open(storage, defaultFolder, new Sharing.Alone(), Guard.NONE);
  }

  /**
   * Opens a storage; the caller closes it.
   *
   * @param storage {@code dir:}, {@code dir:/some/path} or {@code
   *     rbd:POOL[/NAMESPACE][:id=USER][:conf=FILE]}
   * @param defaultFolder what a bare {@code dir:} means
   * @param guard asked before each change that cannot be taken back
   * @throws IllegalArgumentException when there is no such kind of storage, or it is named in
   *     another form
   * @throws BackendException when it cannot be opened, or not be shared, with a sentence for the
   *     operator
   */
  public static StorageDriver open(String storage, Path defaultFolder, Sharing sharing, Guard guard)
      throws BackendException {
    if (storage.startsWith(DIR)) {
      var folder = storage.substring(DIR.length());
      return DirDriver.open(folder.isEmpty() ? defaultFolder : Path.of(folder), sharing, guard);
    }
    if (storage.startsWith(RBD)) {
      return RbdDriver.open(storage.substring(RBD.length()), sharing, guard);
    }
    throw new IllegalArgumentException(
        "storage '"
            + storage
            + "' is of no known kind; there is dir: (the data folder), dir:/some/path (another"
            + " folder) and rbd:POOL (a pool of a Ceph cluster)");
  }
}
