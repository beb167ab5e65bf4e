package platter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import platter.auth.Action;
import platter.auth.AuthException;
import platter.auth.Caller;
import platter.auth.Policy;
import platter.auth.Role;

/** How much of what strangers and many callers send is kept in memory. */
class LargeBodiesTest {
  private static final Caller CALLER =
      new Caller("u", "u", "d", "d", Optional.empty(), Set.of(), Role.MEMBER);
  private static final int MIB = 1 << 20;

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch holding = new CountDownLatch(1);

  private Server server(Authentication authentication, long room) {
    return Server.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        List.of(
            new Route("POST", "/length", Face.EVS, Action.ANY, LargeBodiesTest::length),
            new Route("POST", "/login", Face.OPEN, Action.ANY, LargeBodiesTest::length),
            new Route(
                "POST",
                "/hold",
                Face.EVS,
                Action.ANY,
                request -> {
                  holding.countDown();
                  await(held);
                  return length(request);
                })),
        authentication,
        new Policy(false),
        new RequestBody.Room(room));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Answer length(Request request) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("length", request.body().length);
          g.writeEndObject();
        });
  }

  private static HttpRequest post(Server server, String path, int bytes) {
    var uri = URI.create("http://127.0.0.1:" + server.listening().getPort() + path);
    return HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(new byte[bytes])).build();
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void aLoginMayBeSmallOnly() throws Exception {
    try (var server = server(_ -> CALLER, 100L * MIB);
        var client = HttpClient.newHttpClient()) {
      assertThat(send(client, post(server, "/login", 60 << 10)).body())
          .isEqualTo("{\"length\":61440}");
      var refused = send(client, post(server, "/login", 70 << 10));
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.headers().firstValue("X-Platter-Detail").orElseThrow()).contains("64 KiB");
      assertThat(send(client, post(server, "/length", 70 << 10)).body())
          .isEqualTo("{\"length\":71680}");
    }
  }

  @Test
  void theBodyOfAStrangerIsNotEvenLookedAt() throws Exception {
    Authentication none =
        _ -> {
          throw new AuthException.NoCredentials();
        };
    try (var server = server(none, 0);
        var client = HttpClient.newHttpClient()) {
      assertThat(send(client, post(server, "/length", 13 * MIB)).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void largeBodiesHaveRoomTogetherAndGiveItBack() throws Exception {
    try (var server = server(_ -> CALLER, 3L * MIB);
        var client = HttpClient.newHttpClient()) {
      var first = client.sendAsync(post(server, "/hold", 2 * MIB), BodyHandlers.ofString());
      await(holding);
      var refused = send(client, post(server, "/length", 2 * MIB));
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("APIGW.0308");
      assertThat(send(client, post(server, "/length", 100)).statusCode()).isEqualTo(200);
      held.countDown();
      assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(send(client, post(server, "/length", 2 * MIB)).statusCode()).isEqualTo(200);
    }
  }
}
