package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.driver.Guard;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * A node falls asleep where it asks its guard, another takes over and goes on, then it wakes up:
 * also in the few instructions between the guard's yes and the system call, which no guard can
 * cover. It must leave what the other one made.
 */
class LateNodeTest {
  private static final long GIB = 1L << 30;
  private static final VolumeId ID = DriverContract.id(0x77);
  private static final byte[] DATA = {1, 2, 3, 4};

  /** What a node does with the volume. */
  sealed interface Call {
    record Ensure(int gib) implements Call {}

    record Grow(int gib) implements Call {}

    record Retire() implements Call {}

    record Revert(SnapshotId to) implements Call {}

    default void by(StorageDriver driver) throws BackendException {
      switch (this) {
        case Ensure(int gib) -> driver.ensure(ID, gib * GIB);
        case Grow(int gib) -> driver.grow(ID, gib * GIB);
        case Retire _ -> driver.retire(ID);
        case Revert(var to) -> driver.revert(ID, to);
      }
    }
  }

  @Provide
  Arbitrary<Call> calls() {
    var gib = Arbitraries.integers().between(1, 4);
    return Arbitraries.oneOf(
        gib.map(Call.Ensure::new), gib.map(Call.Grow::new), Arbitraries.create(Call.Retire::new));
  }

  @Provide
  Arbitrary<List<Call>> meanwhile() {
    return calls().list().ofMinSize(1).ofMaxSize(4);
  }

  @Property(tries = 150)
  void whatTheOtherNodeMadeStays(
      @ForAll boolean there,
      @ForAll("calls") Call late,
      @ForAll @IntRange(min = 1, max = 3) int asked,
      @ForAll boolean afterYes,
      @ForAll("meanwhile") List<Call> meanwhile)
      throws Exception {
    try (var story = new Story(there, late, asked, afterYes)) {
      long held = 0;
      for (var call : meanwhile) {
        held = story.othersDo(call);
      }
      story.wake();
      assertThat(story.held()).isIn(allowed(late, asked, afterYes, meanwhile, held));
      if (held > 0) {
        assertThat(story.data()).isEqualTo(DATA);
      }
      story.theOtherRetiresItAndNothingIsLeft();
    }
  }

  /** In bytes; 0 is "not there". */
  private static Set<Long> allowed(
      Call late, int asked, boolean afterYes, List<Call> meanwhile, long held) {
    var sizes = new TreeSet<>(Set.of(held));
    boolean touched = meanwhile.stream().anyMatch(call -> !(call instanceof Call.Grow));
    switch (late) {
      case Call.Ensure(int gib) -> {
        if (!touched && held == 0 && afterYes) {
          sizes.add(gib * GIB); // nobody made or retired it: it is not late
        }
      }
      case Call.Grow(int gib) -> {
        if (held > 0 && afterYes) {
          sizes.add(Math.max(held, gib * GIB)); // too large does no harm, and verify tells
        }
      }
      case Call.Retire _ -> {
        if (!touched && asked == 3) {
          sizes.add(GIB); // it was on its way out while the other looked, and is put back
        }
      }
      case Call.Revert _ -> {} // the size stays
    }
    return sizes;
  }

  @Example
  void aVolumeThatWasDeletedMeanwhileIsNotPublished() throws Exception {
    try (var story = new Story(false, new Call.Ensure(1), 2, true)) {
      story.othersDo(new Call.Ensure(1));
      story.othersDo(new Call.Retire());
      assertThat(story.wake()).containsInstanceOf(BackendException.Indeterminate.class);
      assertThat(story.held()).isZero();
    }
  }

  @Example
  void aLateGrowDoesNotCutOffWhatWasGrownMeanwhile() throws Exception {
    try (var story = new Story(true, new Call.Grow(2), 2, true)) {
      story.othersDo(new Call.Grow(2));
      story.othersDo(new Call.Grow(4));
      assertThat(story.wake()).isEmpty();
      assertThat(story.held()).isEqualTo(4 * GIB);
      assertThat(story.data()).isEqualTo(DATA);
    }
  }

  @Example
  void aLateRetireIsPutBack() throws Exception {
    try (var story = new Story(true, new Call.Retire(), 2, true)) {
      assertThat(story.othersDo(new Call.Grow(2))).isEqualTo(2 * GIB); // the deletion was cancelled
      assertThat(story.wake()).containsInstanceOf(BackendException.Busy.class);
      assertThat(story.held()).isEqualTo(2 * GIB);
      assertThat(story.data()).isEqualTo(DATA);
    }
  }

  @Example
  void aNodeWithoutTheRightChangesNothing() throws Exception {
    for (var call : List.of(new Call.Ensure(2), new Call.Grow(2), new Call.Retire())) {
      for (int asked = 1; asked <= 2; asked++) {
        try (var story = new Story(true, call, asked, false)) {
          story.wake();
          assertThat(story.held()).isEqualTo(GIB);
          assertThat(story.data()).isEqualTo(DATA);
        }
      }
    }
  }

  @Example
  void aLateRevertLeavesWhatWasWrittenSince() throws Exception {
    for (int sleepAt = 1; sleepAt <= 6; sleepAt++) {
      for (boolean afterYes : List.of(true, false)) {
        for (boolean again : List.of(true, false)) {
          revertLate(sleepAt, afterYes, again);
        }
      }
    }
  }

  /**
   * A late revert.
   *
   * @param again whether the other node does it again; else it fails the job
   */
  private static void revertLate(int sleepAt, boolean afterYes, boolean again) throws Exception {
    var snapshot = DriverContract.newSnapshotId();
    Prepared before =
        driver -> {
          driver.snapshot(ID, snapshot, GIB);
          return new Call.Revert(snapshot);
        };
    try (var story = new Story(before, sleepAt, afterYes)) {
      if (again) {
        story.other.revert(ID, snapshot);
      } else {
        story.other.settle(ID);
      }
      var written = new byte[] {9, 9, 9, 9};
      story.write(written);
      story.wake();
      assertThat(story.data())
          .as("asleep at question %s, yes %s, again %s", sleepAt, afterYes, again)
          .isEqualTo(written);
      story.theOtherRetiresItAndNothingIsLeft();
    }
  }

  @Example
  void aReaperWithoutTheRightRemovesNothing() throws Exception {
    var root = Files.createTempDirectory("platter-late");
    try {
      var layout = new Layout(root);
      Nodes.one(root, Guard.NONE).close();
      var retired = Files.writeString(layout.trash().resolve(ID + ".1"), "");
      var asked = new CountDownLatch(2); // by the reaper, and by the call below
      Guard never =
          () -> {
            asked.countDown();
            throw new BackendException.Busy("the lease has run out");
          };
      try (var node = Nodes.one(root, never)) {
        assertThatThrownBy(() -> node.retire(ID)).isInstanceOf(BackendException.Busy.class);
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(retired).exists();
    } finally {
      DirDriverModelTest.delete(root);
    }
  }

  /** Prepares a volume that is there, and says what the sleeper does. */
  private interface Prepared {
    Call by(StorageDriver driver) throws BackendException;
  }

  /** One node that sleeps in a call, another one, and the volume in their folder. */
  private static final class Story implements AutoCloseable {
    private final Path root = Files.createTempDirectory("platter-late");
    private final CountDownLatch asleep = new CountDownLatch(1);
    private final CountDownLatch awake = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final StorageDriver sleeper;
    private final StorageDriver other;
    private final FutureTask<Call> late;

    /**
     * The sleeper is in its call when this returns, or has ended it without asking so often.
     *
     * @param there whether the volume is there before, with 1 GiB and data
     * @param sleepAt the how-many-th question of the guard
     * @param afterYes the answer to it; afterwards it is always no
     */
    Story(boolean there, Call call, int sleepAt, boolean afterYes) throws Exception {
      this(there, _ -> call, sleepAt, afterYes);
    }

    Story(Prepared before, int sleepAt, boolean afterYes) throws Exception {
      this(true, before, sleepAt, afterYes);
    }

    private Story(boolean there, Prepared before, int sleepAt, boolean afterYes) throws Exception {
      other = Nodes.one(root, Guard.NONE);
      if (there) {
        othersDo(new Call.Ensure(1));
      }
      var call = before.by(other);
      Guard guard =
          () -> {
            if (Thread.currentThread().getName().equals("platter-reaper")) {
              return;
            }
            int count = asked.incrementAndGet();
            if (count == sleepAt) {
              asleep.countDown();
              await(awake);
            }
            if (count > sleepAt || (count == sleepAt && !afterYes)) {
              throw new BackendException.Busy("the lease has run out");
            }
          };
      sleeper = Nodes.one(root, guard);
      late =
          new FutureTask<>(
              () -> {
                try {
                  call.by(sleeper);
                  return call;
                } finally {
                  asleep.countDown();
                }
              });
      Thread.ofPlatform().name("late").start(late);
      await(asleep);
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Returns the size afterwards. */
    long othersDo(Call call) throws Exception {
      try {
        call.by(other);
      } catch (BackendException.NotFound | BackendException.Conflict _) {
        // as it would be without the sleeper
      }
      long held = held();
      if (held > 0) {
        write(DATA);
      }
      return held;
    }

    void write(byte[] data) throws IOException {
      try (var file = new RandomAccessFile(new Layout(root).file(ID).toFile(), "rw")) {
        file.write(data);
      }
    }

    /** Returns why the late call failed, or nothing when it went through. */
    Optional<Throwable> wake() throws Exception {
      awake.countDown();
      try {
        late.get(20, TimeUnit.SECONDS);
        return Optional.empty();
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(BackendException.class);
        return Optional.ofNullable(e.getCause());
      }
    }

    long held() throws BackendException {
      return other.inspect(ID).map(Fact::bytes).orElse(0L);
    }

    byte[] data() throws IOException {
      try (var in = Files.newInputStream(new Layout(root).file(ID))) {
        return in.readNBytes(DATA.length);
      }
    }

    void theOtherRetiresItAndNothingIsLeft() throws Exception {
      other.retire(ID);
      assertThat(held()).isZero();
      assertThat(new Layout(root).nursery(ID)).isEmptyDirectory();
    }

    @Override
    public void close() throws IOException {
      awake.countDown();
      sleeper.close();
      other.close();
      DirDriverModelTest.delete(root);
    }
  }
}
