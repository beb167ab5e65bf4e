package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** What dead processes and other people leave in a pool, and what becomes of it. */
class LeftBehindTest {
  private static final long GIB = DriverContract.GIB;
  private static final byte[] OLD = "before".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "behind".getBytes(StandardCharsets.UTF_8);

  private final VolumeId id = DriverContract.newId();
  private final SnapshotId snapshot = DriverContract.newSnapshotId();
  private final Pool outside;
  private final RbdDriver driver;

  LeftBehindTest() throws BackendException {
    var place = TestCeph.newPlace();
    outside = Pool.connect(Place.of(place));
    driver = RbdDriver.open(place, new Sharing.Alone(), Guard.NONE);
  }

  @AfterEach
  void close() {
    driver.close();
    outside.close();
  }

  private void write(String name, byte[] bytes) throws Exception {
    try (var image = outside.open(name)) {
      image.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
    }
  }

  private byte[] read(String name) throws Exception {
    var bytes = ByteBuffer.allocateDirect(OLD.length);
    try (var image = outside.openReadOnly(name)) {
      image.read(bytes, 0);
    }
    var read = new byte[OLD.length];
    bytes.flip().get(read);
    return read;
  }

  private void mark(String name, String text) throws CephException {
    try (var image = outside.open(name)) {
      image.setMetadata(Mark.KEY, text);
    }
  }

  private String headerOf(String name) throws CephException {
    try (var image = outside.openReadOnly(name)) {
      return "rbd_header." + image.id();
    }
  }

  private List<VolumeId> volumes() throws BackendException {
    return DriverContract.volumes(driver).stream().map(Fact::id).toList();
  }

  @Test
  void halfOfAnImageIsMadeAgain() throws Exception {
    outside.create(id.text(), GIB);
    outside.removeObject(headerOf(id.text()));
    assertThatThrownBy(() -> outside.open(id.text())).hasMessageContaining("not in the pool");
    assertThatThrownBy(() -> outside.create(id.text(), GIB)).hasMessageContaining("already");
    assertThat(driver.inspect(id)).isEmpty();
    driver.ensure(id, 2 * GIB);
    assertThat(driver.inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
  }

  @Test
  void halfOfAnImageIsRetired() throws Exception {
    outside.create(id.text(), GIB);
    outside.removeObject(headerOf(id.text()));
    driver.retire(id);
    driver.ensure(id, GIB);
    assertThat(volumes()).containsExactly(id);
  }

  @Test
  void anImageThatWasNotMarkedAndHoldsNothingIsMadeAgain() throws Exception {
    outside.create(id.text(), 3 * GIB);
    assertThat(driver.inspect(id)).isEmpty();
    driver.ensure(id, GIB);
    assertThat(driver.inspect(id).orElseThrow().bytes()).isEqualTo(GIB);
    assertThat(volumes()).containsExactly(id);
  }

  @Test
  void aCloneThatHasOnlyTheMarkOfItsParentIsMadeAgain() throws Exception {
    var source = DriverContract.newId();
    driver.ensure(source, GIB);
    write(source.text(), OLD);
    driver.snapshot(source, snapshot, GIB);
    outside.clone(Names.of(snapshot), "base", id.text()); // of one size, as the process died
    assertThat(driver.inspect(id)).isEmpty();
    driver.ensure(id, 2 * GIB, snapshot);
    assertThat(driver.inspect(id).orElseThrow().bytes()).isEqualTo(2 * GIB);
    assertThat(read(id.text())).isEqualTo(OLD);
  }

  @Test
  void aSnapshotThatWasBegunIsMadeAgainAndHoldsThePresent() throws Exception {
    driver.ensure(id, GIB);
    write(id.text(), OLD);
    try (var image = outside.open(id.text())) {
      image.createSnap(Names.transientSnap(snapshot));
    }
    outside.clone(id.text(), Names.transientSnap(snapshot), Names.of(snapshot));
    mark(Names.of(snapshot), Mark.making(Mark.owner(snapshot)));
    write(id.text(), NEW);
    assertThat(driver.inspect(snapshot)).isEmpty();
    driver.snapshot(id, snapshot, GIB);
    assertThat(read(Names.of(snapshot))).isEqualTo(NEW);
    try (var image = outside.openReadOnly(id.text())) {
      assertThat(image.snaps()).isNotEmpty().noneMatch(Image.Snap::live);
    }
  }

  @Test
  void theInstantOfASnapshotThatIsWholeDoesNotStayOnTheVolume() throws Exception {
    driver.ensure(id, GIB);
    driver.snapshot(id, snapshot, GIB);
    leaveTheInstant(); // as a process that died right before it took it away
    driver.snapshot(id, snapshot, GIB);
    nothingStays();
  }

  @Test
  void theInstantOfASnapshotThatIsTakenBackDoesNotStayOnTheVolume() throws Exception {
    driver.ensure(id, GIB);
    leaveTheInstant();
    driver.retire(id, snapshot);
    nothingStays();
    driver.retire(id, snapshot);
    driver.retire(id);
    driver.retire(id, snapshot);
  }

  private void leaveTheInstant() throws CephException {
    try (var image = outside.open(id.text())) {
      image.createSnap(Names.transientSnap(snapshot));
    }
  }

  private void nothingStays() throws CephException {
    try (var image = outside.openReadOnly(id.text())) {
      assertThat(image.snaps()).noneMatch(Image.Snap::live);
    }
  }

  @Test
  void whatOthersHaveUnderOurNamesIsNeverTouched() throws Exception {
    outside.create(id.text(), GIB);
    write(id.text(), OLD);
    for (var change : List.<Change>of(() -> driver.ensure(id, GIB), () -> driver.retire(id))) {
      assertThatThrownBy(change::run)
          .isInstanceOf(BackendException.Conflict.class)
          .hasMessageContaining("Platter did not make");
    }
    assertThatThrownBy(() -> driver.grow(id, 2 * GIB))
        .isInstanceOf(BackendException.NotFound.class);
    assertThat(driver.list()).containsExactly(new Found.Foreign(id.text()));
    assertThat(read(id.text())).isEqualTo(OLD);
  }

  private interface Change {
    void run() throws Exception;
  }

  @Test
  void aRevertThatDiedBetweenItsTwoMovesIsEnded() throws Exception {
    beginToRevert();
    outside.moveToTrash(id.text());
    driver.settle(id);
    assertThat(read(id.text())).isEqualTo(OLD);
    assertThat(volumes()).containsExactly(id);
    assertThat(driver.list()).hasSize(2);
  }

  @Test
  void aRevertThatDiedBetweenItsTwoMovesMayBeRepeated() throws Exception {
    beginToRevert();
    outside.moveToTrash(id.text());
    driver.revert(id, snapshot);
    assertThat(read(id.text())).isEqualTo(OLD);
    assertThat(driver.list()).hasSize(2);
  }

  @Test
  void aRevertThatDiedBeforeItsMovesHasDoneNothing() throws Exception {
    beginToRevert();
    driver.settle(id);
    assertThat(read(id.text())).isEqualTo(NEW);
    assertThat(outside.list().stream().map(Pool.Entry::name))
        .containsExactlyInAnyOrder(id.text(), Names.of(snapshot));
  }

  @Test
  void aVolumeThatIsRetiredTakesWhatItShouldHaveBecomeAlong() throws Exception {
    beginToRevert();
    driver.retire(id);
    driver.retire(snapshot);
    assertThat(outside.list()).isEmpty();
    awaitEmptyTrash();
  }

  /** The new image is there, and nothing has moved. */
  private void beginToRevert() throws Exception {
    driver.ensure(id, GIB);
    write(id.text(), OLD);
    driver.snapshot(id, snapshot, GIB);
    write(id.text(), NEW);
    outside.clone(Names.of(snapshot), "base", Names.next(id));
    mark(Names.next(id), new Mark(Mark.owner(id), 2).toString());
  }

  @Test
  void theSpaceOfAllIsFreedWhenTheLastThatReadsFromItHasGone() throws Exception {
    var copy = DriverContract.newId();
    driver.ensure(id, GIB);
    write(id.text(), OLD);
    driver.snapshot(id, snapshot, GIB);
    driver.ensure(copy, GIB, snapshot);
    driver.revert(id, snapshot);
    driver.retire(id);
    driver.retire(snapshot);
    assertThat(read(copy.text())).isEqualTo(OLD);
    assertThat(outside.trash()).isNotEmpty();
    driver.retire(copy);
    awaitEmptyTrash();
    assertThat(outside.list()).isEmpty();
  }

  private void awaitEmptyTrash() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(outside.trash()).isEmpty());
  }

  @Test
  void whatOthersPutIntoTheTrashStaysThere() throws Exception {
    outside.create("notes", GIB);
    outside.moveToTrash("notes");
    var uuid = DriverContract.newId().text();
    outside.create(uuid, GIB);
    outside.moveToTrash(uuid);
    driver.ensure(id, GIB);
    driver.retire(id);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(outside.trash().stream().map(Pool.Entry::name))
                    .containsExactlyInAnyOrder("notes", uuid));
  }

  @Test
  void aVolumeThatIsRevertedAgainAndAgainKeepsFewParents() throws Exception {
    driver.ensure(id, GIB);
    write(id.text(), OLD);
    var depths = Stream.<Integer>builder();
    for (int i = 0; i < 4; i++) {
      var each = DriverContract.newSnapshotId();
      driver.snapshot(id, each, GIB);
      write(id.text(), NEW);
      driver.revert(id, each);
      driver.retire(each);
      assertThat(read(id.text())).isEqualTo(OLD);
      try (var image = outside.openReadOnly(id.text())) {
        depths.add(image.metadata(Mark.KEY).flatMap(Mark::parse).orElseThrow().depth());
      }
    }
    assertThat(depths.build()).containsExactly(2, 4, 6, 1);
  }
}
