package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import platter.driver.Limits;
import platter.driver.Sizes;

/**
 * Finds out how large a file can be here, by making one: ext4 ends at 16 TiB less 4 KiB, others do
 * not, and no call tells. The file is sparse, empty afterwards, and kept: so a storage that has run
 * out of inodes can still be opened, to delete volumes.
 */
final class Probe {
  /** What file systems and direct I/O like. */
  private static final long GRANULARITY_BYTES = 4096;

  /** The largest volume that EVS knows. */
  private static final long MAX_GIB = 32 * 1024;

  private Probe() {}

  static void make(Path probe) throws IOException {
    try {
      Layout.makeFile(probe);
    } catch (FileAlreadyExistsException _) {
      // as usual
    }
  }

  /** Other nodes may ask at the same time: what fits does not depend on them. */
  static Limits limits(Path probe) throws IOException {
    try (var file = new RandomAccessFile(probe.toFile(), "rw")) {
      long gib = fits(file, MAX_GIB) ? MAX_GIB : largest(file);
      file.setLength(gib * Sizes.GIB); // says why when not even 1 GiB fits
      file.setLength(0);
      file.getFD().sync();
      return new Limits(GRANULARITY_BYTES, gib * Sizes.GIB, GRANULARITY_BYTES);
    }
  }

  /** By halving: what is returned fits (or is 1), one more does not. */
  private static long largest(RandomAccessFile file) {
    long fits = 1;
    long fitsNot = MAX_GIB;
    while (fitsNot - fits > 1) {
      long middle = (fits + fitsNot) / 2;
      if (fits(file, middle)) {
        fits = middle;
      } else {
        fitsNot = middle;
      }
    }
    return fits;
  }

  private static boolean fits(RandomAccessFile file, long gib) {
    try {
      file.setLength(gib * Sizes.GIB);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
