package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.driver.rbd.TestCeph;
import platter.nbd.Export;
import platter.nbd.Extent;

/** A volume's life on a real Ceph cluster, as seen by the API and by a host. */
class RbdVolumesTest {
  private final TestServer server =
      TestServer.with(Map.of("storage", "rbd:" + TestCeph.newPlace())).run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aVolumeIsServedGrownSnapshottedRolledBackClonedAndDeleted() throws IOException {
    var volume = alice.volume("v", 10);
    var attached = attach(volume);
    var ticket = attached.text("attachment.connection_info.export");
    String snapshot;
    try (var export = server.open(ticket).orElseThrow();
        var another = server.open(ticket).orElseThrow()) {
      assertThat(export.size()).isEqualTo(10L << 30);
      write(export, "first", 4 << 20);
      assertThat(read(another, 5, 4 << 20)).isEqualTo("first");
      holesAreTold(export);

      alice
          .job(
              alice
                  .post(
                      "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                      "{\"os-extend\": {\"new_size\": 12}}")
                  .is(202)
                  .text("job_id"))
          .ends("SUCCESS");
      assertThat(export.size()).isEqualTo(12L << 30);
      write(export, "end", (12L << 30) - 3);
      assertThat(read(another, 3, (12L << 30) - 3)).isEqualTo("end");

      snapshot = snapshot(volume);
      write(export, "later", 4 << 20);
      export.zero((12L << 30) - 3, 3, true, false);
      assertThat(read(another, 3, (12L << 30) - 3)).isEqualTo("\0\0\0");
    }
    var id = attached.text("attachment.id");
    call("DELETE", "/v3/{project_id}/attachments/" + id, "").is(200);
    assertThat(server.open(ticket)).isEmpty();

    rollBack(volume, snapshot);
    var copy = volumeOf(snapshot);
    for (var each : new String[] {volume, copy}) {
      var again = attach(each);
      try (var export =
          server.open(again.text("attachment.connection_info.export")).orElseThrow()) {
        assertThat(read(export, 5, 4 << 20)).isEqualTo("first");
        assertThat(read(export, 3, (12L << 30) - 3)).isEqualTo("end");
      }
      call("DELETE", "/v3/{project_id}/attachments/" + again.text("attachment.id"), "").is(200);
    }
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);

    delete("/v2/{project_id}/cloudsnapshots/" + snapshot);
    delete("/v2/{project_id}/cloudvolumes/" + volume);
    delete("/v2/{project_id}/cloudvolumes/" + copy);
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  private static void holesAreTold(Export export) throws IOException {
    assertThat(export.extentAt(0, 10L << 30)).isEqualTo(new Extent(4 << 20, true));
    assertThat(export.extentAt(4 << 20, 10L << 30).hole()).isFalse();
    var behind = export.extentAt(8 << 20, 10L << 30);
    assertThat(behind.hole()).isTrue();
    assertThat(behind.length()).isGreaterThan(100 << 20);
  }

  private Answer call(String method, String path, String body) {
    return alice.call(method, path, body, Map.of("OpenStack-API-Version", "volume 3.44"));
  }

  private Answer attach(String volume) {
    var made =
        call(
                "POST",
                "/v3/{project_id}/attachments",
                "{\"attachment\": {\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"h\"}}}"
                    .formatted(volume))
            .is(202);
    var path = "/v3/{project_id}/attachments/" + made.text("attachment.id") + "/action";
    call("POST", path, "{\"os-complete\": null}").is(204);
    return made;
  }

  private String snapshot(String volume) {
    var made =
        alice
            .post(
                "/v2/{project_id}/cloudsnapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\", \"force\": true}}".formatted(volume))
            .is(202);
    alice.job(SnapshotCalls.job(made)).ends("SUCCESS");
    return made.text("snapshot.id");
  }

  private void rollBack(String volume, String snapshot) {
    var asked =
        alice
            .post(
                "/v2/{project_id}/cloudsnapshots/" + snapshot + "/rollback",
                "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(volume))
            .is(202);
    alice.job(SnapshotCalls.job(asked)).ends("SUCCESS");
  }

  private String volumeOf(String snapshot) {
    var made =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "copy", "size": 12, "volume_type": "SSD",
                  "availability_zone": "az1", "snapshot_id": "%s"}}"""
                    .formatted(snapshot))
            .is(202);
    alice.job(made.text("job_id")).ends("SUCCESS");
    return made.text("volume_ids[0]");
  }

  private void delete(String path) {
    var asked = alice.delete(path);
    assertThat(asked.status()).isIn(200, 202);
    alice.job(SnapshotCalls.job(asked)).ends("SUCCESS");
  }

  private static void write(Export export, String text, long at) throws IOException {
    var bytes = text.getBytes(UTF_8);
    export.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), at);
    export.flush();
  }

  private static String read(Export export, int length, long at) throws IOException {
    var buffer = ByteBuffer.allocateDirect(length);
    assertThat(export.readNow(buffer, at)).as("it would wait").isFalse();
    export.read(buffer, at);
    var bytes = new byte[length];
    buffer.flip().get(bytes);
    return new String(bytes, UTF_8);
  }
}
