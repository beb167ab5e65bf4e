package platter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests keep files for a while. */
public final class TestFolder {
  /** Of Linux. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private static final long MEMORY_BYTES = 4L << 30;

  private TestFolder() {}

  /**
   * A new folder in memory, where there is enough, else in the folder for temporary files: for what
   * no disk is asked about. Tests make and delete files by the hundred thousand, and a file system
   * may look at all it has lately deleted for each new one (ext4 without a journal does).
   */
  public static Path inMemory(String prefix) {
    try {
      return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > MEMORY_BYTES
          ? Files.createTempDirectory(MEMORY, prefix)
          : onDisk(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new folder among temporary files. */
  public static Path onDisk(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
