package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.IdLocks;
import platter.driver.Location;
import platter.driver.Watch;
import platter.driver.Writes;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.libc.RawFile;

/** Copies piece by piece, held by the test in their middle while somebody writes to the volume. */
class CopyUnderWritesTest {
  private static final int BYTES = 16 << 20;
  private static final int PIECE = PieceCopy.PIECE_BYTES;
  private static final VolumeId ID = DriverContract.id(0x51);
  private static final long PATIENCE_SECONDS = 100;

  private final SnapshotId snapshot = DriverContract.newSnapshotId();
  private final Path root;
  private final DirDriver driver;

  CopyUnderWritesTest(@TempDir Path tmp) throws BackendException {
    root = tmp.resolve("storage");
    driver = Nodes.alone(root);
  }

  @BeforeEach
  void aVolumeFullOfOnesWithAHole() throws Exception {
    Assumptions.assumeFalse(driver.snapshotsAreInstant(), "this file system copies in an instant");
    driver.ensure(ID, BYTES);
    fill(driver, root, 1, BYTES / 2);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private static void fill(DirDriver driver, Path root, int with, int bytes) throws Exception {
    assertThat(driver.inspect(ID)).isPresent();
    try (var file = new RandomAccessFile(new Layout(root).file(ID).toFile(), "rw")) {
      file.write(full(with, bytes));
    }
  }

  private static byte[] full(int with, int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  /** A watch that waits, once, when so much is done. */
  private static final class Held implements Watch {
    private final long from;
    private final CountDownLatch there = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Held(long from) {
      this.from = from;
    }

    @Override
    public void at(long done, long all) {
      if (done >= from) {
        there.countDown();
        await(released);
      }
    }

    void untilThere() {
      await(there);
    }

    void release() {
      released.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private CompletableFuture<Void> snapshot(DirDriver of, SnapshotId id, Watch watch) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            of.snapshot(ID, id, BYTES, watch);
          } catch (BackendException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().start(task));
  }

  private static void write(DirDriver to, long at, byte... bytes) throws Exception {
    switch (to.locate(ID)) {
      case Location.InFile(var path, var writes, _) -> {
        try (var passing = new DriverContract.PassingWrites(path, writes)) {
          passing.write(at, ByteBuffer.wrap(bytes));
        }
      }
      case Location.InBlocks _ -> throw new AssertionError("a folder has files");
    }
  }

  private byte[] content(SnapshotId id) throws IOException {
    return Files.readAllBytes(new Layout(root).snapshots().file(new VolumeId(id.text())));
  }

  private static byte[] asItWas() {
    return Arrays.copyOf(full(1, BYTES / 2), BYTES);
  }

  @Test
  void whatIsWrittenWhileACopyRunsIsNotInIt() throws Exception {
    var held = new Held(4L * PIECE);
    var made = snapshot(driver, snapshot, held);
    held.untilThere();
    write(driver, PIECE, full(2, 100)); // copied already
    write(driver, 7L * PIECE - 50, full(2, 100)); // over a border
    write(driver, 7L * PIECE - 50, full(3, 100)); // once more
    write(driver, BYTES / 2 - 5, full(2, 10)); // half into the hole
    write(driver, BYTES - 10, full(2, 10)); // at the end of it
    write(driver, 20L * PIECE, new byte[5 * PIECE]); // zeros over many
    held.release();
    made.join();
    assertThat(content(snapshot)).isEqualTo(asItWas());
    var later = DriverContract.newSnapshotId();
    driver.snapshot(ID, later, BYTES);
    assertThat(content(later)).isEqualTo(Files.readAllBytes(new Layout(root).file(ID)));
  }

  @Test
  void aRangeThatIsPunchedWhileACopyRunsIsStillInIt() throws Exception {
    var held = new Held(PIECE);
    var made = snapshot(driver, snapshot, held);
    held.untilThere();
    switch (driver.locate(ID)) {
      case Location.InFile(var path, var writes, _) ->
          punch(path, writes, 3L * PIECE + 5, 9L * PIECE);
      case Location.InBlocks _ -> throw new AssertionError("a folder has files");
    }
    held.release();
    made.join();
    assertThat(content(snapshot)).isEqualTo(asItWas());
  }

  private static void punch(Path path, Writes writes, long at, long length) throws IOException {
    try (var file = RawFile.of(path, false)) {
      writes.begin(at, length);
      try {
        assertThat(file.punch(at, length)).isTrue();
      } finally {
        writes.end();
      }
    }
  }

  @Test
  void severalCopiesAtOnceAreEachOfTheirOwnInstant() throws Exception {
    var held = new ArrayList<Held>();
    var made = new ArrayList<CompletableFuture<Void>>();
    var ids = new ArrayList<SnapshotId>();
    for (int i = 0; i < 3; i++) {
      held.add(new Held((i + 1L) * PIECE));
      ids.add(DriverContract.newSnapshotId());
      made.add(snapshot(driver, ids.get(i), held.get(i)));
      held.get(i).untilThere();
      write(driver, 8L * PIECE, full(10 + i, 1000));
    }
    for (int i = 2; i >= 0; i--) {
      held.get(i).release();
      made.get(i).join();
      assertThat(content(ids.get(i))[8 * PIECE]).isEqualTo((byte) (i == 0 ? 1 : 9 + i));
    }
  }

  @Test
  void whatTheVolumeHasGrownByIsNotInIt() throws Exception {
    var held = new Held(4L * PIECE);
    var made = snapshot(driver, snapshot, held);
    held.untilThere();
    driver.grow(ID, 2L * BYTES);
    write(driver, BYTES - 5, full(2, 10));
    write(driver, 2L * BYTES - 10, full(2, 10));
    held.release();
    made.join();
    assertThat(content(snapshot)).isEqualTo(asItWas());
  }

  @Test
  void aCopyThatIsEndedHoldsNoWriterUpAndLeavesNothing() throws Exception {
    var asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                driver.snapshot(
                    ID,
                    snapshot,
                    BYTES,
                    (_, _) -> {
                      if (asked.incrementAndGet() > 5) {
                        throw new BackendException.Busy("enough");
                      }
                    }))
        .hasMessage("enough");
    write(driver, 0, full(2, 10));
    write(driver, 10L * PIECE, full(2, 10));
    assertThat(driver.inspect(snapshot)).isEmpty();
    assertThat(new Layout(root).snapshots().nurseries())
        .allSatisfy(a -> assertThat(a).isEmptyDirectory());
    driver.snapshot(ID, snapshot, BYTES);
    assertThat(content(snapshot)).isEqualTo(Files.readAllBytes(new Layout(root).file(ID)));
  }

  @Test
  void aCopyWithoutRoomFailsAndWhoWritesDoesNot(@TempDir Path tmp) throws Exception {
    try (var disk = Tmpfs.mount(tmp, "size=20m");
        var full = Nodes.alone(disk.path())) {
      full.ensure(ID, BYTES);
      fill(full, disk.path(), 1, BYTES);
      var held = new Held(0);
      var made = snapshot(full, snapshot, held);
      held.untilThere();
      for (int at = 0; at < BYTES; at += PIECE) { // each is to be copied first
        write(full, at, full(2, 10));
      }
      held.release();
      assertThatThrownBy(made::join).hasRootCauseInstanceOf(IOException.class);
      assertThat(full.inspect(snapshot)).isEmpty();
      assertThatThrownBy(() -> full.snapshot(ID, snapshot, BYTES))
          .isInstanceOf(BackendException.NoSpace.class);
      write(full, 0, full(3, 10));
    }
  }

  @Test
  void aLongCopyKeepsNobodyWaitingWhoWantsSomethingElse() throws Exception {
    var held = new Held(PIECE);
    var made = snapshot(driver, snapshot, held);
    held.untilThere();
    for (int i = 0; i < 3000; i++) { // more than there are places for locks, were they by hash
      assertThat(driver.inspect(DriverContract.id(i + 0x100))).isEmpty();
      driver.settle(DriverContract.id(i + 0x100));
    }
    driver.grow(ID, 2L * BYTES);
    var second = CompletableFuture.runAsync(() -> retire(snapshot));
    assertThat(second).isNotDone();
    held.release();
    made.join();
    second.join();
    assertThat(driver.inspect(snapshot)).isEmpty();
  }

  private void retire(SnapshotId id) {
    try {
      driver.retire(id);
    } catch (BackendException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void locksThatNobodyUsesTakeNoRoom() throws Exception {
    var locks = new IdLocks<VolumeId>();
    locks.take(ID);
    var waits =
        CompletableFuture.runAsync(
            () -> {
              locks.take(ID);
              locks.release(ID);
            });
    locks.take(DriverContract.id(2));
    locks.release(DriverContract.id(2));
    locks.release(ID);
    waits.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(locks.size()).isZero();
  }
}
