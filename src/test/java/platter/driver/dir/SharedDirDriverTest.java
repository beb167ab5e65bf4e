package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

/** The contract by one of two nodes that share a folder, and what two do at the same time. */
class SharedDirDriverTest implements DriverContract {
  private final Path root;
  private final Layout layout;
  private final DirDriver other;
  private DirDriver driver;

  SharedDirDriverTest(@TempDir Path tmp) throws BackendException {
    root = tmp.resolve("storage");
    layout = new Layout(root);
    other = Nodes.one(root, Guard.NONE);
    driver = Nodes.one(root, Guard.NONE);
  }

  @AfterEach
  void close() {
    driver.close();
    other.close();
  }

  @Override
  public StorageDriver driver() {
    return driver;
  }

  @Override
  public StorageDriver reopen() throws BackendException {
    driver.close();
    driver = Nodes.one(root, Guard.NONE);
    return driver;
  }

  @Override
  public StorageDriver openAgain() throws BackendException {
    return Nodes.alone(root);
  }

  @Override
  public void write(VolumeId id, long offset, byte[] bytes) throws IOException {
    try (var file = new RandomAccessFile(layout.file(id).toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  @Override
  public byte[] read(VolumeId id, long offset, int length) throws IOException {
    var bytes = new byte[length];
    try (var file = new RandomAccessFile(layout.file(id).toFile(), "r")) {
      file.seek(offset);
      file.readFully(bytes);
    }
    return bytes;
  }

  @Override
  public String addForeign() throws IOException {
    Files.writeString(layout.tmp().resolve("notes.txt"), "mine");
    return "tmp/notes.txt";
  }

  @Test
  void ofANodeThatDiedWhileOpeningNothingForeignStays() throws Exception {
    var names = Names.of(new Sharing.AmongNodes(1), layout);
    var link = Files.createLink(layout.trial(names), layout.probe());
    Files.createFile(layout.trial(names));
    reopen();
    assertThat(link).doesNotExist();
    assertThat(driver.list()).allMatch(Found.HalfMade.class::isInstance);
  }

  @Test
  void whoWantsItAloneAndWhoWantsToShareRefuseEachOther(@TempDir Path tmp) throws Exception {
    assertThatThrownBy(() -> Nodes.alone(root))
        .isInstanceOf(BackendException.Busy.class)
        .hasMessage(
            "storage folder "
                + root
                + " is in use by another Platter, which shares it with other nodes: stop all of"
                + " them first");
    driver.close();
    assertThatThrownBy(() -> Nodes.alone(root)).isInstanceOf(BackendException.Busy.class);
    other.close();
    try (var alone = Nodes.alone(root)) {
      assertThat(alone.list()).isEmpty();
      assertThatThrownBy(() -> Nodes.one(root, Guard.NONE))
          .isInstanceOf(BackendException.Busy.class)
          .hasMessage(
              "storage folder "
                  + root
                  + " is in use by another Platter, which does not share it: stop that one first");
    }
    reopen();
  }

  @Test
  void twoNodesSeeTheSameVolumes() throws Exception {
    driver.ensure(DriverContract.id(1), GIB);
    other.ensure(DriverContract.id(2), GIB);
    assertThat(other.grow(DriverContract.id(1), 2 * GIB)).isEqualTo(2 * GIB);
    assertThat(driver.list()).isEqualTo(other.list()).hasSize(2);
    driver.retire(DriverContract.id(2));
    assertThat(other.inspect(DriverContract.id(2))).isEmpty();
  }

  @Test
  void manyNodesMayOpenANewFolderAtTheSameTime(@TempDir Path tmp) throws Exception {
    for (int round = 0; round < 20; round++) {
      var folder = tmp.resolve("new-" + round);
      var opened = new ArrayList<DirDriver>();
      try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
        Callable<DirDriver> open = () -> Nodes.one(folder, Guard.NONE);
        for (var one : threads.invokeAll(Collections.nCopies(AT_ONCE, open))) {
          opened.add(one.get());
        }
        opened.getFirst().ensure(DriverContract.id(1), GIB);
        for (var one : opened) {
          assertThat(one.limits()).isEqualTo(driver.limits());
          assertThat(DriverContract.volumes(one)).hasSize(1);
        }
      } finally {
        opened.forEach(DirDriver::close);
      }
      assertThat(new Layout(folder).probe()).isEmptyFile();
    }
  }

  /** Any calls by two nodes at once: either succeeds or says that it is worth repeating. */
  @Test
  void whateverTwoNodesDoAtOnceNothingIsTorn() throws Exception {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("SharedDirDriverTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 500; round++) {
        var id = DriverContract.newId();
        if (random.nextBoolean()) {
          driver.ensure(id, GIB);
        }
        var both = new ArrayList<Callable<String>>();
        for (var node : List.of(driver, other)) {
          int what = random.nextInt(3);
          long bytes = (1 + random.nextInt(3)) * GIB;
          both.add(() -> outcome(node, id, what, bytes));
        }
        var said = new ArrayList<String>();
        for (var one : threads.invokeAll(both)) {
          said.add(one.get(20, TimeUnit.SECONDS));
        }
        for (var held : DriverContract.volumes(driver)) {
          assertThat(held.bytes()).as("after %s", said).isIn(GIB, 2 * GIB, 3 * GIB);
        }
        driver.retire(id);
        assertThat(other.inspect(id)).isEmpty();
        assertThat(layout.nursery(id)).isEmptyDirectory();
      }
    }
    Awaitility.await().untilAsserted(() -> assertThat(layout.trash()).isEmptyDirectory());
  }

  private static String outcome(DirDriver node, VolumeId id, int what, long bytes)
      throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        switch (what) {
          case 0 -> node.ensure(id, bytes);
          case 1 -> node.grow(id, bytes);
          default -> node.retire(id);
        }
        return what + " done";
      } catch (BackendException.NotFound | BackendException.Conflict e) {
        return what + " " + e.getMessage();
      } catch (BackendException.Indeterminate | BackendException.Unavailable e) {
        assertThat(attempt).as("healed by a repeat: %s", e.getMessage()).isLessThan(3);
      }
    }
  }

  @Test
  void attemptsAreClearedWhenTheyAreSurelyDead() throws Exception {
    var id = DriverContract.id(5);
    var old = layout.nursery(id).resolve(id + ".00000000000000ab-1");
    var young = layout.nursery(id).resolve(id + ".00000000000000ab-2");
    var leaving = layout.nursery(id).resolve(id + ".00000000000000ab-3.out");
    for (var file : List.of(old, young, leaving)) {
      Files.writeString(file, "");
    }
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(3700)));
    Files.setLastModifiedTime(leaving, FileTime.from(Instant.now().minusSeconds(3700)));
    reopen();
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(driver.list())
        .containsExactly(
            new Found.Retired(id, root.relativize(leaving).toString()),
            new Found.HalfMade(root.relativize(young).toString()));
    driver.retire(id); // the job that did not end is repeated
    assertThat(young).doesNotExist();
    assertThat(leaving).doesNotExist();
  }

  @Test
  void whatWasLeavingIsPutBackByWhoOpensItAlone() throws Exception {
    var id = DriverContract.id(0x55);
    driver.ensure(id, GIB);
    write(id, 0, PATTERN);
    var leaving = layout.nursery(id).resolve(id + ".00000000000000ab-3.out");
    Files.move(layout.file(id), leaving);
    driver.close();
    other.close();
    try (var alone = Nodes.alone(root)) {
      assertThat(alone.inspect(id)).isPresent();
      assertThat(read(id, 0, PATTERN.length)).isEqualTo(PATTERN);
    }
    reopen();
  }

  @Test
  void aFileSystemThatCannotGrowSafelyIsNotShared(@TempDir Path tmp) throws Exception {
    try (var disk = Tmpfs.mountRamfs(tmp)) {
      assertThatThrownBy(() -> Nodes.one(disk.path(), Guard.NONE))
          .isInstanceOf(BackendException.Unavailable.class)
          .hasMessage(
              "storage folder "
                  + disk.path()
                  + " cannot be shared by several nodes: its file system must know hard links and"
                  + " fallocate: Operation not supported");
      Nodes.alone(disk.path()).close();
    }
  }
}
