package platter.driver;

import java.nio.file.Path;
import platter.driver.dir.DirDriver;
import platter.error.BackendException;

/** Opens the storage that the setting {@code --storage} names. */
public final class Drivers {
  private static final String DIR = "dir:";

  private Drivers() {}

  /**
   * Opens a storage; the caller closes it.
   *
   * @param storage {@code dir:} or {@code dir:/some/path}
   * @param defaultFolder what a bare {@code dir:} means
   * @throws IllegalArgumentException when there is no such kind of storage
   * @throws BackendException when it cannot be opened, with a sentence for the operator
   */
  public static StorageDriver open(String storage, Path defaultFolder) throws BackendException {
    if (storage.startsWith(DIR)) {
      var folder = storage.substring(DIR.length());
      return DirDriver.open(folder.isEmpty() ? defaultFolder : Path.of(folder));
    }
    throw new IllegalArgumentException(
        "storage '"
            + storage
            + "' is of no known kind; there is dir: (the data folder) and dir:/some/path (another"
            + " folder)");
  }
}
