package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** {@code /platter/v1/nodes}, of a service of one node. */
class NodesTest {
  private static final String NODES = "/platter/v1/nodes";

  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  private final TestServer server =
      TestServer.with(Map.of("node", "only"))
          .aroundDriver(
              real -> {
                driver.set(new GatedDriver(real));
                return driver.get();
              })
          .run();

  @AfterEach
  void stop() {
    driver.get().release();
    server.close();
  }

  @Test
  void aNodeIsAliveAndHasItsUnfinishedJobs() {
    var nodes = server.operator().get(NODES).is(200).has("told_by", "only").hasSize("nodes", 1);
    nodes.has("nodes[0].name", "only").has("nodes[0].state", "alive").has("nodes[0].jobs", "0");
    assertThat(nodes.at("nodes[0].epoch").asInt()).isEqualTo(1);
    driver.get().hold();
    var alice = server.alice();
    var job =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1", "count": 3}}""")
            .is(202)
            .text("job_id");
    server.operator().get(NODES).is(200).has("nodes[0].jobs", "4");
    driver.get().release();
    alice.job(job).ends("SUCCESS");
    server.operator().get(NODES).is(200).has("nodes[0].jobs", "0");
  }

  @Test
  void theEpochRisesWithEachStart() {
    server.stop();
    server.run();
    server.operator().get(NODES).is(200).hasSize("nodes", 1).has("nodes[0].epoch", "2");
  }

  @Test
  void onlyAnOperatorMayAsk() {
    server.alice().get(NODES).isRefusedByTheGateway(403, "APIGW.0302");
    server.operator().post(NODES, "").isRefusedByTheGateway(404, "APIGW.0101");
  }
}
