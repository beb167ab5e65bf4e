package platter.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.api.Answer;
import platter.api.Client;
import platter.driver.ForwardingDriver;
import platter.driver.Found;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * What {@code platter verify} sees and heals on every storage, when it was changed behind the
 * service's back.
 */
abstract class StorageContract {
  private static final long GIB = 1L << 30;
  private static final String TRASHED = "what-was-deleted";

  private final AtomicReference<Trash> driver = new AtomicReference<>();
  private final TestServer server;
  private String volume = "";
  private String neighbour = "";

  /** Of a service on that storage, which does not run yet. */
  StorageContract(TestServer server) {
    this.server = server;
  }

  /** Leaves what somebody leaves who dies while he makes a volume of that id. */
  abstract void leaveHalfMade(String id) throws IOException;

  /** The real storage, where something deleted stays for as long as the test wants. */
  private static final class Trash extends ForwardingDriver {
    private volatile List<Found> more = List.of();

    Trash(StorageDriver real) {
      super(real);
    }

    @Override
    public List<Found> list() throws BackendException {
      return Stream.concat(real.list().stream(), more.stream()).toList();
    }
  }

  @BeforeEach
  void start() {
    server
        .aroundDriver(
            real -> {
              driver.set(new Trash(real));
              return driver.get();
            })
        .run();
    volume = alice().volume("v", 10);
    neighbour = alice().volume("neighbour", 10);
    assertThat(differences()).isEmpty();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  final TestServer server() {
    return server;
  }

  private Client alice() {
    return server.alice();
  }

  private StorageDriver storage() {
    return driver.get();
  }

  private Answer verify() {
    return server.operator().get("/platter/v1/verify").is(200);
  }

  private List<String> differences() {
    var all = new ArrayList<String>();
    verify().at("differences").forEach(one -> all.add(one.asString()));
    return all;
  }

  private VolumeId id() {
    return new VolumeId(volume);
  }

  private static SnapshotId newSnapshotId() {
    return new SnapshotId(UUID.randomUUID().toString());
  }

  private SnapshotId snapshot() {
    var made =
        alice()
            .post(
                "/v2/{project_id}/cloudsnapshots",
                "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202);
    alice().job(made.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
    return new SnapshotId(made.text("snapshot.id"));
  }

  /** It is the only difference, is healed, and the neighbour is what it was. */
  private void isSeenAndHealed(String says) throws BackendException {
    assertThat(differences()).singleElement().asString().contains(says);
    var repaired =
        server.operator().post("/platter/v1/verify/repair", "{\"delete_data\": true}").is(200);
    repaired.hasSize("left", 0);
    assertThat(differences()).isEmpty();
    assertThat(alice().statusOf(neighbour)).isEqualTo("available");
    assertThat(storage().inspect(new VolumeId(neighbour)).orElseThrow().bytes())
        .isEqualTo(10 * GIB);
  }

  @Test
  void aVolumeWithoutStorageIsSeen() throws Exception {
    storage().retire(id());
    isSeenAndHealed("volume " + volume + " (available) has no storage");
    assertThat(alice().statusOf(volume)).isEqualTo("error");
  }

  @Test
  void storageWithoutAVolumeIsSeen() throws Exception {
    var stray = VolumeId.of(UUID.randomUUID());
    storage().ensure(stray, GIB);
    isSeenAndHealed("storage has volume " + stray + " of which there is no row");
    assertThat(storage().inspect(stray)).isEmpty();
  }

  @Test
  void aVolumeWithMoreStorageIsSeen() throws Exception {
    storage().grow(id(), 12 * GIB);
    isSeenAndHealed("its row says 10737418240");
    alice().get("/v2/{project_id}/cloudvolumes/" + volume).has("volume.size", "12");
  }

  @Test
  void aVolumeWithLessStorageIsSeen() throws Exception {
    storage().retire(id());
    storage().ensure(id(), 3 * GIB);
    isSeenAndHealed("its row says 10737418240");
    assertThat(alice().statusOf(volume)).isEqualTo("error");
  }

  @Test
  void aSnapshotWithoutStorageIsSeen() throws Exception {
    var snapshot = snapshot();
    storage().retire(snapshot);
    isSeenAndHealed("snapshot " + snapshot + " (available) has no storage");
  }

  @Test
  void storageWithoutASnapshotIsSeen() throws Exception {
    var stray = newSnapshotId();
    storage().snapshot(id(), stray, 10 * GIB);
    isSeenAndHealed("snapshot " + stray + " of which there is no row");
    assertThat(storage().inspect(stray)).isEmpty();
  }

  @Test
  void aSnapshotOfAnotherSizeIsSeen() throws Exception {
    var snapshot = snapshot();
    storage().retire(snapshot);
    storage().snapshot(id(), snapshot, 3 * GIB);
    isSeenAndHealed("its row says 10737418240");
  }

  @Test
  void whatIsHalfMadeIsToldAndIsNoVolumeAndNoDifference() throws Exception {
    var id = UUID.randomUUID().toString();
    leaveHalfMade(id);
    var report = verify().hasSize("differences", 0).hasSize("foreign", 0);
    assertThat(report.at("leftovers").valueStream().map(one -> one.asString()))
        .anyMatch(one -> one.contains(id));
    assertThat(storage().inspect(new VolumeId(id))).isEmpty();
    // and is in nobody's way
    storage().ensure(new VolumeId(id), GIB);
    isSeenAndHealed("storage has volume " + id + " of which there is no row");
  }

  @Test
  void whatWasDeletedAndIsNotRemovedYetIsToldAndIsNoDifference() {
    driver.get().more = List.of(new Found.Retired(VolumeId.of(UUID.randomUUID()), TRASHED));
    var report = verify().hasSize("differences", 0).hasSize("foreign", 0);
    assertThat(report.at("leftovers").valueStream().map(one -> one.asString())).contains(TRASHED);
  }
}
