package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.driver.DriverContract;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.VolumeId;

/** A pool that nodes share. */
class RbdAmongNodesTest {
  private static final long GIB = DriverContract.GIB;

  private final VolumeId id = DriverContract.newId();
  private final String place = TestCeph.newPlace();
  private final AtomicReference<Guard> guard = new AtomicReference<>(Guard.NONE);
  private final Pool outside;
  private final RbdDriver one;
  private final RbdDriver other;

  RbdAmongNodesTest() throws BackendException {
    outside = Pool.connect(Place.of(place));
    one = RbdDriver.open(place, new Sharing.AmongNodes(1), () -> guard.get().check());
    other = RbdDriver.open(place, new Sharing.AmongNodes(2), Guard.NONE);
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    outside.close();
  }

  @Test
  void whatOneDoesTheOtherSees() throws Exception {
    one.ensure(id, GIB);
    assertThat(other.grow(id, 2 * GIB)).isEqualTo(2 * GIB);
    assertThat(one.inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
    other.retire(id);
    assertThat(one.inspect(id)).isEmpty();
    one.retire(id);
  }

  @Test
  void whoWantsThePoolAloneIsRefusedAndViceVersa() throws Exception {
    assertThatThrownBy(() -> RbdDriver.open(place, new Sharing.Alone(), Guard.NONE))
        .isInstanceOf(BackendException.Busy.class)
        .hasMessageContaining("in use by another Platter");
    var alonePlace = TestCeph.newPlace();
    try (var alone = RbdDriver.open(alonePlace, new Sharing.Alone(), Guard.NONE)) {
      assertThatThrownBy(() -> RbdDriver.open(alonePlace, new Sharing.AmongNodes(3), Guard.NONE))
          .isInstanceOf(BackendException.Busy.class)
          .hasMessageContaining("does not share it");
      assertThat(alone.list()).isEmpty();
    }
  }

  @Test
  void aNodeWhoseLeaseHasRunOutChangesNothing() throws Exception {
    var snapshot = DriverContract.newSnapshotId();
    one.ensure(id, GIB);
    one.snapshot(id, snapshot, GIB);
    var before = outside.list();
    guard.set(
        () -> {
          throw new BackendException.Indeterminate("too late", new IllegalStateException());
        });
    for (var change :
        List.<Change>of(
            () -> one.ensure(DriverContract.newId(), GIB),
            () -> one.grow(id, 2 * GIB),
            () -> one.retire(id),
            () -> one.snapshot(id, DriverContract.newSnapshotId(), GIB),
            () -> one.revert(id, snapshot),
            () -> one.retire(snapshot))) {
      assertThatThrownBy(change::run).isInstanceOf(BackendException.Indeterminate.class);
    }
    assertThat(outside.list()).isEqualTo(before);
    assertThat(other.inspect(id).orElseThrow().bytes()).isEqualTo(GIB);
  }

  private interface Change {
    void run() throws Exception;
  }

  @Test
  void aRevertThatComesAfterItWasSettledLeavesWhatTheVolumeHas() throws Exception {
    var snapshot = DriverContract.newSnapshotId();
    one.ensure(id, GIB);
    one.snapshot(id, snapshot, GIB);
    write("since");
    guard.set(
        () -> {
          if (nextIsWhole()) { // it fell asleep behind its last check, and another took over
            guard.set(Guard.NONE);
            other.settle(id);
          }
        });
    assertThatThrownBy(() -> one.revert(id, snapshot)).isInstanceOf(BackendException.class);
    assertThat(guard.get()).isSameAs(Guard.NONE);
    assertThat(read(5)).isEqualTo("since");
    assertThat(DriverContract.volumes(other)).hasSize(1);
    one.revert(id, snapshot);
    assertThat(read(5)).isEqualTo("\0\0\0\0\0");
  }

  @Test
  void aRevertThatComesAfterAnotherHasEndedItLeavesWhatWasWrittenSince() throws Exception {
    var snapshot = DriverContract.newSnapshotId();
    one.ensure(id, GIB);
    one.snapshot(id, snapshot, GIB);
    write("before");
    guard.set(
        () -> {
          if (nextIsWhole()) {
            guard.set(Guard.NONE);
            other.revert(id, snapshot);
            write("since");
          }
        });
    assertThatThrownBy(() -> one.revert(id, snapshot)).isInstanceOf(BackendException.class);
    assertThat(guard.get()).isSameAs(Guard.NONE);
    assertThat(read(5)).isEqualTo("since");
    assertThat(DriverContract.volumes(other)).hasSize(1);
  }

  @Test
  void aVolumeThatAnotherHasMadeMeanwhileIsNotCutOff() throws Exception {
    var snapshot = DriverContract.newSnapshotId();
    var source = DriverContract.newId();
    one.ensure(source, GIB);
    one.snapshot(source, snapshot, GIB);
    var checks = new AtomicInteger();
    guard.set(
        () -> {
          if (isListed(id.text()) && checks.getAndIncrement() == 0) { // the clone is there
            other.ensure(id, GIB, snapshot, Watch.NONE);
            other.grow(id, 2 * GIB);
          }
        });
    try {
      one.ensure(id, GIB, snapshot, Watch.NONE);
    } catch (BackendException e) {
      assertThat(e).hasMessageContaining(id.text());
    }
    assertThat(checks.get()).isPositive();
    assertThat(one.inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
  }

  private boolean isListed(String name) {
    try {
      return outside.list().stream().anyMatch(entry -> entry.name().equals(name));
    } catch (CephException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean nextIsWhole() throws BackendException {
    try (var image = outside.openReadOnly(Names.next(id))) {
      return image
          .metadata(Mark.KEY)
          .flatMap(Mark::parse)
          .equals(Optional.of(new Mark(Mark.owner(id), 2)));
    } catch (CephException e) {
      return false;
    }
  }

  private void write(String text) {
    try (var image = outside.open(id.text())) {
      var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      image.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(int length) throws Exception {
    var buffer = ByteBuffer.allocateDirect(length);
    try (var image = outside.openReadOnly(id.text())) {
      image.read(buffer, 0);
    }
    var bytes = new byte[length];
    buffer.flip().get(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }
}
