package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Location;
import platter.driver.Sharing;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * A copy that was ended in its middle goes on there, when that is the truth, and begins anew else.
 */
class CopyResumeTest {
  private static final int MIB = 1 << 20;
  private static final int BYTES = 16 * MIB;
  private static final VolumeId ID = DriverContract.id(0x51);
  private static final VolumeId CLONE = DriverContract.id(0x52);

  private final SnapshotId snapshot = DriverContract.newSnapshotId();
  private final Path root;
  private final Layout layout;
  private final byte[] data = new byte[BYTES];
  private DirDriver driver;

  CopyResumeTest(@TempDir Path tmp) throws BackendException {
    root = tmp.resolve("storage");
    layout = new Layout(root);
    driver = Nodes.alone(root);
  }

  @BeforeEach
  void aVolumeFullOfData() throws Exception {
    Assumptions.assumeFalse(driver.snapshotsAreInstant(), "this file system copies in an instant");
    driver.ensure(ID, BYTES);
    new Random(5).nextBytes(data);
    Files.write(layout.file(ID), data);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void again() throws BackendException {
    driver.close();
    driver = Nodes.alone(root);
  }

  /** Ends a call when so much is done; remembers where it began. */
  private static final class EndsAt implements Watch {
    private final long at;
    private final AtomicLong first = new AtomicLong(-1);

    EndsAt(long at) {
      this.at = at;
    }

    @Override
    public void at(long done, long all) throws BackendException {
      first.compareAndSet(-1, done);
      if (done >= at) {
        throw new BackendException.Busy("so far");
      }
    }

    long first() {
      return first.get();
    }
  }

  /** A call of the driver that copies. */
  private interface Copying {
    void by(DirDriver driver, Watch watch) throws BackendException;
  }

  private static void half(DirDriver driver, Copying copying) {
    assertThatThrownBy(() -> copying.by(driver, new EndsAt(BYTES / 2))).hasMessage("so far");
  }

  private static long whole(DirDriver driver, Copying copying) throws BackendException {
    var watch = new EndsAt(Long.MAX_VALUE);
    copying.by(driver, watch);
    return watch.first();
  }

  private List<Path> drafts() throws IOException {
    return Stream.concat(layout.nurseries().stream(), layout.snapshots().nurseries().stream())
        .flatMap(
            nursery -> {
              try {
                return Listing.sorted(nursery).stream();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  private byte[] content(SnapshotId id) throws IOException {
    return Files.readAllBytes(layout.snapshots().file(new VolumeId(id.text())));
  }

  private void write(long at, byte... bytes) throws Exception {
    switch (driver.locate(ID)) {
      case Location.InFile(var path, var writes, _) -> {
        try (var passing = new DriverContract.PassingWrites(path, writes)) {
          passing.write(at, ByteBuffer.wrap(bytes));
        }
      }
      case Location.InBlocks _ -> throw new AssertionError("a folder has files");
    }
  }

  private void isNearlyHalf(long done) {
    assertThat(done).isBetween(BYTES / 2L - 2 * MIB, BYTES / 2L);
  }

  @Test
  void aVolumeOfASnapshotGoesOnWhereItWas() throws Exception {
    driver.snapshot(ID, snapshot, BYTES);
    Copying clone = (of, watch) -> of.ensure(CLONE, 2L * BYTES, snapshot, watch);
    half(driver, clone);
    assertThat(drafts()).hasSize(1);
    assertThat(driver.list())
        .contains(new Found.DraftOfVolume(CLONE, root.relativize(drafts().getFirst()).toString()));
    again();
    isNearlyHalf(whole(driver, clone));
    assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(Arrays.copyOf(data, 2 * BYTES));
    assertThat(drafts()).isEmpty();
  }

  @Test
  void itGoesOnAsOftenAsItIsEnded() throws Exception {
    driver.snapshot(ID, snapshot, BYTES);
    Copying clone = (of, watch) -> of.ensure(CLONE, BYTES, snapshot, watch);
    long begun = -1;
    for (int mib = 3; mib < 16; mib += 3) {
      var watch = new EndsAt((long) mib * MIB);
      assertThatThrownBy(() -> clone.by(driver, watch)).hasMessage("so far");
      assertThat(watch.first()).isGreaterThan(begun);
      begun = watch.first();
      again();
    }
    assertThat(whole(driver, clone)).isGreaterThan(begun);
    assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(data);
  }

  @Test
  void whatIsNotMarkedIsCopiedOnceMore() throws Exception {
    driver.snapshot(ID, snapshot, BYTES);
    Copying clone = (of, watch) -> of.ensure(CLONE, BYTES, snapshot, watch);
    half(driver, clone);
    var draft = drafts().getFirst();
    try (var file = new RandomAccessFile(draft.toFile(), "rw")) { // as a power failure may
      for (long at = BYTES / 2L + MIB; at < BYTES; at += MIB) {
        file.seek(at);
        file.write(7);
      }
    }
    again();
    isNearlyHalf(whole(driver, clone));
    assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(data);
  }

  @Test
  void aRollbackGoesOnWhereItWas() throws Exception {
    driver.snapshot(ID, snapshot, BYTES);
    write(BYTES / 4, new byte[MIB]);
    Copying revert = (of, watch) -> of.revert(ID, snapshot, watch);
    half(driver, revert);
    again();
    isNearlyHalf(whole(driver, revert));
    assertThat(Files.readAllBytes(layout.file(ID))).isEqualTo(data);
    assertThat(drafts()).isEmpty();
  }

  @Test
  void aSnapshotOfAVolumeThatNobodyWritesGoesOnWhereItWas() throws Exception {
    Copying copying = (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch);
    half(driver, copying);
    again();
    assertThat(driver.locate(ID)).isNotNull(); // to read
    isNearlyHalf(whole(driver, copying));
    assertThat(content(snapshot)).isEqualTo(data);
    assertThat(drafts()).isEmpty();
  }

  /** Who wrote right after the draft was found knew of the earlier copy, and spoiled that. */
  @Test
  void aSnapshotDoesNotGoOnWhenSomebodyWroteBeforeItsInstant() throws Exception {
    half(driver, (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch));
    var file = layout.file(ID);
    var stamp = Draft.stamp(file);
    var own = layout.snapshots();
    var found = new Drafts(own, Names.of(new Sharing.Alone(), layout), true);
    try (var draft = found.open(new VolumeId(snapshot.text()), ID, stamp, BYTES)) {
      assertThat(draft.mark()).isPositive();
      write(10, (byte) 1); // in what is copied
      assertThatThrownBy(() -> Copy.make(file, draft, BYTES, new Copies(_ -> {}), (_, _) -> {}))
          .isInstanceOf(BackendException.Indeterminate.class);
    }
    assertThat(whole(driver, (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch))).isZero();
    data[10] = 1;
    assertThat(content(snapshot)).isEqualTo(data);
  }

  @Test
  void aSnapshotBeginsAnewWhenSomebodyWroteSince() throws Exception {
    Copying copying = (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch);
    half(driver, copying);
    again();
    write(BYTES - 10, new byte[10]);
    assertThat(drafts()).isEmpty();
    assertThat(whole(driver, copying)).isZero();
    assertThat(content(snapshot)).isEqualTo(Files.readAllBytes(layout.file(ID)));
  }

  @Test
  void aSnapshotBeginsAnewWhenSomebodyWroteInTheSameProcess() throws Exception {
    Copying copying = (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch);
    write(0, new byte[10]);
    half(driver, copying);
    assertThat(drafts()).hasSize(1);
    write(BYTES - 10, new byte[10]);
    assertThat(drafts()).isEmpty();
    assertThat(whole(driver, copying)).isZero();
    assertThat(content(snapshot)).isEqualTo(Files.readAllBytes(layout.file(ID)));
  }

  @Test
  void aSnapshotBeginsAnewWhenSomebodyWroteWhileItWasMade() throws Exception {
    var wrote = new AtomicLong();
    Copying copying =
        (of, watch) ->
            of.snapshot(
                ID,
                snapshot,
                BYTES,
                (done, all) -> {
                  if (done >= BYTES / 4 && wrote.getAndSet(1) == 0) {
                    inAnotherThread(() -> write(BYTES - 10, new byte[10]));
                  }
                  watch.at(done, all);
                });
    half(driver, copying);
    assertThat(drafts()).isEmpty();
    again();
    assertThat(whole(driver, copying)).isZero();
    assertThat(content(snapshot)).isEqualTo(Files.readAllBytes(layout.file(ID)));
  }

  /** Something of a test. */
  private interface Doing {
    void run() throws Exception;
  }

  private static void inAnotherThread(Doing what) {
    CompletableFuture.runAsync(
            () -> {
              try {
                what.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })
        .join();
  }

  @Test
  void aSnapshotBeginsAnewWhenItsVolumeWasChangedBehindOurBack() throws Exception {
    Copying copying = (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch);
    half(driver, copying);
    driver.close();
    data[BYTES - 1]++;
    Files.write(layout.file(ID), data);
    driver = Nodes.alone(root);
    assertThat(whole(driver, copying)).isZero();
    assertThat(content(snapshot)).isEqualTo(data);
    assertThat(drafts()).isEmpty();
  }

  @Test
  void aDraftOfSomethingElseIsThrownAway() throws Exception {
    driver.snapshot(ID, snapshot, BYTES);
    var other = DriverContract.newSnapshotId();
    data[3]++;
    Files.write(layout.file(ID), data);
    driver.snapshot(ID, other, BYTES);
    half(driver, (of, watch) -> of.ensure(CLONE, BYTES, snapshot, watch));
    again();
    assertThat(whole(driver, (of, watch) -> of.ensure(CLONE, BYTES, other, watch))).isZero();
    assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(data);
    assertThat(drafts()).isEmpty();
  }

  @Test
  void whoeverUndoesTakesTheDraftAway() throws Exception {
    half(driver, (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch));
    var made = DriverContract.newSnapshotId();
    driver.snapshot(ID, made, BYTES);
    half(driver, (of, watch) -> of.ensure(CLONE, BYTES, made, watch));
    half(driver, (of, watch) -> of.revert(ID, made, watch));
    assertThat(drafts()).hasSize(3);
    again();
    driver.retire(CLONE);
    driver.retire(snapshot);
    driver.settle(ID);
    assertThat(drafts()).isEmpty();
    assertThat(Files.readAllBytes(layout.file(ID))).isEqualTo(data);
  }

  @Test
  void amongNodesItIsGoneOnWithWhenNobodyHasItInHand() throws Exception {
    driver.close();
    try (var one = Nodes.one(root, Guard.NONE);
        var two = Nodes.one(root, Guard.NONE)) {
      one.snapshot(ID, snapshot, BYTES);
      Copying clone = (of, watch) -> of.ensure(CLONE, BYTES, snapshot, watch);
      half(one, clone);
      isNearlyHalf(whole(two, clone));
      assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(data);
      assertThat(drafts()).isEmpty();
    }
  }

  @Test
  void amongNodesWhatSomebodyHasInHandIsLeftAlone() throws Exception {
    driver.close();
    try (var one = Nodes.one(root, Guard.NONE);
        var two = Nodes.one(root, Guard.NONE)) {
      one.snapshot(ID, snapshot, BYTES);
      Copying clone = (of, watch) -> of.ensure(CLONE, BYTES, snapshot, watch);
      var there = new CountDownLatch(1);
      var released = new CountDownLatch(1);
      var late =
          CompletableFuture.runAsync(
              () -> {
                try {
                  clone.by(one, (done, _) -> hold(done, there, released));
                } catch (BackendException e) {
                  throw new IllegalStateException(e);
                }
              });
      there.await();
      assertThat(whole(two, clone)).isZero(); // the one that sleeps may write when it wakes up
      released.countDown();
      assertThatThrownBy(late::join).hasRootCauseInstanceOf(IOException.class);
      assertThat(Files.readAllBytes(layout.file(CLONE))).isEqualTo(data);
      assertThat(drafts()).isEmpty();
    }
  }

  private static void hold(long done, CountDownLatch there, CountDownLatch released) {
    if (done >= BYTES / 2) {
      there.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void amongNodesAWriteOnAnotherNodeSpoilsTheSnapshot() throws Exception {
    driver.close();
    try (var one = Nodes.one(root, Guard.NONE);
        var two = Nodes.one(root, Guard.NONE)) {
      Copying copying = (of, watch) -> of.snapshot(ID, snapshot, BYTES, watch);
      half(one, copying);
      driver = two;
      write(BYTES - 10, new byte[10]);
      assertThat(drafts()).isEmpty();
      assertThat(whole(one, copying)).isZero();
      assertThat(content(snapshot)).isEqualTo(Files.readAllBytes(layout.file(ID)));
    }
  }
}
