package platter.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** What the disk can do: the files of volumes without a server. */
final class RawFiles {
  private static final int THREADS = 16;
  private static final long BYTES = 40L << 30;

  private RawFiles() {}

  /**
   * Sparse files made, forced and moved to their place, in a second.
   *
   * @param forceFolder whether the move is forced too, as a durable volume needs it
   */
  static double perSecond(Path root, int seconds, boolean forceFolder) throws Exception {
    Files.createDirectories(root);
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var all = new ArrayList<Callable<Long>>();
      for (int i = 0; i < THREADS; i++) {
        var folder = Files.createDirectories(root.resolve("place-" + i));
        var tmp = Files.createDirectories(root.resolve("tmp-" + i));
        all.add(() -> make(tmp, folder, end, forceFolder));
      }
      long made = 0;
      for (var result : threads.invokeAll(all)) {
        made += result.get();
      }
      return made / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static long make(Path tmp, Path folder, long end, boolean forceFolder)
      throws IOException {
    long made = 0;
    try (var forced = FileChannel.open(folder, StandardOpenOption.READ)) {
      for (; System.nanoTime() < end; made++) {
        var attempt = tmp.resolve("volume-" + made);
        try (var file = new RandomAccessFile(attempt.toFile(), "rw")) {
          file.setLength(BYTES);
          file.getFD().sync();
        }
        Files.move(attempt, folder.resolve("volume-" + made), StandardCopyOption.ATOMIC_MOVE);
        if (forceFolder) {
          forced.force(true);
        }
      }
    }
    return made;
  }
}
