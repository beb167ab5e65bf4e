package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.api.Client;
import platter.driver.WrittenInOrder;

/** Snapshots of volumes that a host writes to over NBD; on ext4 they are copied meanwhile. */
class SnapshotsInUseTest {
  private static final int MIB = 1 << 20;

  private final AtomicReference<PacedDriver> driver = new AtomicReference<>();
  private TestServer server = server(Map.of());
  private Client alice = server.alice();

  private TestServer server(Map<String, String> flags) {
    return TestServer.onDisk(flags)
        .aroundDriver(
            real -> {
              driver.set(new PacedDriver(real));
              return driver.get();
            })
        .run();
  }

  private PacedDriver driver() {
    return driver.get();
  }

  private void startAgainWith(Map<String, String> flags) {
    server.close();
    server = server(flags);
    alice = server.alice();
  }

  private void assumeCopies() {
    Assumptions.assumeFalse(
        driver().snapshotsAreInstant(), "this file system copies in an instant");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void nothingDiffers() {
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  private WrittenInOrder.Reading content(String snapshot) {
    return AttachedVolume.content(server.data().resolve("storage"), snapshot);
  }

  @Test
  void aSnapshotOfAVolumeThatAHostWritesToIsOfOneInstant() throws Exception {
    try (var volume = AttachedVolume.of(alice, alice.volume("db", 10)).filled();
        var writer = new WrittenInOrder(volume::write)) {
      driver().pace((_, _, _) -> writer.goOnFor(3));
      for (int round = 0; round < 3; round++) {
        writer.goOnFor(50);
        long least = writer.acknowledged();
        var made = AttachedVolume.snapshot(alice, volume.id());
        alice.job(AttachedVolume.job(made)).ends("SUCCESS");
        long most = writer.begun();
        WrittenInOrder.check(content(made.text("snapshot.id")), least, most);
      }
    }
    nothingDiffers();
  }

  @Test
  void whatIsTrimmedAndZeroedWhileACopyRunsIsStillInIt() throws Exception {
    assumeCopies();
    try (var volume = AttachedVolume.of(alice, alice.volume("db", 10)).filled()) {
      var hold = driver().hold(MIB);
      var made = AttachedVolume.snapshot(alice, volume.id());
      hold.untilThere();
      var host = volume.client();
      assertThat(host.ask(0, Protocol.CMD_TRIM, 4 * MIB, 5 * MIB).error()).isZero();
      assertThat(host.ask(0, Protocol.CMD_WRITE_ZEROES, 12 * MIB + 512, 5 * MIB).error()).isZero();
      int noHole = Protocol.CMD_FLAG_NO_HOLE;
      assertThat(host.ask(noHole, Protocol.CMD_WRITE_ZEROES, 20 * MIB, MIB).error()).isZero();
      assertThat(host.write(Protocol.CMD_FLAG_FUA, 30 * MIB, new byte[MIB])).isZero();
      host.flush();
      assertThat(host.read(30 * MIB, MIB)).containsOnly(0);
      hold.release();
      alice.job(AttachedVolume.job(made)).ends("SUCCESS");
      WrittenInOrder.check(content(made.text("snapshot.id")), 0, 0);
      assertThat(host.read(20 * MIB, MIB)).containsOnly(0);
    }
  }

  @Test
  void aCopyTellsHowFarItIsAndACancelEndsItBetweenTwoPieces() throws Exception {
    assumeCopies();
    try (var volume = AttachedVolume.of(alice, alice.volume("db", 10)).filled()) {
      assertThat(volume.client().write(0, 5L << 30, new byte[] {1})).isZero();
      var hold = driver().hold(4L << 30);
      var made = AttachedVolume.snapshot(alice, volume.id());
      var job = AttachedVolume.job(made);
      hold.untilThere();
      alice
          .get("/platter/v1/{project_id}/jobs/" + job + "/explain")
          .is(200)
          .has("steps[0].state", "under way")
          .has("steps[0].percent", "50");
      AttachedVolume.show(alice, made.text("snapshot.id"))
          .has("snapshot.os-extended-snapshot-attributes:progress", "50%");
      alice.post("/platter/v1/{project_id}/jobs/" + job + "/cancel", "").is(202);
      alice.job(job).ends("FAIL").has("error_code", "PLATTER.0002");
      var id = made.text("snapshot.id");
      AttachedVolume.show(alice, id).has("snapshot.status", "error");
      assertThat(volume.client().write(0, 0, new byte[MIB])).isZero();
      assertThat(volume.client().write(0, 31 * MIB, new byte[MIB])).isZero();
      nothingDiffers();
      driver().pace((_, _, _) -> {});
      var again = alice.post("/platter/v1/{project_id}/jobs/" + job + "/retry", "").is(202);
      alice.job(again.text("job_id")).ends("SUCCESS");
      assertThat(content(id).read(0, 1)).containsExactly(0);
    }
  }

  @Test
  void longCopiesTakeNoHandFromOthersAndACancelledOneWaitsForNone() throws Exception {
    startAgainWith(Map.of("jobs_at_once", "1", "copies_at_once", "1"));
    assumeCopies();
    try (var one = AttachedVolume.of(alice, alice.volume("one", 10)).filled()) {
      var two = alice.volume("two", 10);
      var hold = driver().hold(MIB);
      var first = AttachedVolume.snapshot(alice, one.id());
      hold.untilThere();
      var second = AttachedVolume.snapshot(alice, two);
      var third = AttachedVolume.snapshot(alice, two);
      alice.volume("another", 10); // made meanwhile
      AttachedVolume.show(alice, second.text("snapshot.id")).has("snapshot.status", "creating");
      alice
          .post("/platter/v1/{project_id}/jobs/" + AttachedVolume.job(second) + "/cancel", "")
          .is(202);
      alice.job(AttachedVolume.job(second)).ends("FAIL");
      AttachedVolume.show(alice, first.text("snapshot.id")).has("snapshot.status", "creating");
      hold.release();
      alice.job(AttachedVolume.job(first)).ends("SUCCESS");
      alice.job(AttachedVolume.job(third)).ends("SUCCESS");
    }
    nothingDiffers();
  }

  @Test
  void aServiceThatStopsAmidACopyMakesItAnewAtTheNextStart() throws Exception {
    assumeCopies();
    var attachment = AttachedVolume.attach(alice, alice.volume("db", 10));
    var id = attachment.text("attachment.volume_id");
    String snapshot;
    String job;
    long least;
    try (var volume = AttachedVolume.connected(id, attachment).filled()) {
      var hold = driver().hold(16 * MIB);
      var made = AttachedVolume.snapshot(alice, id);
      job = AttachedVolume.job(made);
      snapshot = made.text("snapshot.id");
      hold.untilThere();
      // so the snapshot that is made in the end has to have it all
      var writer = new WrittenInOrder(volume::write);
      writer.goOnFor(100);
      writer.close();
      least = writer.acknowledged();
      server.stop();
    }
    server.run();
    alice = server.alice();
    alice.job(job).ends("SUCCESS");
    WrittenInOrder.check(content(snapshot), least, least);
    nothingDiffers();
  }
}
