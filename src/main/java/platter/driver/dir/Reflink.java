package platter.driver.dir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import platter.libc.Libc;

/**
 * A copy that shares its blocks with the original until one of them is written to: FICLONE of
 * ioctl(2). It is made in one instant, also of a file that is being written to. XFS and btrfs know
 * it, ext4 does not.
 */
final class Reflink {
  /** {@code _IOW(0x94, 9, int)}, which has another bit for "write" on POWER. */
  private static final long FICLONE =
      System.getProperty("os.arch", "").startsWith("ppc") ? 0x80049409L : 0x40049409L;

  /** EBADF, EXDEV, EINVAL, ENOTTY, ENOSYS, EOPNOTSUPP. */
  private static final Set<Integer> NOT_HERE = Set.of(9, 18, 22, 25, 38, 95);

  private Reflink() {}

  /**
   * Gives an empty file the bytes of another.
   *
   * @return false when this cannot be done here, and nothing was
   */
  static boolean make(Path from, Path to) throws IOException {
    var libc = Libc.found();
    return libc.isPresent() && make(libc.get(), from, to);
  }

  private static boolean make(Libc libc, Path from, Path to) throws IOException {
    int source = libc.open(from, Libc.O_RDONLY);
    try {
      int target = libc.open(to, Libc.O_RDWR);
      try {
        libc.ioctl(to, target, FICLONE, source);
        return true;
      } catch (Libc.Failed e) {
        if (NOT_HERE.contains(e.errno())) {
          return false;
        }
        throw e;
      } finally {
        libc.close(to, target);
      }
    } finally {
      libc.close(from, source);
    }
  }

  /**
   * Whether the file system has it.
   *
   * @param file some file, which may be empty
   * @param second a name that nobody else has now; who died with it may have left its file
   */
  static boolean isKnown(Path file, Path second) throws IOException {
    try {
      Files.deleteIfExists(second);
      Layout.makeFile(second);
    } catch (IOException e) {
      if (Reasons.isFull(Reasons.reason(e))) {
        return false; // then one may at least delete
      }
      throw e;
    }
    try {
      return make(file, second);
    } finally {
      Files.deleteIfExists(second);
    }
  }
}
