package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.SnapshotFact;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** Kill -9 while copies are made: each snapshot and volume is whole, or not there. */
class CopyKillTest {
  private static final int ROUNDS = 4;
  private static final int MAX_MILLIS = 400;

  @Test
  void nothingIsEverHalfCopied(@TempDir Path root) throws Exception {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("CopyKillTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    var there = new TreeSet<SnapshotId>();
    for (int round = 0; round < ROUNDS; round++) {
      runAndKill(root, random, there);
      compare(root, there);
    }
  }

  private static void runAndKill(Path root, Random random, Set<SnapshotId> there) throws Exception {
    var child =
        DirDriverKillTest.java(
            KilledCopier.class, List.of(root.toString(), Long.toString(random.nextLong())));
    try (var out = child.inputReader(UTF_8)) {
      read(out, 2, there);
      Thread.sleep(random.nextInt(MAX_MILLIS));
      child.toHandle().destroyForcibly(); // unlike the process's own, it leaves the pipe readable
      read(out, Integer.MAX_VALUE, there);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void read(BufferedReader out, int lines, Set<SnapshotId> there) throws Exception {
    for (int i = 0; i < lines; i++) {
      var line = out.readLine();
      if (line == null || !line.endsWith(" .")) {
        return;
      }
      var words = line.split(" ", -1);
      var id = new SnapshotId(words[1]);
      if (words[0].equals("did")) {
        there.add(id);
      } else {
        there.remove(id);
      }
    }
  }

  private static void compare(Path root, Set<SnapshotId> there) throws Exception {
    try (var driver = Nodes.alone(root)) {
      var layout = new Layout(root);
      goOn(driver, layout);
      var snapshots = DriverContract.snapshots(driver);
      assertThat(snapshots.stream().map(SnapshotFact::id)).containsAll(there);
      for (var snapshot : snapshots) {
        isWhole(layout.snapshots().file(new VolumeId(snapshot.id().text())));
        there.add(snapshot.id());
      }
      for (Fact volume : DriverContract.volumes(driver)) {
        isWhole(layout.file(volume.id()));
        if (!volume.id().equals(KilledCopier.VOLUME)) {
          driver.retire(volume.id());
        }
      }
      for (var both : List.of(layout, layout.snapshots())) {
        assertThat(both.nurseries()).allSatisfy(a -> assertThat(a).isEmptyDirectory());
        Awaitility.await().untilAsserted(() -> assertThat(both.trash()).isEmptyDirectory());
      }
    }
  }

  /** What was being copied is copied to its end. */
  private static void goOn(DirDriver driver, Layout layout) throws Exception {
    for (var found : driver.list()) {
      switch (found) {
        case Found.DraftOfVolume(var id, var name) -> {
          var source = new SnapshotId(draft(name).source().text());
          if (id.equals(KilledCopier.VOLUME)) {
            driver.revert(id, source);
          } else {
            driver.ensure(id, KilledCopier.BYTES, source);
          }
          isWhole(layout.file(id));
        }
        case Found.DraftOfSnapshot(var id, var name) -> {
          assertThat(draft(name).source()).isEqualTo(KilledCopier.VOLUME);
          driver.snapshot(KilledCopier.VOLUME, id, KilledCopier.BYTES);
        }
        case Found.OfVolume _,
            Found.OfSnapshot _,
            Found.Retired _,
            Found.RetiredSnapshot _,
            Found.HalfMade _,
            Found.Foreign _ -> {}
      }
    }
  }

  private static DraftName draft(String name) {
    return DraftName.of(Path.of(name).getFileName().toString()).orElseThrow();
  }

  private static void isWhole(Path file) throws Exception {
    var bytes = Files.readAllBytes(file);
    assertThat(bytes.length).isEqualTo((int) KilledCopier.BYTES);
    assertThat(bytes[0]).isIn((byte) 1, (byte) 2);
    for (byte one : bytes) {
      if (one != bytes[0]) {
        throw new AssertionError(file + " is half " + bytes[0] + " and half " + one);
      }
    }
  }
}
