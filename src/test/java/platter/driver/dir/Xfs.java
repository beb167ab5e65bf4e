package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system with reflinks, in a file. Needs root, mkfs.xfs and a loop device. */
final class Xfs implements AutoCloseable {
  private static final long BYTES = 400L << 20; // the smallest is 300 MiB

  private final Path path;

  private Xfs(Path path) {
    this.path = path;
  }

  /** Mounts it below a folder, or skips the test with a message. */
  static Xfs mount(Path folder) throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "mounting needs root");
    var disk = folder.resolve("disk");
    var path = Files.createDirectory(folder.resolve("mounted"));
    try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    assume("mkfs.xfs", "-q", disk.toString());
    assume("mount", "-o", "loop", disk.toString(), path.toString());
    return new Xfs(path);
  }

  Path path() {
    return path;
  }

  private static void assume(String... command) {
    var failure = failure(command);
    Assumptions.assumeTrue(failure.isEmpty(), "no XFS can be mounted here: " + failure);
  }

  private static String failure(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int exit = process.onExit().join().exitValue();
      return exit == 0 ? "" : command[0] + " " + exit + " " + said.strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    var failure = failure("umount", "-l", path.toString());
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
  }
}
