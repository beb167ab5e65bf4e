package platter.driver;

import java.nio.file.Path;
import platter.error.BackendException;

/** Where the bytes of a volume are, for whoever serves them to hosts. */
public sealed interface Location {
  /**
   * A file that is as large as the volume, and grows with it.
   *
   * @param writes to be passed before each change of its bytes
   * @param through whether what is answered must be on the storage: else it could come there when
   *     another machine serves the volume
   */
  record InFile(Path path, Writes writes, boolean through) implements Location {}

  /** Behind the library of the storage. */
  record InBlocks(Opener opener) implements Location {}

  /** Opens a volume once more. */
  @FunctionalInterface
  interface Opener {
    /**
     * From now on it is open, until it is closed.
     *
     * @param served asked before a request is made again that the storage did not answer: by then
     *     another node may serve the volume
     * @throws BackendException.NotFound when the volume is not there any more
     */
    Blocks open(Guard served) throws BackendException;
  }
}
