package platter.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import platter.metric.Metrics;

/**
 * Answers {@code GET /metrics} and nothing else, without credentials: at an address of its own, so
 * that the operator decides who can reach it.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";
  private static final int MAX_CONNECTIONS = 100;

  private final WebServer server;
  private final InetSocketAddress listening;

  private MetricsServer(InetSocketAddress listen, Metrics metrics) {
    server =
        Server.on(listen, MAX_CONNECTIONS)
            .routing(
                routing ->
                    routing.get(
                        "/metrics",
                        (_, response) -> {
                          response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, FORMAT));
                          response.send(metrics.text().getBytes(StandardCharsets.UTF_8));
                        }))
            .build();
    server.start();
    listening = new InetSocketAddress(listen.getAddress(), server.port());
  }

  /** Listens until it is closed. Port 0 takes a free one. */
  public static MetricsServer start(InetSocketAddress listen, Metrics metrics) {
    return new MetricsServer(listen, metrics);
  }

  public InetSocketAddress listening() {
    return listening;
  }

  @Override
  public void close() {
    server.stop();
  }
}
