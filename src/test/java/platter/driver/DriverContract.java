package platter.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * What every storage driver does. Whoever adds one says how to open it and how to reach its bytes.
 */
public interface DriverContract {
  long GIB = 1L << 30;
  int AT_ONCE = 8;
  byte[] PATTERN = "left by another tenant".getBytes(StandardCharsets.UTF_8);

  /** The driver under test, on a storage that was fresh when the test began. */
  StorageDriver driver();

  /** Closes the driver and opens the same storage again. */
  StorageDriver reopen() throws Exception;

  /** Writes into a volume behind the driver's back, as an attached host does. */
  void write(VolumeId id, long offset, byte[] bytes) throws Exception;

  /** Reads from a volume behind the driver's back. */
  byte[] read(VolumeId id, long offset, int length) throws Exception;

  /** Puts something among the volumes that is not ours, and says what list() calls it. */
  String addForeign() throws Exception;

  /** The space that is counted as used, for a volume that holds but one byte, at most. */
  default long unitOfUsedBytes() {
    return 4096;
  }

  /** In which a few calls at once have surely ended. */
  default int patienceSeconds() {
    return 20;
  }

  @Test
  default void aNewVolumeHasItsSizeAndTakesNoSpace() throws Exception {
    var id = newId();
    driver().ensure(id, 40 * GIB);
    var fact = driver().inspect(id).orElseThrow();
    assertThat(fact.id()).isEqualTo(id);
    assertThat(fact.bytes()).isEqualTo(40 * GIB);
    assertThat(fact.usedBytes()).isLessThan(1 << 20);
    assertThat(volumes(driver())).containsExactly(fact);
  }

  @Test
  default void whoServesAVolumeFindsItsBytesWhereTheyAreAlsoWhenItHasGrown() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, 0, PATTERN);
    switch (driver().locate(id)) {
      case Location.InFile(var path, _, _) -> {
        try (var file = FileChannel.open(path)) {
          var bytes = ByteBuffer.allocate(PATTERN.length);
          assertThat(file.read(bytes)).isEqualTo(PATTERN.length);
          assertThat(bytes.array()).isEqualTo(PATTERN);
          driver().grow(id, 2 * GIB);
          assertThat(file.size()).isEqualTo(2 * GIB);
        }
      }
      case Location.InBlocks(var opener) -> {
        try (var blocks = opener.open(Guard.NONE)) {
          var bytes = ByteBuffer.allocateDirect(PATTERN.length);
          blocks.read(bytes, 0);
          assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(PATTERN));
          driver().grow(id, 2 * GIB);
          assertThat(blocks.size()).isEqualTo(2 * GIB);
        }
      }
    }
    driver().retire(id);
    assertThatThrownBy(() -> driver().locate(id)).isInstanceOf(BackendException.NotFound.class);
  }

  @Test
  default void usedBytesFollowWhatIsWritten() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, 0, new byte[1 << 20]);
    assertThat(driver().inspect(id).orElseThrow().usedBytes())
        .isBetween(1L << 20, Math.max(3L << 19, unitOfUsedBytes()));
  }

  @Test
  default void everyChangeMayBeRepeated() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, 0, PATTERN);
    driver().ensure(id, GIB);
    assertThat(read(id, 0, PATTERN.length)).isEqualTo(PATTERN);
    assertThat(driver().grow(id, 2 * GIB)).isEqualTo(2 * GIB);
    assertThat(driver().grow(id, 2 * GIB)).isEqualTo(2 * GIB);
    driver().retire(id);
    driver().retire(id);
    assertThat(driver().inspect(id)).isEmpty();
    assertThat(volumes(driver())).isEmpty();
  }

  @Test
  default void everyChangeMayBeMadeByManyAtOnce() throws Exception {
    for (int round = 0; round < 10; round++) {
      var id = newId();
      allAtOnce(i -> driver().ensure(id, GIB));
      assertThat(driver().inspect(id).orElseThrow().bytes()).isEqualTo(GIB);
      allAtOnce(i -> driver().grow(id, (i + 2) * GIB));
      assertThat(driver().inspect(id).orElseThrow().bytes()).isEqualTo((AT_ONCE + 1) * GIB);
      allAtOnce(i -> driver().retire(id));
      assertThat(driver().inspect(id)).isEmpty();
    }
  }

  @Test
  default void ofManyWhoWantDifferentSizesOneWins() throws Exception {
    var id = newId();
    var refused = new ArrayList<BackendException>();
    allAtOnce(
        i -> {
          try {
            driver().ensure(id, (i + 1) * GIB);
          } catch (BackendException.Conflict e) {
            synchronized (refused) {
              refused.add(e);
            }
          }
        });
    assertThat(refused).hasSize(AT_ONCE - 1);
    assertThat(volumes(driver())).hasSize(1);
  }

  /** The sizes of all volumes. */
  private long provisionedBytes() throws BackendException {
    return volumes(driver()).stream().mapToLong(Fact::bytes).sum();
  }

  @Test
  default void itSaysHowFullItIs() throws Exception {
    var capacity = driver().capacity();
    assertThat(capacity.totalBytes()).isNotNegative();
    assertThat(capacity.freeBytes()).isBetween(0L, capacity.totalBytes());
  }

  @Test
  default void manyVolumesAtOnceAreAllThere() throws Exception {
    var ids = IntStream.range(0, AT_ONCE * 25).mapToObj(i -> newId()).toList();
    allAtOnce(
        thread -> {
          for (int i = thread; i < ids.size(); i += AT_ONCE) {
            driver().ensure(ids.get(i), GIB);
          }
        });
    assertThat(volumes(driver()).stream().map(Fact::id)).isEqualTo(ids.stream().sorted().toList());
    assertThat(provisionedBytes()).isEqualTo(ids.size() * GIB);
  }

  @Test
  default void anotherSizeUnderTheSameIdIsAConflict() throws Exception {
    var id = newId();
    driver().ensure(id, 2 * GIB);
    assertThatThrownBy(() -> driver().ensure(id, 3 * GIB))
        .isInstanceOf(BackendException.Conflict.class)
        .hasMessage("volume " + id + " cannot be created with 3 GiB: it is there with 2 GiB");
    assertThat(driver().inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
  }

  @Test
  default void growingMeansAtLeastAndNeverShrinks() throws Exception {
    var id = newId();
    driver().ensure(id, 5 * GIB);
    assertThat(driver().grow(id, 3 * GIB)).isEqualTo(5 * GIB);
    assertThat(driver().inspect(id).orElseThrow().bytes()).isEqualTo(5 * GIB);
  }

  @Test
  default void growingWhatIsNotThereIsRefused() throws Exception {
    var id = newId();
    assertThatThrownBy(() -> driver().grow(id, GIB))
        .isInstanceOf(BackendException.NotFound.class)
        .hasMessageContaining(id.text());
    assertThat(driver().list()).isEmpty();
  }

  @Test
  default void retiringWhatIsNotThereIsNoError() throws Exception {
    driver().retire(newId());
    assertThat(driver().list()).isEmpty();
  }

  @Test
  default void whatIsMadeAgainReadsAsZeros() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, 0, PATTERN);
    write(id, GIB - PATTERN.length, PATTERN);
    driver().retire(id);
    driver().ensure(id, GIB);
    assertThat(read(id, 0, PATTERN.length)).containsOnly(0);
    assertThat(read(id, GIB - PATTERN.length, PATTERN.length)).containsOnly(0);
  }

  @Test
  default void theGrownPartReadsAsZerosAndTheOldPartStays() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, GIB - PATTERN.length, PATTERN);
    driver().grow(id, 2 * GIB);
    assertThat(read(id, GIB - PATTERN.length, PATTERN.length)).isEqualTo(PATTERN);
    assertThat(read(id, GIB, 1 << 20)).containsOnly(0);
    assertThat(read(id, 2 * GIB - 4096, 4096)).containsOnly(0);
  }

  @Test
  default void whatIsNotOursIsListedAndStays() throws Exception {
    var name = addForeign();
    driver().ensure(newId(), GIB);
    reopen();
    assertThat(driver().list()).hasSize(2).contains(new Found.Foreign(name));
    assertThat(provisionedBytes()).isEqualTo(GIB);
  }

  @Test
  default void aListDuringChangesHoldsAllThatStay() throws Exception {
    var staying = Stream.generate(DriverContract::newId).limit(50).sorted().toList();
    for (var id : staying) {
      driver().ensure(id, GIB);
    }
    var done = new AtomicBoolean();
    try (var threads = Executors.newSingleThreadExecutor()) {
      Future<?> changes =
          threads.submit(
              () -> {
                while (!done.get()) {
                  var id = newId();
                  driver().ensure(id, GIB);
                  driver().grow(id, 2 * GIB);
                  driver().retire(id);
                }
                return id(0);
              });
      try {
        for (int i = 0; i < 20; i++) {
          var listed = volumes(driver()).stream().map(Fact::id).toList();
          assertThat(listed).isSorted().doesNotHaveDuplicates().containsAll(staying);
        }
      } finally {
        done.set(true);
      }
      changes.get(patienceSeconds(), TimeUnit.SECONDS);
    }
    assertThat(volumes(driver()).stream().map(Fact::id)).isEqualTo(staying);
  }

  @Test
  default void whatIsDoneIsThereAfterReopening() throws Exception {
    driver().ensure(id(1), GIB);
    driver().ensure(id(2), GIB);
    driver().ensure(id(3), GIB);
    driver().grow(id(2), 7 * GIB);
    driver().retire(id(3));
    reopen();
    assertThat(volumes(driver()).stream().map(f -> f.id() + " " + f.bytes() / GIB))
        .containsExactly(id(1) + " 1", id(2) + " 7");
  }

  @Test
  default void theLargestVolumeFitsAndOneMoreIsRefused() throws Exception {
    var limits = driver().limits();
    driver().ensure(id(1), limits.maxBytes());
    assertThat(driver().inspect(id(1)).orElseThrow().bytes()).isEqualTo(limits.maxBytes());
    long more = limits.maxBytes() + limits.granularityBytes();
    assertThatThrownBy(() -> driver().ensure(id(2), more))
        .isInstanceOf(BackendException.NoSpace.class)
        .hasMessageContaining(id(2).text());
    assertThatThrownBy(() -> driver().grow(id(1), more))
        .isInstanceOf(BackendException.NoSpace.class);
    assertThat(driver().inspect(id(1)).orElseThrow().bytes()).isEqualTo(limits.maxBytes());
    assertThat(driver().inspect(id(2))).isEmpty();
  }

  @Test
  default void theSmallestVolumeFitsAndCrookedSizesAreRefused() throws Exception {
    var limits = driver().limits();
    driver().ensure(id(1), limits.minBytes());
    for (long bytes : new long[] {-GIB, 0, limits.minBytes() - 1, GIB + 1}) {
      assertThatThrownBy(() -> driver().ensure(id(2), bytes))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> driver().grow(id(1), bytes))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  default void aSecondOpenOfTheSameStorageIsRefused() throws Exception {
    var first = driver();
    first.ensure(id(1), GIB);
    assertThatThrownBy(this::openAgain)
        .isInstanceOf(BackendException.Busy.class)
        .hasMessageContaining("in use by another Platter");
    first.ensure(id(2), GIB);
    assertThat(volumes(first)).hasSize(2);
  }

  /** Opens the storage that is open already. */
  StorageDriver openAgain() throws BackendException;

  @Test
  default void aClosedDriverChangesNothing() throws Exception {
    var old = driver();
    old.close();
    old.close();
    assertThatThrownBy(() -> old.ensure(id(1), GIB))
        .isInstanceOf(BackendException.Unavailable.class)
        .hasMessageEndingWith("the storage is closed");
    reopen();
    assertThat(driver().list()).isEmpty();
  }

  @Test
  default void anInterruptedCallHarmsNoOtherCall() throws Exception {
    var id = id(1);
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  try {
                    driver().ensure(id, GIB);
                  } catch (BackendException e) {
                    throw new IllegalStateException(e);
                  }
                });
    thread.join();
    driver().ensure(id, GIB);
    driver().retire(id);
    assertThat(driver().inspect(id)).isEmpty();
  }

  // snapshots

  @Test
  default void aSnapshotHoldsWhatTheVolumeHadAndALargerVolumeOfItReadsZerosBehind()
      throws Exception {
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, GIB);
    var places = List.of(0L, (1L << 20) - 7, 5_000_001L, GIB / 2, GIB - PATTERN.length);
    for (long place : places) {
      write(id, place, PATTERN);
    }
    driver().snapshot(id, snapshot, GIB);
    write(id, 0, new byte[PATTERN.length]);
    write(id, 9_000_000, PATTERN);
    var copy = newId();
    driver().ensure(copy, 2 * GIB, snapshot);
    for (long place : places) {
      assertThat(read(copy, place, PATTERN.length)).as("at %s", place).isEqualTo(PATTERN);
    }
    assertThat(read(copy, 9_000_000, PATTERN.length)).containsOnly(0);
    assertThat(read(copy, GIB, 1 << 20)).containsOnly(0);
    assertThat(read(copy, 2 * GIB - 4096, 4096)).containsOnly(0);
    assertThat(driver().inspect(copy).orElseThrow().bytes()).isEqualTo(2 * GIB);
    assertThat(read(id, 0, PATTERN.length)).containsOnly(0);
    assertThat(read(id, 9_000_000, PATTERN.length)).isEqualTo(PATTERN);
  }

  @Test
  default void aSnapshotKeepsTheHoles() throws Exception {
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, 40 * GIB);
    write(id, 20 * GIB, PATTERN);
    driver().snapshot(id, snapshot, 40 * GIB);
    var fact = driver().inspect(snapshot).orElseThrow();
    assertThat(fact.bytes()).isEqualTo(40 * GIB);
    assertThat(fact.usedBytes()).isLessThan(1 << 20);
    var copy = newId();
    driver().ensure(copy, 40 * GIB, snapshot);
    assertThat(driver().inspect(copy).orElseThrow().usedBytes()).isLessThan(1 << 20);
  }

  @Test
  default void aSnapshotHasItsSizeThoughTheVolumeHasGrown() throws Exception {
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, GIB);
    write(id, GIB - PATTERN.length, PATTERN);
    driver().grow(id, 2 * GIB);
    write(id, GIB, PATTERN);
    driver().snapshot(id, snapshot, GIB);
    driver().snapshot(id, snapshot, GIB);
    assertThat(driver().inspect(snapshot).orElseThrow().bytes()).isEqualTo(GIB);
    var copy = newId();
    driver().ensure(copy, 2 * GIB, snapshot);
    assertThat(read(copy, GIB - PATTERN.length, PATTERN.length)).isEqualTo(PATTERN);
    assertThat(read(copy, GIB, PATTERN.length)).containsOnly(0);
    assertThatThrownBy(() -> driver().snapshot(id, snapshot, 2 * GIB))
        .isInstanceOf(BackendException.Conflict.class);
    var larger = newSnapshotId();
    assertThatThrownBy(() -> driver().snapshot(id, larger, 3 * GIB))
        .isInstanceOf(BackendException.Conflict.class)
        .hasMessageContaining("2 GiB");
    assertThat(driver().inspect(larger)).isEmpty();
  }

  @Test
  default void revertingBringsTheBytesBackAndKeepsTheSize() throws Exception {
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, GIB);
    write(id, 100, PATTERN);
    driver().snapshot(id, snapshot, GIB);
    write(id, 100, new byte[PATTERN.length]);
    write(id, 2_000_000, PATTERN);
    driver().grow(id, 2 * GIB);
    write(id, GIB + 5, PATTERN);
    driver().revert(id, snapshot);
    driver().revert(id, snapshot);
    assertThat(driver().inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
    assertThat(read(id, 100, PATTERN.length)).isEqualTo(PATTERN);
    assertThat(read(id, 2_000_000, PATTERN.length)).containsOnly(0);
    assertThat(read(id, GIB + 5, PATTERN.length)).containsOnly(0);
    assertThat(driver().inspect(snapshot).orElseThrow().bytes()).isEqualTo(GIB);
    driver().settle(id);
    assertThat(driver().list()).hasSize(2);
  }

  @Test
  default void everyChangeOfSnapshotsMayBeRepeated() throws Exception {
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, GIB);
    write(id, 0, PATTERN);
    driver().snapshot(id, snapshot, GIB);
    write(id, 0, new byte[PATTERN.length]);
    driver().snapshot(id, snapshot, GIB);
    var copy = newId();
    driver().ensure(copy, GIB, snapshot);
    assertThat(read(copy, 0, PATTERN.length)).isEqualTo(PATTERN);
    write(copy, 0, new byte[PATTERN.length]);
    driver().ensure(copy, GIB, snapshot);
    assertThat(read(copy, 0, PATTERN.length)).containsOnly(0);
    driver().retire(snapshot);
    driver().retire(snapshot);
    driver().ensure(copy, GIB, snapshot);
    assertThat(driver().inspect(snapshot)).isEmpty();
    assertThat(snapshots(driver())).isEmpty();
    assertThat(volumes(driver())).hasSize(2);
  }

  @Test
  default void aSnapshotMayBeMadeByManyAtOnce() throws Exception {
    var id = newId();
    driver().ensure(id, GIB);
    write(id, 7, PATTERN);
    for (int round = 0; round < 5; round++) {
      var snapshot = newSnapshotId();
      allAtOnce(_ -> driver().snapshot(id, snapshot, GIB));
      assertThat(driver().inspect(snapshot).orElseThrow().bytes()).isEqualTo(GIB);
      allAtOnce(_ -> driver().revert(id, snapshot));
      assertThat(read(id, 7, PATTERN.length)).isEqualTo(PATTERN);
      allAtOnce(_ -> driver().retire(snapshot));
      assertThat(driver().inspect(snapshot)).isEmpty();
    }
  }

  @Test
  default void snapshotsAndVolumesGoApart() throws Exception {
    var id = newId();
    var kept = newSnapshotId();
    var gone = newSnapshotId();
    driver().ensure(id, GIB);
    write(id, 0, PATTERN);
    driver().snapshot(id, kept, GIB);
    driver().snapshot(id, gone, GIB);
    var copy = newId();
    driver().ensure(copy, GIB, gone);
    driver().retire(gone);
    driver().retire(id);
    reopen();
    assertThat(snapshots(driver()).stream().map(SnapshotFact::id)).containsExactly(kept);
    assertThat(volumes(driver()).stream().map(Fact::id)).containsExactly(copy);
    assertThat(provisionedBytes()).isEqualTo(GIB);
    assertThat(read(copy, 0, PATTERN.length)).isEqualTo(PATTERN);
    var another = newId();
    driver().ensure(another, GIB, kept);
    assertThat(read(another, 0, PATTERN.length)).isEqualTo(PATTERN);
  }

  @Test
  default void aSnapshotOfAVolumeThatIsWrittenToIsOfOneInstant() throws Exception {
    var id = newId();
    driver().ensure(id, WrittenInOrder.BYTES);
    write(id, 0, WrittenInOrder.before());
    Writer writes =
        switch (driver().locate(id)) {
          case Location.InFile(var path, var passed, _) -> new PassingWrites(path, passed);
          case Location.InBlocks(var opener) -> new WritingBlocks(opener.open(Guard.NONE));
        };
    try (writes;
        var writer = new WrittenInOrder(writes::write)) {
      for (int round = 0; round < 3; round++) {
        writer.goOnFor(100);
        var snapshot = newSnapshotId();
        long least = writer.acknowledged();
        driver().snapshot(id, snapshot, WrittenInOrder.BYTES, (done, all) -> writer.goOnFor(3));
        long most = writer.begun();
        var copy = newId();
        driver().ensure(copy, WrittenInOrder.BYTES, snapshot);
        WrittenInOrder.check((at, length) -> read(copy, at, length), least, most);
      }
    }
  }

  /** Writes where the volume is, as whoever serves it does. */
  interface Writer extends AutoCloseable {
    void write(long at, ByteBuffer block) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Through the library of the storage. */
  record WritingBlocks(Blocks blocks) implements Writer {
    @Override
    public void write(long at, ByteBuffer block) throws IOException {
      blocks.write(ByteBuffer.allocateDirect(block.remaining()).put(block).flip(), at);
    }

    @Override
    public void close() throws IOException {
      blocks.close();
    }
  }

  /** In the file. */
  record PassingWrites(FileChannel file, Writes writes) implements Writer {
    public PassingWrites(Path path, Writes writes) throws IOException {
      this(FileChannel.open(path, StandardOpenOption.WRITE), writes);
    }

    @Override
    public void write(long at, ByteBuffer block) throws IOException {
      writes.begin(at, block.remaining());
      try {
        assertThat(file.write(block, at)).isEqualTo(block.limit());
      } finally {
        writes.end();
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Test
  default void aCallThatItsWatchEndsLeavesNothing() throws Exception {
    assumeFalse(driver().snapshotsAreInstant(), "nothing takes long here");
    var id = newId();
    var snapshot = newSnapshotId();
    driver().ensure(id, GIB);
    write(id, 0, new byte[] {1});
    write(id, GIB / 2, new byte[] {1});
    Watch no =
        (done, all) -> {
          assertThat(all).isEqualTo(GIB);
          throw new BackendException.Busy("the test says so");
        };
    assertThatThrownBy(() -> driver().snapshot(id, snapshot, GIB, no))
        .hasMessage("the test says so");
    assertThat(driver().inspect(snapshot)).isEmpty();
    driver().snapshot(id, snapshot, GIB);
    var copy = newId();
    assertThatThrownBy(() -> driver().ensure(copy, GIB, snapshot, no))
        .hasMessage("the test says so");
    assertThat(driver().inspect(copy)).isEmpty();
    write(id, 0, new byte[] {2});
    assertThatThrownBy(() -> driver().revert(id, snapshot, no)).hasMessage("the test says so");
    assertThat(read(id, 0, 1)).containsExactly(2);
  }

  @Test
  default void whatIsNotThereHasNoSnapshotAndIsNone() throws Exception {
    var id = newId();
    var there = newSnapshotId();
    var missing = newSnapshotId();
    driver().ensure(id, 2 * GIB);
    driver().snapshot(id, there, 2 * GIB);
    assertThatThrownBy(() -> driver().snapshot(newId(), missing, GIB))
        .isInstanceOf(BackendException.NotFound.class)
        .hasMessageContaining(missing.text());
    assertThatThrownBy(() -> driver().ensure(newId(), GIB, missing))
        .isInstanceOf(BackendException.NotFound.class)
        .hasMessageContaining(missing.text());
    assertThatThrownBy(() -> driver().revert(id, missing))
        .isInstanceOf(BackendException.NotFound.class)
        .hasMessageContaining(missing.text());
    assertThatThrownBy(() -> driver().revert(newId(), there))
        .isInstanceOf(BackendException.NotFound.class);
    assertThatThrownBy(() -> driver().ensure(newId(), GIB, there))
        .isInstanceOf(BackendException.Conflict.class)
        .hasMessageContaining("has 2 GiB");
    driver().retire(missing);
    assertThat(driver().list()).hasSize(2);
  }

  /** One call of many. */
  interface Call {
    void run(int index) throws Exception;
  }

  private void allAtOnce(Call call) throws Exception {
    var start = new CountDownLatch(AT_ONCE);
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < AT_ONCE; i++) {
        int index = i;
        Callable<Integer> task =
            () -> {
              start.countDown();
              start.await();
              call.run(index);
              return index;
            };
        running.add(threads.submit(task));
      }
      for (var each : running) {
        each.get(patienceSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  /** The volumes of a listing. */
  static List<Fact> volumes(StorageDriver driver) throws BackendException {
    return driver.list().stream()
        .flatMap(found -> found instanceof Found.OfVolume(var fact) ? Stream.of(fact) : Stream.of())
        .toList();
  }

  /** The snapshots of a listing. */
  static List<SnapshotFact> snapshots(StorageDriver driver) throws BackendException {
    return driver.list().stream()
        .flatMap(
            found -> found instanceof Found.OfSnapshot(var fact) ? Stream.of(fact) : Stream.of())
        .toList();
  }

  static SnapshotId newSnapshotId() {
    return SnapshotId.of(UUID.randomUUID());
  }

  static VolumeId newId() {
    return VolumeId.of(UUID.randomUUID());
  }

  /** Always the same id for a number. */
  static VolumeId id(int number) {
    return VolumeId.of(new UUID((long) number << 56, number));
  }
}
