package platter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import platter.auth.Action;
import platter.auth.Caller;
import platter.auth.Policy;
import platter.auth.Role;
import platter.error.DatabaseException;

/** What a caller is told when the database fails: whether anything was accepted. */
class LostCommitTest {
  private static final Caller CALLER =
      new Caller("u", "u", "d", "d", Optional.empty(), Set.of(), Role.MEMBER);

  private static HttpResponse<String> answer(DatabaseException failure)
      throws IOException, InterruptedException {
    var route =
        new Route(
            "POST",
            "/it",
            Face.EVS,
            Action.ANY,
            _ -> {
              throw failure;
            });
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var server = Server.start(free, List.of(route), _ -> CALLER, new Policy(false));
        var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + server.listening().getPort() + "/it");
      var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static String detail(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("EVS.2001");
    return answer.headers().firstValue("X-Platter-Detail").orElseThrow();
  }

  @Test
  void whatWasNotCommittedWasNotAccepted() throws IOException, InterruptedException {
    assertThat(detail(answer(new DatabaseException("full")))).contains("nothing was accepted");
  }

  @Test
  void ofALostCommitNobodyKnows() throws IOException, InterruptedException {
    var lost = DatabaseException.ofUnknownOutcome(new DatabaseException("cut"));
    assertThat(detail(answer(lost)))
        .contains("it is not known whether this was accepted")
        .doesNotContain("nothing was accepted");
  }
}
