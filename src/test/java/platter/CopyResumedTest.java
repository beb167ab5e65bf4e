package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Client;

/**
 * A server process is killed in the middle of a copy of some hundred MiB: the next one goes on
 * where it was, under the same job, and what it makes is right to the last byte.
 */
class CopyResumedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final int MIB = 1 << 20;
  private static final long GIB = 1L << 30;
  private static final long DATA = 400L * MIB;
  private static final long MORE = 500L * MIB;
  private static final long END = MORE + 2 * MIB;
  private static final long FIRST = 160L * MIB;
  private static final long SECOND = 330L * MIB;

  /** A copy of that size is marked so often. */
  private static final long MARK = 64L * MIB;

  private final Path folder;
  private NodeProcess server;
  private String volume = "";
  private String snapshot = "";

  CopyResumedTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    server = started();
  }

  private NodeProcess started() throws IOException {
    var settings = Map.of("data", folder.resolve("data").toString(), "nbd_listen", "off");
    return NodeProcess.start(HeldServer.class, folder.resolve("log"), settings).ready();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Client client() {
    return server.client();
  }

  private void hold(long from) throws IOException {
    Files.writeString(folder.resolve("new-hold"), Long.toString(from));
    Files.move(
        folder.resolve("new-hold"), folder.resolve("hold"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where copies began and were held. */
  private List<String> said() throws IOException {
    var file = folder.resolve("said");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private long said(int index, String word) throws IOException {
    var words = said().get(index).split(" ", -1);
    assertThat(words[0]).isEqualTo(word);
    return Long.parseLong(words[1]);
  }

  private void untilSaid(int lines) {
    Awaitility.await().atMost(PATIENCE).until(() -> said().size() == lines);
  }

  private void volumeWithData() throws IOException {
    volume = client().volume("v", 10);
    var random = new SplittableRandom(7);
    var bytes = new byte[MIB];
    try (var file = new RandomAccessFile(file("volumes", volume).toFile(), "rw")) {
      for (long at = 0; at < DATA; at += bytes.length) {
        random.nextBytes(bytes);
        file.write(bytes);
      }
      file.seek(MORE);
      file.write(bytes);
    }
  }

  private void snapshotMade() throws IOException {
    volumeWithData();
    var made = startSnapshot();
    client().job(made).ends("SUCCESS");
    Files.delete(folder.resolve("said"));
  }

  private String startSnapshot() {
    var answer =
        client()
            .post(
                "/v2/{project_id}/cloudsnapshots",
                "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202);
    snapshot = answer.text("snapshot.id");
    return answer.header("X-Platter-Job").orElseThrow();
  }

  private Path file(String kind, String id) {
    return folder.resolve("data/storage/" + kind + "/" + id.substring(34) + "/" + id + ".raw");
  }

  /** Of all that was ever written. */
  private static long sum(Path file) throws IOException {
    assertThat(Files.size(file)).isEqualTo(10 * GIB);
    var sum = new CRC32C();
    try (var in = Files.newInputStream(file)) {
      for (long at = 0; at < END; at += MIB) {
        sum.update(in.readNBytes(MIB));
      }
    }
    return sum.getValue();
  }

  private int percent(String job) {
    var step =
        client()
            .get("/platter/v1/{project_id}/jobs/" + job + "/explain")
            .is(200)
            .at("steps[0].percent");
    return step.isNumber() ? step.intValue() : 0;
  }

  /** The copy has been held, and the server is killed; the next one holds it later, in its turn. */
  private void killAndGoOn(String job) throws Exception {
    untilSaid(2);
    assertThat(said(0, "begins")).isZero();
    assertThat(said(1, "held")).isEqualTo(FIRST);
    Awaitility.await().atMost(PATIENCE).until(() -> percent(job) == 100 * FIRST / (10 * GIB));
    server.kill();
    hold(SECOND);
    server = started();
    client().job(job).reaches("RUNNING");
    untilSaid(4);
    assertThat(said(2, "begins")).isBetween(FIRST - MARK, FIRST);
    assertThat(said(3, "held")).isEqualTo(SECOND);
    assertThat(percent(job)).isEqualTo((int) (100 * SECOND / (10 * GIB)));
  }

  private void release() throws IOException {
    Files.delete(folder.resolve("hold"));
  }

  /** Files in the making. */
  private long drafts() throws IOException {
    long sum = 0;
    for (var kind : List.of("tmp", "snapshots/tmp")) {
      try (Stream<Path> all = Files.walk(folder.resolve("data/storage/" + kind))) {
        sum += all.filter(Files::isRegularFile).count();
      }
    }
    return sum;
  }

  private void nothingDiffers() throws IOException {
    client().get("/platter/v1/verify").is(200).hasSize("differences", 0).hasSize("foreign", 0);
    assertThat(drafts()).isZero();
  }

  private String startClone() {
    return client()
        .post(
            "/v2/{project_id}/cloudvolumes",
            """
            {"volume": {"name": "clone", "size": 10, "volume_type": "SSD",
              "availability_zone": "az1", "snapshot_id": "%s"}}"""
                .formatted(snapshot))
        .is(200)
        .text("job_id");
  }

  @Test
  void aVolumeOfASnapshotIsGoneOnWith() throws Exception {
    snapshotMade();
    hold(FIRST);
    var job = startClone();
    killAndGoOn(job);
    release();
    var clone = client().job(job).ends("SUCCESS").text("entities.volume_id");
    assertThat(sum(file("volumes", clone))).isEqualTo(sum(file("snapshots/kept", snapshot)));
    nothingDiffers();
  }

  @Test
  void whatIsCancelledAfterTheRestartIsTakenAway() throws Exception {
    snapshotMade();
    hold(FIRST);
    var job = startClone();
    killAndGoOn(job);
    assertThat(drafts()).isEqualTo(1);
    client().post("/platter/v1/{project_id}/jobs/" + job + "/cancel", "").is(202);
    client().job(job).ends("FAIL").has("error_code", "PLATTER.0002");
    nothingDiffers();
  }

  @Test
  void aSnapshotOfAVolumeThatNobodyWritesIsGoneOnWith() throws Exception {
    volumeWithData();
    hold(FIRST);
    var job = startSnapshot();
    killAndGoOn(job);
    release();
    client().job(job).ends("SUCCESS");
    assertThat(sum(file("snapshots/kept", snapshot))).isEqualTo(sum(file("volumes", volume)));
    nothingDiffers();
  }

  @Test
  void aRollbackIsGoneOnWith() throws Exception {
    snapshotMade();
    try (var file = new RandomAccessFile(file("volumes", volume).toFile(), "rw")) {
      file.seek(50L * MIB);
      file.write(new byte[MIB]);
    }
    hold(FIRST);
    var job =
        client()
            .post(
                "/v2/{project_id}/cloudsnapshots/" + snapshot + "/rollback",
                "{\"rollback\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202)
            .header("X-Platter-Job")
            .orElseThrow();
    killAndGoOn(job);
    release();
    client().job(job).ends("SUCCESS");
    assertThat(sum(file("volumes", volume))).isEqualTo(sum(file("snapshots/kept", snapshot)));
    nothingDiffers();
  }

  @Test
  void aServerThatStopsByItselfLeavesTheCopyToTheNextOne() throws Exception {
    snapshotMade();
    hold(FIRST);
    var job = startClone();
    untilSaid(2);
    server.terminate();
    assertThat(server.exit()).isEqualTo(143);
    hold(SECOND);
    server = started();
    untilSaid(4);
    assertThat(said(2, "begins")).isBetween(FIRST - MARK, FIRST);
    release();
    var clone = client().job(job).ends("SUCCESS").text("entities.volume_id");
    assertThat(sum(file("volumes", clone))).isEqualTo(sum(file("snapshots/kept", snapshot)));
    nothingDiffers();
  }
}
