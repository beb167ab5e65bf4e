package platter.bench;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;

/**
 * The floor: the HTTP library alone, with the settings of {@code platter.http.Server}, answering
 * fixed bytes with the same headers.
 */
final class FixedServer {
  private FixedServer() {}

  public static void main(String[] args) {
    var body = new byte[Integer.parseInt(args[0])];
    Arrays.fill(body, (byte) ' ');
    body[0] = '{';
    body[body.length - 1] = '}';
    var silence = Duration.ofSeconds(60);
    var requestId =
        HeaderValues.createCached(
            HeaderNames.create("X-Request-Id"), "00112233445566778899aabbccddeeff");
    var server =
        WebServer.builder()
            .address(InetAddress.getLoopbackAddress())
            .port(0)
            .maxPayloadSize(12 << 20)
            .maxTcpConnections(20_000)
            .idleConnectionTimeout(silence)
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .shutdownHook(false)
            .connectionOptions(options -> options.readTimeout(silence).tcpNoDelay(true))
            .addProtocol(
                Http1Config.builder().maxPrologueLength(32 << 10).maxHeadersSize(64 << 10).build())
            .routing(
                routing ->
                    routing.any(
                        (_, response) -> {
                          response.status(Status.OK_200);
                          response.header(requestId);
                          response.header(HeaderValues.CONTENT_TYPE_JSON);
                          response.send(body);
                        }))
            .build()
            .start();
    System.out.println("Fixed bytes ready at http://127.0.0.1:" + server.port());
  }
}
