package platter.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Answer;
import platter.api.Client;
import platter.driver.WrittenInOrder;

/**
 * A server that is killed with -9 while it makes snapshots of a volume that a host writes to. Each
 * of them is made in the end, of one instant, and nothing is left over. {@code -Dplatter.seed}
 * repeats a run's choices.
 */
class SnapshotsUnderKillTest {
  private static final String PROJECT = "c0ffee00000000000000000000000001";
  private static final int ROUNDS = 3;
  private static final int MOST_WRITES = 300;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  /** By their jobs. */
  private final Map<String, String> snapshots = new LinkedHashMap<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (var process : started) {
      assertThat(process.destroyForcibly().waitFor()).isNotZero();
    }
  }

  private Client start() throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "platter.Main",
            "server",
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder.resolve("data").toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "PLATTER_PROJECT_ID", PROJECT,
                "PLATTER_ACCESS_KEY", "KILLKEY",
                "PLATTER_SECRET_KEY", "kill-secret"));
    builder.redirectError(Files.createTempFile(folder, "server", ".log").toFile());
    var process = builder.start();
    started.add(process);
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    var line = String.valueOf(out.readLine());
    assertThat(line).startsWith("Platter ready at http://");
    var endpoint = URI.create(line.substring("Platter ready at ".length()));
    return new Client(endpoint, PROJECT, "KILLKEY", "kill-secret");
  }

  @Test
  void eachSnapshotIsMadeInTheEndAndIsOfOneInstant() throws Exception {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("SnapshotsUnderKillTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    var client = start();
    var attachment = AttachedVolume.attach(client, client.volume("db", 10));
    for (int round = 0; round < ROUNDS; round++) {
      long most = killedAmidst(client, attachment, random);
      client = start();
      check(client, most);
    }
  }

  /** Returns the number of the last write that was begun. */
  private long killedAmidst(Client client, Answer attachment, Random random) throws Exception {
    var id = attachment.text("attachment.volume_id");
    var now =
        client.call(
            "GET",
            "/v3/{project_id}/attachments/" + attachment.text("attachment.id"),
            "",
            Map.of("OpenStack-API-Version", "volume 3.44"));
    try (var volume = AttachedVolume.connected(id, now.is(200)).filled()) {
      var writer = new WrittenInOrder((at, block) -> writeUntilKilled(volume, at, block));
      for (int i = 0; i < 3; i++) {
        var made = AttachedVolume.snapshot(client, id);
        snapshots.put(AttachedVolume.job(made), made.text("snapshot.id"));
      }
      writer.goOnFor(1 + random.nextInt(MOST_WRITES));
      assertThat(started.getLast().destroyForcibly().waitFor()).isNotZero();
      writer.close();
      return writer.begun();
    }
  }

  /** What is written after the end is written to nobody, and not begun by the client's measure. */
  private static void writeUntilKilled(AttachedVolume volume, long at, ByteBuffer block)
      throws IOException {
    try {
      volume.write(at, block);
    } catch (EOFException | SocketException _) {
      throw new WrittenInOrder.Over();
    }
  }

  private void check(Client client, long most) throws Exception {
    for (var made : snapshots.entrySet()) {
      client.job(made.getKey()).ends("SUCCESS");
      var content = AttachedVolume.content(folder.resolve("data/storage"), made.getValue());
      WrittenInOrder.check(content, 0, most);
    }
    client.get("/platter/v1/verify").is(200).hasSize("differences", 0);
    snapshots.clear();
  }
}
