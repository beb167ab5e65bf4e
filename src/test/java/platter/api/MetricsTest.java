package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** What Prometheus reads. */
class MetricsTest {
  private static final String OWN_ADDRESS = "127.0.0.1:0";

  @Test
  void jobsCallsCommitsAndThePoolAreCounted() {
    try (var server = TestServer.with(Map.of("metrics_listen", OWN_ADDRESS)).run()) {
      var alice = server.alice();
      var volume = alice.volume("v", 10);
      alice.get("/v2/{project_id}/cloudvolumes/" + volume).is(200);
      alice.get("/v2/{project_id}/cloudvolumes/" + UUID.randomUUID()).is(404);
      alice.get("/nothing/is/here").is(404);
      // the end of a job is counted when it has been told
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(server.metrics().lines())
                      .contains(
                          "platter_jobs_ended_total{type=\"createVolume\",status=\"SUCCESS\"} 1"));
      var text = server.metrics();
      var show = "method=\"GET\",route=\"/v2/{project_id}/cloudvolumes/{volume_id}\"";
      assertThat(text.lines())
          .contains(
              "# TYPE platter_http_requests_total counter",
              "# TYPE platter_http_request_seconds histogram",
              "platter_http_requests_total{" + show + ",status=\"200\"} 1",
              "platter_http_requests_total{" + show + ",status=\"404\"} 1",
              "platter_http_requests_total{method=\"\",route=\"none\",status=\"404\"} 1",
              "platter_http_request_seconds_bucket{" + show + ",le=\"+Inf\"} 2",
              "platter_http_request_seconds_count{" + show + "} 2",
              "platter_job_seconds_count{type=\"createVolume\"} 1",
              "platter_storage_provisioned_bytes " + (10L << 30),
              "platter_lease_held 1",
              "platter_nbd_connections 0");
      assertThat(text).containsPattern("(?m)^platter_db_commit_seconds_count [1-9][0-9]*$");
      assertThat(text).containsPattern("(?m)^platter_storage_total_bytes [1-9][0-9]*$");
      assertThat(text).containsPattern("(?m)^platter_storage_free_bytes [0-9]+$");
      assertThat(text).doesNotContain(volume).doesNotContain(TestServer.ALICE_PROJECT);
    }
  }

  @Test
  void aJobThatHasNotEndedIsCountedByTypeAndStatus() {
    var gate = new AtomicReference<GatedDriver>();
    try (var server =
        TestServer.with(Map.of("metrics_listen", OWN_ADDRESS))
            .aroundDriver(
                real -> {
                  gate.set(new GatedDriver(real));
                  return gate.get();
                })
            .run()) {
      gate.get().hold();
      var job =
          server
              .alice()
              .post(
                  "/v2.1/{project_id}/cloudvolumes",
                  """
                  {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"}}\
                  """)
              .is(202)
              .text("job_id");
      server.alice().job(job).reaches("RUNNING");
      var line = "platter_jobs_unfinished{type=\"createVolume\",status=\"RUNNING\"} 1";
      assertThat(server.metrics().lines()).contains(line);
      gate.get().release();
      server.alice().job(job).ends("SUCCESS");
      Awaitility.await()
          .untilAsserted(() -> assertThat(server.metrics().lines()).doesNotContain(line));
    }
  }

  @Test
  void theNumbersAreAtAnAddressOfTheirOwnOnlyAndOnlyWhenThatIsSet() throws Exception {
    try (var server = TestServer.with(Map.of("metrics_listen", OWN_ADDRESS)).run()) {
      server.alice().get("/metrics").is(404);
      var other = Client.send("GET", server.metricsAddress().resolve("/v3"), new byte[0], Map.of());
      assertThat(other.status()).isEqualTo(404);
      var answer = Client.send("GET", server.metricsAddress(), new byte[0], Map.of());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/plain;");
      assertThat(answer.body().getBytes(UTF_8)).isNotEmpty();
    }
    try (var server = TestServer.start()) {
      assertThat(server.tellsMetrics()).isFalse();
    }
  }
}
