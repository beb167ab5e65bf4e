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
   * @param draft of the size that the copy shall have: what the original lacks are zeros
   * @param writes what all pass who write to the original
   */
  static void make(Path from, Draft draft, long bytes, Copies writes, Leave leave)
      throws IOException, BackendException {
    boolean anew = draft.mark() == 0;
    if (anew) {
      leave.check(0, bytes);
    }
    boolean cloned = anew && Reflink.make(from, draft.path());
    try (var file = new RandomAccessFile(draft.path().toFile(), "rw")) {
      file.setLength(bytes); // shorter, too: the original may have grown since its size was asked
      if (!cloned) {
        copy(from, draft, bytes, writes, leave);
      }
      file.getFD().sync();
    }
  }

  private static void add(Path from, PieceCopy copy, Copies writes)
      throws IOException, BackendException {
    boolean added = false;
    try {
      writes.add(copy, () -> copy.draft().mustBeOf(from));
      added = true;
    } finally {
      if (!added) {
        copy.draft().spoil(); // nobody would do it who writes
      }
    }
  }

  private static void copy(Path from, Draft draft, long bytes, Copies writes, Leave leave)
      throws IOException, BackendException {
    try (var source = RawFile.of(from, true)) {
      var copy = new PieceCopy(source, draft, Math.min(source.size(), bytes));
      add(from, copy, writes);
      boolean stays = false;
      try {
        draft.mustBeThere();
        copy.run(leave);
        draft.file().sync();
        draft.mark(bytes); // before it is forgotten: what is written now is not in it
      } catch (IOException | BackendException e) {
        stays = draft.stays(e);
        throw e;
      } finally {
        if (!stays) {
          writes.forget(copy);
        }
        copy.stop();
      }
    }
  }
}
