package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.driver.Guard;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * A node in a process of its own is killed, or stopped for longer than its lease and woken up, and
 * another takes over what it had begun: what that one did stays.
 */
class TakeoverTest {
  private static final int ROUNDS = 4;
  private static final int MAX_LINES = 600;
  private static final long LEASE_MILLIS = 500;
  private static final long GIB = 1L << 30;

  private final Random random;
  private final Map<VolumeId, DirDriverKillTest.Said> said = new HashMap<>();

  TakeoverTest() {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("TakeoverTest: -Dplatter.seed=" + seed);
    random = new Random(seed);
  }

  @Test
  void whatTheOtherNodeDidStaysWhenTheLateOneIsKilledOrWakesUp(@TempDir Path tmp) throws Exception {
    var root = tmp.resolve("storage");
    try (var other = Nodes.one(root, Guard.NONE)) {
      for (int round = 0; round < ROUNDS; round++) {
        round(root, other, tmp.resolve("taken-" + round), round % 2 == 0);
        compare(other);
      }
      for (var id : said.keySet()) {
        other.retire(id);
      }
      var layout = new Layout(root);
      assertThat(DriverContract.volumes(other)).isEmpty();
      assertThat(layout.nurseries()).allSatisfy(a -> assertThat(a).isEmptyDirectory());
      Awaitility.await().untilAsserted(() -> assertThat(layout.trash()).isEmptyDirectory());
    }
    assertThat(said).isNotEmpty();
  }

  private void round(Path root, StorageDriver other, Path taken, boolean kill) throws Exception {
    var child =
        DirDriverKillTest.java(
            LeasedWriter.class,
            List.of(
                root.toString(),
                Long.toString(random.nextLong()),
                taken.toString(),
                Long.toString(LEASE_MILLIS)));
    try (var out = child.inputReader(UTF_8)) {
      DirDriverKillTest.read(out, 1 + random.nextInt(MAX_LINES), said);
      if (kill) {
        child.toHandle().destroyForcibly(); // unlike the process's own, it leaves the pipe readable
        DirDriverKillTest.read(out, Integer.MAX_VALUE, said);
      } else {
        signal(child, "STOP");
        Awaitility.await().until(() -> isStopped(child)); // the signal takes its time
        while (out.ready()) { // all that it wrote: lines are written whole
          DirDriverKillTest.read(out, 1, said);
        }
      }
      Files.createFile(taken);
      Awaitility.await().pollDelay(Duration.ofMillis(LEASE_MILLIS)).until(() -> true);
      takeOver(other);
      if (!kill) {
        signal(child, "CONT");
        awaitRefusals(out);
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void signal(Process child, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static boolean isStopped(Process child) throws IOException {
    try (var threads = Files.newDirectoryStream(Path.of("/proc/" + child.pid() + "/task"))) {
      for (var thread : threads) {
        if (!Files.readString(thread.resolve("status")).contains("State:\tT")) {
          return false;
        }
      }
    }
    return true;
  }

  /** What was begun is repeated, and now and then something comes after it. */
  private void takeOver(StorageDriver other) throws BackendException {
    for (var one : said.entrySet()) {
      var id = one.getKey();
      long wish = one.getValue().tried();
      if (wish == one.getValue().did()) {
        continue;
      }
      if (wish == 0) {
        other.retire(id);
      } else if (one.getValue().did() == 0) {
        other.ensure(id, wish);
      } else {
        other.grow(id, wish);
      }
      int next = random.nextInt(3);
      if (next == 0) {
        other.retire(id);
        wish = 0;
      } else if (next == 1 && wish > 0) {
        wish = other.grow(id, wish + 5 * GIB);
      }
      one.setValue(new DirDriverKillTest.Said(wish, wish));
    }
  }

  /** It may still tell what it did before; what it begins now it must not do. */
  private static void awaitRefusals(BufferedReader out) throws IOException {
    var refused = 0;
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("failed")) {
        assertThat(line)
            .as("refused, or in the middle of what the other has ended")
            .matches(
                "failed (the lease has run out|.*: the storage has no such volume"
                    + "|.* cannot be created with .*: it is there with .*)");
        refused++;
      }
    }
    assertThat(refused).isEqualTo(KilledWriter.THREADS);
  }

  private void compare(StorageDriver other) throws BackendException {
    var held =
        DriverContract.volumes(other).stream().collect(Collectors.toMap(Fact::id, Fact::bytes));
    Set<VolumeId> all = new HashSet<>(said.keySet());
    all.addAll(held.keySet());
    for (var id : all) {
      assertThat(held.getOrDefault(id, 0L))
          .as("%s", id)
          .isEqualTo(said.containsKey(id) ? said.get(id).did() : 0);
    }
  }
}
