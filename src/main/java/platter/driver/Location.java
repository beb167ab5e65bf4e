package platter.driver;

import java.nio.file.Path;

/** Where the bytes of a volume are, for whoever serves them to hosts. */
public sealed interface Location {
  /**
   * A file that is as large as the volume, and grows with it.
   *
   * @param writes to be passed before each change of its bytes
   */
  record InFile(Path path, Writes writes) implements Location {}
}
