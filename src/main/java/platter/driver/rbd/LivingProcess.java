package platter.driver.rbd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * A name for this process by which another one on the same machine can tell whether it lives: the
 * start of the system, the process namespace, the process id, its start, and a random part.
 */
final class LivingProcess {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");
  private static final int PARTS = 5;

  private LivingProcess() {}

  /** Another one at each call. */
  static String newName() {
    var me = ProcessHandle.current();
    return "%s %s %d %d %s"
        .formatted(machine(), namespace(), me.pid(), start(me), UUID.randomUUID());
  }

  private static String machine() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException _) {
      return "unknown-" + UUID.randomUUID(); // then nobody can tell
    }
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(NAMESPACE).toString();
    } catch (IOException _) {
      return "unknown";
    }
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Whether it is of this machine and lives. */
  static boolean isAlive(String name) {
    return isHere(name) && lives(name);
  }

  /** Whether it is of this machine and has surely ended. */
  static boolean isDead(String name) {
    return isHere(name) && !lives(name);
  }

  private static boolean isHere(String name) {
    var parts = name.split(" ", -1);
    return parts.length == PARTS
        && parts[0].equals(machine())
        && parts[1].equals(namespace())
        && parts[2].matches("\\d{1,18}");
  }

  private static boolean lives(String name) {
    var parts = name.split(" ", -1);
    return ProcessHandle.of(Long.parseLong(parts[2]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> Long.toString(start(process)).equals(parts[3]))
        .isPresent();
  }
}
