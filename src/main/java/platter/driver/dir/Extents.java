package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import platter.libc.Libc;

/**
 * Where a sparse file has data, by SEEK_DATA and SEEK_HOLE of lseek(2). Where there is no such
 * call, all of it may be data.
 */
final class Extents implements Closeable {
  private static final int ENXIO = 6;
  private static final int EINVAL = 22;

  /** Of a handle that is not open. */
  private static final int NONE = -1;

  private final Optional<Libc> libc;
  private final Path path;
  private final int handle;
  private final long end;

  private Extents(Optional<Libc> libc, Path path, int handle, long end) {
    this.libc = libc;
    this.path = path;
    this.handle = handle;
    this.end = end;
  }

  /**
   * Of a file that is there.
   *
   * @param end what lies behind it is of no interest
   */
  static Extents of(Path path, long end) throws IOException {
    var libc = Libc.found();
    int handle = libc.isPresent() ? libc.get().open(path, Libc.O_RDONLY) : NONE;
    return new Extents(libc, path, handle, end);
  }

  /** The first byte from there on that may be other than zero; the end when there is none. */
  long dataFrom(long at) throws IOException {
    return at >= end ? end : seek(at, Libc.SEEK_DATA, at);
  }

  /** The end of the data at that byte. */
  long holeFrom(long at) throws IOException {
    return seek(at, Libc.SEEK_HOLE, end);
  }

  private long seek(long at, int whence, long unknown) throws IOException {
    if (libc.isEmpty()) {
      return unknown;
    }
    try {
      return Math.min(libc.get().lseek(path, handle, at, whence), end);
    } catch (Libc.Failed e) {
      return switch (e.errno()) {
        case ENXIO -> end; // nothing follows
        case EINVAL -> unknown; // this file system does not tell
        default -> throw e;
      };
    }
  }

  @Override
  public void close() throws IOException {
    if (libc.isPresent()) {
      libc.get().close(path, handle);
    }
  }
}
