package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

class DirDriverTest implements DriverContract {
  private final Path root;
  private final Layout layout;
  private DirDriver driver;

  DirDriverTest(@TempDir Path tmp) throws BackendException {
    root = tmp.resolve("storage");
    layout = new Layout(root);
    driver = Nodes.alone(root);
  }

  @BeforeEach
  void aFreshStorageIsEmpty() throws BackendException {
    assertThat(driver.list()).isEmpty();
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Override
  public StorageDriver driver() {
    return driver;
  }

  @Override
  public StorageDriver reopen() throws BackendException {
    driver.close();
    driver = Nodes.alone(root);
    return driver;
  }

  @Override
  public StorageDriver openAgain() throws BackendException {
    return Nodes.alone(root);
  }

  @Override
  public void write(VolumeId id, long offset, byte[] bytes) throws IOException {
    try (var file = new RandomAccessFile(file(id).toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
      file.getFD().sync();
    }
  }

  @Override
  public byte[] read(VolumeId id, long offset, int length) throws IOException {
    var bytes = new byte[length];
    try (var file = new RandomAccessFile(file(id).toFile(), "r")) {
      file.seek(offset);
      file.readFully(bytes);
    }
    return bytes;
  }

  @Override
  public String addForeign() throws IOException {
    var folder = Files.createDirectories(layout.volumes().resolve("ab"));
    Files.writeString(folder.resolve("notes.txt"), "mine");
    return "volumes/ab/notes.txt";
  }

  private Path file(VolumeId id) {
    return layout.fan(Layout.fanOf(id)).resolve(Layout.fileName(id));
  }

  @Test
  void aVolumeIsASparseFileOfExactlyItsSizeNamedByItsId() throws Exception {
    var id = new VolumeId("00000000-0000-4000-8000-0000000000ab");
    driver.ensure(id, 40 * GIB);
    var file = root.resolve("volumes/ab/" + id + ".raw");
    assertThat(Files.size(file)).isEqualTo(40 * GIB);
    assertThat(UsedBytes.of(file, -1)).isZero();
    assertThat(layout.nurseries()).allSatisfy(a -> assertThat(a).isEmptyDirectory());
  }

  @Test
  void foldersAndFilesArePrivate() throws Exception {
    driver.ensure(DriverContract.id(1), GIB);
    try (var all = Files.walk(root)) {
      for (var path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void theSpaceOfARetiredVolumeIsFreedAtOnce() throws Exception {
    for (int i = 0; i < 100; i++) {
      driver.ensure(DriverContract.id(i), GIB);
      driver.retire(DriverContract.id(i));
    }
    awaitEmptyTrash();
    driver.ensure(DriverContract.id(1), GIB);
    driver.retire(DriverContract.id(1));
    awaitEmptyTrash();
  }

  private void awaitEmptyTrash() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(layout.trash()).isEmptyDirectory());
  }

  @Test
  void whatACrashLeftIsClearedAtOpenAndForeignThingsStay() throws Exception {
    var id = DriverContract.id(5);
    driver.close();
    Files.writeString(layout.nursery(id).resolve(id + ".17"), "half made");
    Files.writeString(layout.tmp().resolve("notes.txt"), "mine");
    Files.writeString(layout.tmp().resolve("0/" + id + ".17x"), "mine");
    Files.createDirectory(layout.nursery(id).resolve(id + ".18"));
    Files.writeString(layout.trash().resolve(id + ".9"), "retired");
    Files.createDirectory(layout.trash().resolve(id + ".10"));
    reopen();
    Awaitility.await()
        .untilAsserted(() -> assertThat(layout.trash().resolve(id + ".9")).doesNotExist());
    assertThat(layout.nursery(id).resolve(id + ".17")).doesNotExist();
    assertThat(driver.list())
        .containsExactly(
            new Found.Foreign("trash/" + id + ".10"),
            new Found.Foreign("tmp/0/" + id + ".17x"),
            new Found.Foreign("tmp/5/" + id + ".18"),
            new Found.Foreign("tmp/notes.txt"));
  }

  @Test
  void whoDiedWhileOpeningKeepsNobodyFromIt() throws Exception {
    driver.close();
    var left = layout.trial(Names.of(new Sharing.Alone(), layout));
    Files.createFile(left);
    reopen();
    assertThat(left).doesNotExist();
    assertThat(driver.list()).isEmpty();
  }

  @Test
  void noNameInEitherTrashIsGivenAgain() throws Exception {
    driver.close();
    var id = DriverContract.id(5);
    Files.createFile(layout.trash().resolve(id + ".7"));
    Files.createFile(layout.snapshots().trash().resolve(id + ".9"));
    assertThat(Names.of(new Sharing.Alone(), layout).next("x")).isEqualTo("x.10");
  }

  @Test
  void retiredVolumesAreListedUntilTheyAreReaped() throws Exception {
    driver.close(); // no reaper
    var id = DriverContract.id(5);
    Files.writeString(layout.trash().resolve(id + ".9"), "retired");
    assertThat(Listing.of(layout)).containsExactly(new Found.Retired(id, "trash/" + id + ".9"));
  }

  @Test
  void whatLiesInAWrongPlaceOrIsNoPlainFileIsForeign() throws Exception {
    var id = DriverContract.id(0xab);
    var fan = Files.createDirectories(layout.volumes().resolve("ab"));
    Files.createDirectory(fan.resolve(Layout.fileName(id)));
    Files.writeString(fan.resolve(Layout.fileName(DriverContract.id(1))), "");
    Files.createDirectory(layout.volumes().resolve("xy"));
    assertThat(driver.list())
        .containsExactly(
            new Found.Foreign("volumes/ab/" + DriverContract.id(1) + ".raw"),
            new Found.Foreign("volumes/ab/" + id + ".raw"),
            new Found.Foreign("volumes/xy"));
    assertThatThrownBy(() -> driver.ensure(id, GIB))
        .isInstanceOf(BackendException.Conflict.class)
        .hasMessageEndingWith("volumes/ab/" + id + ".raw is not a plain file");
    assertThatThrownBy(() -> driver.retire(id)).isInstanceOf(BackendException.Conflict.class);
  }

  @Test
  void aLinkIsNeverFollowed(@TempDir Path outside) throws Exception {
    var id = DriverContract.id(0xab);
    var target = Files.writeString(outside.resolve("secret"), "theirs");
    Files.createDirectories(layout.volumes().resolve("ab"));
    Files.createSymbolicLink(file(id), target);
    assertThatThrownBy(() -> driver.grow(id, GIB)).isInstanceOf(BackendException.Conflict.class);
    assertThatThrownBy(() -> driver.inspect(id)).isInstanceOf(BackendException.Conflict.class);
    assertThat(target).hasContent("theirs");
    assertThat(Files.exists(file(id), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void anotherFormatIsRefused() throws Exception {
    driver.close();
    assertThat(layout.format()).hasContent("platter-dir 2");
    Files.writeString(layout.format(), "platter-dir 3\n");
    assertThatThrownBy(() -> Nodes.alone(root))
        .isInstanceOf(BackendException.Corrupt.class)
        .hasMessageContainingAll("'platter-dir 3'", "'platter-dir 2'");
    Files.delete(layout.format());
    assertThatThrownBy(() -> Nodes.alone(root)).isInstanceOf(BackendException.Corrupt.class);
    Files.writeString(layout.format(), "platter-dir 2\n"); // and the lock was let go each time
    reopen();
  }

  @Test
  void aFileInPlaceOfAFolderIsUnavailable() throws Exception {
    Files.writeString(layout.volumes().resolve("ab"), "no folder");
    var id = DriverContract.id(0xab);
    assertThatThrownBy(() -> driver.ensure(id, GIB))
        .isInstanceOf(BackendException.Unavailable.class)
        .hasMessage("volume " + id + " cannot be created with 1 GiB: ab is not a folder");
    assertThatThrownBy(() -> driver.inspect(id)).isInstanceOf(BackendException.Unavailable.class);
    assertThatThrownBy(() -> driver.retire(id)).isInstanceOf(BackendException.Unavailable.class);
    assertThat(layout.nurseries()).allSatisfy(a -> assertThat(a).isEmptyDirectory());
    driver.ensure(DriverContract.id(1), GIB);
  }

  @Test
  void anEmptyFolderThatWasTidiedUpIsMadeAgain() throws Exception {
    driver.ensure(DriverContract.id(0xab), GIB);
    driver.retire(DriverContract.id(0xab));
    Files.delete(layout.volumes().resolve("ab"));
    driver.ensure(DriverContract.id(0xab), GIB);
    assertThat(file(DriverContract.id(0xab))).exists();
  }

  @Test
  void aStorageThatVanishedIsUnavailableAndNotEmpty() throws Exception {
    var id = DriverContract.id(1);
    driver.ensure(id, GIB);
    Files.move(root, root.resolveSibling("moved"));
    Files.createDirectories(layout.volumes());
    Files.createDirectories(layout.tmp());
    Files.createDirectories(layout.trash());
    assertThatThrownBy(() -> driver.inspect(id)).isInstanceOf(BackendException.Unavailable.class);
    assertThatThrownBy(() -> driver.retire(id)).isInstanceOf(BackendException.Unavailable.class);
    assertThatThrownBy(() -> driver.list()).isInstanceOf(BackendException.Unavailable.class);
    assertThatThrownBy(() -> driver.ensure(id, GIB))
        .isInstanceOf(BackendException.Unavailable.class);
  }

  @Test
  void ofThirtyTwoTebibytesExt4RefusesOne() throws Exception {
    Assumptions.assumeTrue(
        Files.getFileStore(root).type().equals("ext4"), "the temporary folder is not on ext4");
    assertThat(driver.limits().maxBytes()).isEqualTo(16383 * GIB);
    assertThatThrownBy(() -> driver.ensure(DriverContract.id(1), 32768 * GIB))
        .isInstanceOf(BackendException.NoSpace.class)
        .hasMessageEndingWith(
            "cannot be created with 32768 GiB: the file system of the storage ends at 16383 GiB");
  }

  @Test
  void copiesShareTheirBlocksWhereTheFileSystemCan() throws Exception {
    var disk = Files.getFileStore(root);
    Assumptions.assumeTrue(
        Set.of("ext4", "tmpfs", "xfs", "btrfs").contains(disk.type()), "nobody knows");
    boolean reflinks = disk.type().equals("xfs") || disk.type().equals("btrfs");
    assertThat(driver.snapshotsAreInstant()).isEqualTo(reflinks);
    var id = DriverContract.id(1);
    var snapshot = DriverContract.newSnapshotId();
    var data = new byte[32 << 20];
    new Random(1).nextBytes(data);
    driver.ensure(id, GIB);
    write(id, 0, data);
    long before = disk.getUsableSpace();
    driver.snapshot(id, snapshot, GIB);
    long taken = before - disk.getUsableSpace();
    assertThat(driver.inspect(snapshot).orElseThrow().usedBytes())
        .isBetween((long) data.length, 2L * data.length);
    if (reflinks) { // others may write to the disk too
      assertThat(taken).isLessThan(data.length / 2);
    }
    driver.revert(id, snapshot);
    assertThat(read(id, 0, data.length)).isEqualTo(data);
  }

  @Test
  void aCopyEndsWhenTheRightIsGoneAndLeavesNothing() throws Exception {
    var shared = root.resolveSibling("shared");
    var id = DriverContract.id(1);
    var snapshot = DriverContract.newSnapshotId();
    var asked = new AtomicInteger();
    Guard forAWhile =
        () -> {
          if (!Thread.currentThread().getName().equals("platter-reaper")
              && asked.incrementAndGet() > 4) {
            throw new BackendException.Busy("the lease has run out");
          }
        };
    try (var one = Nodes.one(shared, Guard.NONE);
        var other = Nodes.one(shared, forAWhile)) {
      one.ensure(id, GIB);
      var data = new byte[32 << 20];
      Arrays.fill(data, (byte) 1);
      try (var file = new RandomAccessFile(new Layout(shared).file(id).toFile(), "rw")) {
        file.write(data);
      }
      if (one.snapshotsAreInstant()) {
        return; // there is nothing to end
      }
      assertThatThrownBy(() -> other.snapshot(id, snapshot, GIB))
          .isInstanceOf(BackendException.Busy.class);
      assertThat(asked).hasValue(5);
      assertThat(one.inspect(snapshot)).isEmpty();
      assertThat(new Layout(shared).snapshots().nurseries())
          .allSatisfy(a -> assertThat(a).isEmptyDirectory());
      one.snapshot(id, snapshot, GIB);
      assertThat(one.inspect(snapshot).orElseThrow().usedBytes())
          .isGreaterThanOrEqualTo(data.length);
    }
  }

  @Test
  void aFullStorageIsNoSpaceAndCanStillBeOpenedAndEmptied(@TempDir Path tmp) throws Exception {
    try (var disk = Tmpfs.mount(tmp, "size=1m,nr_inodes=60")) {
      int made;
      try (var full = Nodes.alone(disk.path())) {
        made = fill(full);
        assertThat(DriverContract.volumes(full)).hasSize(made);
        assertThat(new Layout(disk.path()).nurseries())
            .allSatisfy(a -> assertThat(a).isEmptyDirectory());
      }
      try (var again = Nodes.alone(disk.path())) {
        assertThat(DriverContract.volumes(again)).hasSize(made);
        var first = DriverContract.id(0xab00);
        again.retire(first);
        Awaitility.await()
            .ignoreExceptionsInstanceOf(BackendException.NoSpace.class)
            .untilAsserted(() -> again.ensure(first, 2 * GIB));
      }
    }
  }

  @Test
  void aFullStorageWithoutSnapshotsIsOpenedWithoutRoomForThem(@TempDir Path tmp) throws Exception {
    try (var disk = Tmpfs.mount(tmp, "size=1m,nr_inodes=40")) {
      try (var full = Nodes.alone(disk.path())) {
        var id = DriverContract.id(1);
        var snapshot = DriverContract.newSnapshotId();
        assertThatThrownBy(() -> full.snapshot(id, snapshot, GIB))
            .isInstanceOf(BackendException.NoSpace.class);
        assertThat(full.inspect(snapshot)).isEmpty();
        full.retire(snapshot);
        full.retire(id);
        assertThat(full.list()).isEmpty();
        assertThatThrownBy(() -> full.revert(id, snapshot))
            .isInstanceOf(BackendException.NotFound.class);
      }
    }
  }

  private static int fill(StorageDriver storage) throws BackendException {
    for (int made = 0; made < 20; made++) {
      try {
        storage.ensure(DriverContract.id(0xab00 + made), GIB);
      } catch (BackendException.NoSpace e) {
        assertThat(e).hasMessageEndingWith("created with 1 GiB: No space left on device");
        return made;
      }
    }
    throw new AssertionError("20 inodes held 20 volumes and their folders");
  }

  @Test
  void aReadOnlyStorageIsUnavailable(@TempDir Path tmp) throws Exception {
    try (var disk = Tmpfs.mount(tmp, "size=1m")) {
      var id = DriverContract.id(1);
      var other = DriverContract.id(0x01_01);
      try (var storage = Nodes.alone(disk.path())) {
        storage.ensure(id, GIB);
      }
      disk.remount("ro");
      assertThatThrownBy(() -> Nodes.alone(disk.path()))
          .isInstanceOf(BackendException.Unavailable.class)
          .hasMessage("storage folder " + disk.path() + " cannot be used: Read-only file system");
      disk.remount("rw");
      try (var storage = Nodes.alone(disk.path())) {
        disk.coverReadOnly();
        assertThatThrownBy(() -> storage.ensure(other, GIB))
            .isInstanceOf(BackendException.Unavailable.class)
            .hasMessageEndingWith("Read-only file system");
        assertThatThrownBy(() -> storage.grow(id, 2 * GIB))
            .isInstanceOf(BackendException.Unavailable.class)
            .hasMessageEndingWith("Read-only file system");
        assertThatThrownBy(() -> storage.retire(id))
            .isInstanceOf(BackendException.Unavailable.class)
            .hasMessageEndingWith("Read-only file system");
        assertThat(storage.inspect(id).orElseThrow().bytes()).isEqualTo(GIB);
      }
    }
  }

  @Test
  void aFolderThatIsAFileCannotBeOpened(@TempDir Path tmp) throws Exception {
    var file = Files.write(tmp.resolve("file"), "x".getBytes(UTF_8));
    assertThatThrownBy(() -> Nodes.alone(file))
        .isInstanceOf(BackendException.Unavailable.class)
        .hasMessageContaining("storage folder " + file + " cannot be used");
  }
}
