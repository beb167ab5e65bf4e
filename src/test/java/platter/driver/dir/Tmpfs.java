package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own in memory, for real failures. Needs root; unmounted by close. */
final class Tmpfs implements AutoCloseable {
  private final Path path;
  private int mounts = 1;

  private Tmpfs(Path path) {
    this.path = path;
  }

  /** Mounts it on an empty folder, or skips the test with a message. */
  static Tmpfs mount(Path path, String options) throws IOException {
    return mount(path, "tmpfs", options);
  }

  /** One that does not know fallocate. */
  static Tmpfs mountRamfs(Path path) throws IOException {
    return mount(path, "ramfs", "mode=0700");
  }

  private static Tmpfs mount(Path path, String type, String options) throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "mounting needs root");
    var failure = run("mount", "-t", type, "-o", options, "platter-test", path.toString());
    Assumptions.assumeTrue(failure.isEmpty(), "a " + type + " cannot be mounted here: " + failure);
    return new Tmpfs(path);
  }

  Path path() {
    return path;
  }

  void remount(String mode) throws IOException {
    must("mount", "-o", "remount," + mode, path.toString());
  }

  /**
   * Lays a read-only view of itself over it: those who have files open meet a read-only file
   * system, as after a disk error. A plain remount is refused while files are open for writing.
   */
  void coverReadOnly() throws IOException {
    must("mount", "--bind", path.toString(), path.toString());
    mounts++;
    must("mount", "-o", "remount,bind,ro", path.toString());
  }

  @Override
  public void close() throws IOException {
    for (; mounts > 0; mounts--) {
      must("umount", "-l", path.toString());
    }
  }

  private static void must(String... command) throws IOException {
    var failure = run(command);
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
  }

  private static String run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exit = process.onExit().join().exitValue();
    return exit == 0 ? "" : said.isBlank() ? "exit " + exit : said.strip();
  }
}
