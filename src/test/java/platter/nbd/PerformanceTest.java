package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.api.Answer;
import platter.api.Client;

/** A volume that hosts have, and whose performance is changed: a client of the real server. */
class PerformanceTest {
  private static final long MIB = 1L << 20;

  private final TestServer server = TestServer.onDisk(Map.of()).run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  static String essd2(Client alice, int iops) {
    var made =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": 10, "volume_type": "ESSD2", "iops": %d,
                  "availability_zone": "az1"}}\
                """
                    .formatted(iops))
            .is(202);
    alice.job(made.text("job_id")).ends("SUCCESS");
    return made.text("volume_ids[0]");
  }

  private static Answer attachments(Client alice, String method, String path, String body) {
    return alice.call(
        method,
        "/v3/{project_id}/attachments" + path,
        body,
        Map.of("OpenStack-API-Version", "volume 3.44"));
  }

  /** Where its host finds it. */
  static URI attached(Client alice, String volume) {
    var made =
        attachments(
                alice,
                "POST",
                "",
                "{\"attachment\": {\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"h\"}}}"
                    .formatted(volume))
            .is(202);
    var id = made.text("attachment.id");
    attachments(alice, "POST", "/" + id + "/action", "{\"os-complete\": null}").is(204);
    return URI.create(made.text("attachment.connection_info.uri"));
  }

  static String ticket(URI place) {
    return place.getPath().substring(1);
  }

  private static NbdClient connect(URI place) throws IOException {
    var address = new InetSocketAddress(place.getHost(), place.getPort());
    var client = NbdClient.connect(address).greet(3);
    assertThat(client.go(ticket(place))).isEqualTo(Protocol.REP_ACK);
    return client;
  }

  private void qos(String volume, String members) {
    var answer =
        alice
            .put(
                "/v5/{project_id}/cloudvolumes/" + volume + "/qos",
                "{\"qos_modify\": {" + members + "}}")
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
  }

  @Test
  void aHostIsHeldToTheNewQosOnTheConnectionThatItHas() throws IOException {
    var volume = essd2(alice, 10_000);
    try (var client = connect(attached(alice, volume))) {
      assertThat(client.read(0, 1)).hasSize(1);
      qos(volume, "\"iops\": 100");
      long began = System.nanoTime();
      for (int i = 0; i < 60; i++) {
        assertThat(client.read(0, 1)).hasSize(1);
      }
      // 10 at once, and one in 10 milliseconds after them; the last one is not waited for
      assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(480));
    }
  }

  @Test
  void anOpenVolumeHasTheLimitsOfItsNewQosAndOfItsNewType() throws IOException {
    var volume = essd2(alice, 5000);
    try (var export = server.open(ticket(attached(alice, volume))).orElseThrow()) {
      assertThat(export.limits()).isEqualTo(new Limits(5000, 0));
      qos(volume, "\"iops\": 200");
      assertThat(export.limits()).isEqualTo(new Limits(200, 0));
      retype(volume, "\"new_type\": \"GPSSD2\", \"iops\": 4000, \"throughput\": 500");
      assertThat(export.limits()).isEqualTo(new Limits(4000, 500 * MIB));
      retype(volume, "\"new_type\": \"SSD\"");
      assertThat(export.limits()).isEqualTo(Limits.NONE);
      alice
          .put(
              "/v5/{project_id}/cloudvolumes/" + volume + "/qos",
              "{\"qos_modify\": {\"iops\": 300}}")
          .isRefused(400, "EVS.2234");
      assertThat(export.limits()).isEqualTo(Limits.NONE);
    }
  }

  private void retype(String volume, String members) {
    var answer =
        alice
            .post(
                "/v2/{project_id}/volumes/" + volume + "/retype",
                "{\"os-retype\": {" + members + "}}")
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
  }
}
