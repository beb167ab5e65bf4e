package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** What hosts do, in numbers. */
class NbdMetricsTest {
  @Test
  void connectionsRequestsBytesAndErrorsAreCounted() throws Exception {
    try (var server = TestServer.with(Map.of("metrics_listen", "127.0.0.1:0")).run()) {
      try (var volume = AttachedVolume.of(server.alice(), server.alice().volume("v", 10))) {
        assertThat(volume.client().write(0, 0, new byte[4096])).isZero();
        assertThat(volume.client().read(0, 512)).hasSize(512);
        volume.client().flush();
        assertThat(volume.client().ask(0, Protocol.CMD_TRIM, 10L << 30, 4096).error())
            .isEqualTo(Errno.EINVAL.number());
        assertThat(server.metrics().lines())
            .contains(
                "platter_nbd_connections 1",
                "platter_nbd_exports 1",
                "platter_nbd_connections_total 1",
                "platter_nbd_requests_total{command=\"write\"} 1",
                "platter_nbd_requests_total{command=\"read\"} 1",
                "platter_nbd_requests_total{command=\"flush\"} 1",
                "platter_nbd_bytes_total{direction=\"write\"} 4096",
                "platter_nbd_bytes_total{direction=\"read\"} 512",
                "platter_nbd_errors_total{error=\"EINVAL\"} 1",
                "platter_nbd_errors_total{error=\"ENOSPC\"} 0");
      }
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(server.metrics().lines()).contains("platter_nbd_connections 0"));
    }
  }
}
