package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import platter.TestServer;

/**
 * What the tests of the three families of snapshots have in common: a server, its calls and its
 * files.
 */
abstract class SnapshotCalls {
  static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  static final byte[] OLD = "what was there before".getBytes(StandardCharsets.UTF_8);
  static final byte[] NEW = "what was written then".getBytes(StandardCharsets.UTF_8);
  static final long END = 10L << 30; // of a volume of 10 GiB

  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  TestServer server = server(Map.of("zones", "az1,az2"));
  Client alice = server.alice();

  TestServer server(Map<String, String> flags) {
    return TestServer.with(flags)
        .aroundDriver(
            real -> {
              this.driver.set(new GatedDriver(real));
              return this.driver.get();
            })
        .run();
  }

  GatedDriver gate() {
    return driver.get();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  void startAgainWith(Map<String, String> flags) {
    server.close();
    server = server(flags);
    alice = server.alice();
  }

  static final String ALL = "/v2/{project_id}/cloudsnapshots";
  static final String CINDER = "/v3/{project_id}/snapshots";
  static final String V5 = "/v5/{project_id}/snapshots";

  Answer create(String volume, String more) {
    return alice.post(
        ALL,
        """
        {"snapshot": {"volume_id": "%s"%s}}\
        """
            .formatted(volume, more.isEmpty() ? "" : ", " + more));
  }

  /** {@code {"snapshot": {"volume_id": …}}}. */
  static String of(String volume) {
    return "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}";
  }

  /** The job that the header or the body tells has done it. */
  Answer done(Answer answer) {
    alice.job(job(answer)).ends("SUCCESS");
    return answer;
  }

  static String job(Answer answer) {
    return answer.header("X-Platter-Job").orElseGet(() -> answer.text("job_id"));
  }

  String snapshot(String volume, String name) {
    return done(create(volume, "\"name\": \"" + name + "\"").is(202)).text("snapshot.id");
  }

  Answer show(String id) {
    return alice.get(ALL + "/" + id);
  }

  Answer rollback(String snapshot, String volume) {
    return alice.post(
        ALL + "/" + snapshot + "/rollback",
        "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(volume));
  }

  Answer createOf(String snapshot, int size, String more) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes",
        """
        {"volume": {"size": %d, "volume_type": "SSD", "availability_zone": "az1",
        "snapshot_id": "%s"%s}}\
        """
            .formatted(size, snapshot, more));
  }

  void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  static List<String> ids(Answer list) {
    return list.is(200).at("snapshots").valueStream().map(s -> s.get("id").asString()).toList();
  }

  Path file(String volume) {
    return server.data().resolve("storage/volumes/" + volume.substring(34) + "/" + volume + ".raw");
  }

  void write(String volume, long at, byte[] bytes) {
    try (var file = new RandomAccessFile(file(volume).toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] read(String volume, long at) {
    var bytes = new byte[OLD.length];
    try (var file = new RandomAccessFile(file(volume).toFile(), "r")) {
      file.seek(at);
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] zeros() {
    return new byte[OLD.length];
  }

  Answer extend(String volume) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
        "{\"os-extend\": {\"new_size\": 20}}");
  }

  Answer retry(Answer failed) {
    return alice.post("/platter/v1/{project_id}/jobs/" + job(failed) + "/retry", "");
  }

  Answer act(String volume, String action) {
    return alice.post("/v3/{project_id}/volumes/" + volume + "/action", action);
  }

  static final String ATTACH =
      "{\"os-attach\": {\"instance_uuid\": \"9b1c9b1c-0000-4000-8000-000000000001\","
          + " \"mountpoint\": \"/dev/vdb\"}}";
}
