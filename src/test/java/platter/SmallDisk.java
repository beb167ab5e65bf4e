package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A real file system that is soon full. Where none can be mounted the test that asks is skipped,
 * and says why.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int MIB = 1 << 20;
  private static final int BLOCK = 4096;

  /** What it is. */
  public enum Kind {
    /** In a file, by a loop device. */
    EXT4,
    TMPFS
  }

  private final Path folder;
  private final Path root;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    root = folder.resolve("disk");
    filler = root.resolve("filler");
  }

  /** One of that size in MiB. */
  public static SmallDisk of(Kind kind, int mib) throws IOException {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/self"))
            && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "skipped: only root can mount a small disk");
    var disk = new SmallDisk(Files.createTempDirectory("platter-disk"));
    Files.createDirectory(disk.root);
    var failure =
        switch (kind) {
          case TMPFS ->
              run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "small", disk.root.toString());
          case EXT4 -> disk.mountImage(mib);
        };
    if (!failure.isEmpty()) {
      disk.remove();
    }
    Assumptions.assumeTrue(
        failure.isEmpty(), "skipped: no small " + kind + " can be mounted here: " + failure);
    return disk;
  }

  private String mountImage(int mib) throws IOException {
    var image = folder.resolve("image");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) mib * MIB);
    }
    // no blocks are kept for root, who runs the test
    var made = run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    return made.isEmpty() ? run("mount", "-o", "loop", image.toString(), root.toString()) : made;
  }

  /** Where it is mounted. */
  public Path root() {
    return root;
  }

  /** Takes all that is left. */
  public void fill() throws IOException {
    for (int size : List.of(MIB, BLOCK)) {
      try (var out = new FileOutputStream(filler.toFile(), true)) {
        var bytes = new byte[size];
        bytes[0] = 1;
        while (true) {
          out.write(bytes);
          out.getFD().sync(); // ext4 finds places late
        }
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No space left")) {
          throw e;
        }
      }
    }
  }

  /** Gives back what {@link #fill} has taken. */
  public void free() throws IOException {
    Files.delete(filler);
  }

  private static String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int exit = process.onExit().join().exitValue();
      return exit == 0 ? "" : "exit " + exit + " " + said.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    var failure = run("umount", "-l", root.toString());
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
    remove();
  }

  private void remove() throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
