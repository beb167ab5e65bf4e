package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import platter.libc.Libc;

/**
 * An open file whose end only moves outwards. The JDK sets a length, and one that was right when it
 * was chosen cuts the file off when somebody else has grown it meanwhile. fallocate(2) on the last
 * block changes nothing that is there, and moves the end only when the block lies beyond it,
 * whoever calls when. It costs that block of space. Linux has it, on most file systems.
 */
final class GrowingFile implements Closeable {
  static final long BLOCK_BYTES = 4096;

  private final Libc libc;
  private final Path path;
  private final int handle;

  private GrowingFile(Libc libc, Path path, int handle) {
    this.libc = libc;
    this.path = path;
    this.handle = handle;
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @throws NoSuchFileException when it is not there
   * @throws UnsupportedOperationException where there is no such call
   */
  static GrowingFile open(Path path) throws IOException {
    var libc = Libc.get();
    return new GrowingFile(libc, path, libc.open(path, Libc.O_RDWR));
  }

  /** The size at this moment. */
  long size() throws IOException {
    return libc.lseek(path, handle, 0, Libc.SEEK_END);
  }

  /** Moves the end to at least there. The new part reads as zeros, and nothing else changes. */
  void growTo(long bytes) throws IOException {
    libc.fallocate(path, handle, bytes - BLOCK_BYTES, BLOCK_BYTES);
  }

  /** Makes its size durable. */
  void force() throws IOException {
    libc.fsync(path, handle);
  }

  @Override
  public void close() throws IOException {
    libc.close(path, handle);
  }
}
