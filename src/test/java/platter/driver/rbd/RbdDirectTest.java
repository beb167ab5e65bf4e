package platter.driver.rbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;
import platter.api.Answer;
import platter.api.Client;

/** A host that opens an image of the pool itself, with no Platter between. */
class RbdDirectTest {
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";

  private final String place = TestCeph.newPlace();
  private final TestServer server = TestServer.with(Map.of("storage", "rbd:" + place)).run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer call(String method, String path, String body) {
    return alice.call(
        method, ATTACHMENTS + path, body, Map.of("OpenStack-API-Version", "volume 3.44"));
  }

  private Answer attach(String volume, String more) {
    return call(
        "POST",
        "",
        """
        {"attachment": {"volume_uuid": "%s", "connector": {"host": "h", "client": "rbd"%s}}}"""
            .formatted(volume, more));
  }

  private String attached(String volume) {
    var id = attach(volume, "").is(202).text("attachment.id");
    call("POST", "/" + id + "/action", "{\"os-complete\": null}").is(204);
    return id;
  }

  private static void write(Image image, String text, long at) throws IOException {
    var bytes = text.getBytes(UTF_8);
    image.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), at);
    image.flush();
  }

  private static String read(Image image, int length, long at) throws IOException {
    var bytes = ByteBuffer.allocateDirect(length);
    image.read(bytes, at);
    var read = new byte[length];
    bytes.flip().get(read);
    return new String(read, UTF_8);
  }

  @Test
  void theAnswerHasWhatCindersDriverOfCephTells() {
    var volume = alice.volume("v", 10);
    var made = attach(volume, "").is(202);
    var info = "attachment.connection_info.";
    var where = Place.of(place);
    made.has(info + "driver_volume_type", "rbd")
        .has(info + "name", where + "/" + volume)
        .has(info + "auth_username", "admin")
        .has(info + "auth_enabled", "true")
        .has(info + "access_mode", "rw")
        .has(info + "discard", "true")
        .has(info + "volume_id", volume)
        .hasSize(info + "hosts", 1)
        .hasSize(info + "ports", 1)
        .has(info + "hosts[0]", "127.0.0.1");
    assertThat(made.at(info + "export").isMissingNode()).isTrue();
    var port = made.text(info + "ports[0]");
    assertThat(port).matches("[0-9]{4,5}");
  }

  @Test
  void aHostWritesTheVolumeGrowsASnapshotIsMadeAndDetachingEndsItsWrites() throws Exception {
    var volume = alice.volume("v", 10);
    var id = attached(volume);
    assertThat(alice.statusOf(volume)).isEqualTo("in-use");
    try (var host = new Host(Pool.connect(Place.of(place)), volume)) {
      write(host.image(), "before", 0);
      alice
          .job(
              alice
                  .post(
                      "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                      "{\"os-extend\": {\"new_size\": 12}}")
                  .is(202)
                  .text("job_id"))
          .ends("SUCCESS");
      assertThat(host.image().size()).isEqualTo(12L << 30);
      write(host.image(), "end", (12L << 30) - 3);
      var snapshot =
          alice
              .post(
                  "/v2/{project_id}/cloudsnapshots",
                  "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
              .is(202);
      alice.job(snapshot.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
      write(host.image(), "behind", 0);
      alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(400);
      call("DELETE", "/" + id + "?connections=wait&timeout=0", "").is(409);
      write(host.image(), "after!", 0);

      call("DELETE", "/" + id, "").is(200);
      assertThat(alice.statusOf(volume)).isEqualTo("available");
      assertThatThrownBy(() -> write(host.image(), "late", 0)).isInstanceOf(IOException.class);
      try (var pool = Pool.connect(Place.of(place));
          var image = pool.openReadOnly(volume);
          var kept = pool.openReadOnly("snapshot." + snapshot.text("snapshot.id"))) {
        assertThat(read(image, 6, 0)).isEqualTo("after!");
        assertThat(read(image, 3, (12L << 30) - 3)).isEqualTo("end");
        assertThat(read(kept, 6, 0)).isEqualTo("before");
      }
    }
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  @Test
  void theCommandPrintsTheLinesOfTheImage() {
    var volume = alice.volume("v", 10);
    var said = Cli.alice(server).run("volume", "attach", "v", "--client", "rbd").exits(0);
    assertThat(said.lines())
        .contains("  sudo rbd map " + Place.of(place) + "/" + volume + " --id admin")
        .anyMatch(line -> line.startsWith("  -blockdev driver=rbd,"))
        .noneMatch(line -> line.contains("nbd"));
  }

  /** qemu's own driver, in a process of its own, with the key where Ceph's clients look for it. */
  @Test
  void qemuOpensTheImageByItsLine() throws Exception {
    TestCeph.mustHave("qemu-io");
    var volume = alice.volume("v", 10);
    var said = Cli.alice(server).run("volume", "attach", "v", "--client", "rbd").exits(0);
    var begin = "  -blockdev ";
    var blockdev =
        said.lines().stream()
            .filter(line -> line.startsWith(begin))
            .map(line -> line.substring(begin.length(), line.indexOf(" -device ")))
            .findFirst()
            .orElseThrow();
    var qemu =
        new ProcessBuilder(
            "qemu-io", "--image-opts", blockdev, "-c", "write -P 0x71 4k 4k", "-c", "flush");
    qemu.environment().put("CEPH_CONF", TestCeph.conf());
    var process = qemu.redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exit = process.waitFor();
    Assumptions.assumeFalse(
        out.contains("Unknown driver 'rbd'"), "NOT TRIED: qemu-block-extra is not installed");
    assertThat(exit).as(out).isZero();
    assertThat(out).contains("wrote 4096/4096 bytes at offset 4096");
    try (var pool = Pool.connect(Place.of(place));
        var image = pool.openReadOnly(volume)) {
      assertThat(read(image, 3, 4096)).isEqualTo("qqq");
      assertThat(read(image, 3, 0)).isEqualTo("\0\0\0");
    }
  }

  @Test
  void aHostThatLeavesByItselfIsWaitedForAndMayComeAgain() throws Exception {
    var volume = alice.volume("v", 10);
    try (var pool = Pool.connect(Place.of(place))) {
      for (int round = 0; round < 2; round++) {
        var id = attached(volume);
        try (var image = pool.open(volume)) {
          write(image, "round" + round, 0);
        }
        call("DELETE", "/" + id + "?connections=wait", "").is(200);
      }
      try (var image = pool.openReadOnly(volume)) {
        assertThat(read(image, 6, 0)).isEqualTo("round1");
      }
    }
    alice
        .job(alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200).text("job_id"))
        .ends("SUCCESS");
  }

  @Test
  void itIsRefusedWhereItCouldNotBeKept() {
    var volume = alice.volume("v", 10);
    attach(volume, ", \"mode\": \"ro\"").is(400);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    var id = attached(volume);
    call(
            "PUT",
            "/" + id,
            "{\"attachment\": {\"connector\": {\"host\": \"h\", \"client\": \"qemu\"}}}")
        .is(400);
    try (var files = TestServer.start()) {
      var other = files.alice();
      other
          .call(
              "POST",
              ATTACHMENTS,
              """
              {"attachment": {"volume_uuid": "%s", "connector": {"host": "h", "client": "rbd"}}}"""
                  .formatted(other.volume("v", 10)),
              Map.of("OpenStack-API-Version", "volume 3.44"))
          .is(400);
    }
  }

  /** One that may have been locked out: then nothing of it can be closed in order. */
  private static final class Host implements AutoCloseable {
    private final Pool pool;
    private final Image image;

    Host(Pool pool, String volume) throws CephException {
      this.pool = pool;
      image = pool.open(volume);
    }

    Image image() {
      return image;
    }

    @Override
    public void close() {
      try {
        image.close();
      } catch (CephException _) {
        // the cluster takes nothing of it
      }
      pool.close();
    }
  }
}
