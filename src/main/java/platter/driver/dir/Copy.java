package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import platter.error.BackendException;
import platter.libc.RawFile;

/**
 * Gives a new file the bytes that another has at one instant: by a {@link Reflink} where the file
 * system can, else by a {@link PieceCopy}.
 */
final class Copy {
  private Copy() {}

  /** Asked before each piece whether to go on; throws when not. */
  @FunctionalInterface
  interface Leave {
    /**
     * Passes while it shall go on.
     *
     * @param done of {@code all} bytes
     */
    void check(long done, long all) throws IOException, BackendException;
  }

  /**
   * Durable when it returns.
   *
   * @param from not cut off meanwhile
   * @param to an empty file
   * @param bytes the size that the copy shall have: what the original lacks are zeros
   * @param writes what all pass who write to the original
   */
  static void make(Path from, Path to, long bytes, Copies writes, Leave leave)
      throws IOException, BackendException {
    leave.check(0, bytes);
    boolean cloned = Reflink.make(from, to);
    try (var file = new RandomAccessFile(to.toFile(), "rw")) {
      file.setLength(bytes); // shorter, too: the original may have grown since its size was asked
      if (!cloned) {
        copy(from, to, bytes, writes, leave);
      }
      file.getFD().sync();
    }
  }

  private static void copy(Path from, Path to, long bytes, Copies writes, Leave leave)
      throws IOException, BackendException {
    try (var source = RawFile.of(from, true);
        var target = RawFile.of(to, false)) {
      var copy = new PieceCopy(source, target, Math.min(source.size(), bytes));
      writes.add(copy);
      try {
        copy.run(leave);
      } finally {
        writes.forget(copy);
        copy.stop();
      }
    }
  }
}
