package platter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import platter.cli.ServerOptions.Connection;
import platter.json.Json;
import platter.sign.Signer;
import tools.jackson.databind.JsonNode;

/** Calls the server, signed. An answer that is no success becomes a {@link CliException}. */
public final class Api {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** A server that is stopped and started again answers within. */
  static final Duration SILENCE = Duration.ofSeconds(15);

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final byte[] NOTHING = {};
  private static final int NO_CONTENT = 204;

  private static final String KEY = "Idempotency-Key";

  /** Where the answers that tell no job in their body tell it. */
  private static final String JOB = "X-Platter-Job";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final Connection connection;
  private final Signer signer;

  Api(Connection connection) {
    this.connection = connection;
    signer = new Signer(connection.accessKey(), connection.secretKey());
  }

  /**
   * A success.
   *
   * @param job that it started, when it tells one in a header; else empty
   */
  public record Reply(String text, String job) {
    public JsonNode json() {
      return Json.read(text);
    }

    /** The job that it started. */
    String jobId() {
      return job.isEmpty() ? json().path("job_id").asString("") : job;
    }
  }

  URI endpoint() {
    return connection.endpoint();
  }

  /**
   * Asks.
   *
   * @param wish what it is for, as it is told when it fails: "cannot list the volumes"
   * @param path {@code {project_id}} in it becomes that of the connection
   */
  public Reply get(String wish, String path) {
    return call(wish, "GET", path, NOTHING, Map.of());
  }

  /** Asks for something to be done; otherwise as {@link #get}. */
  public Reply post(String wish, String path, byte[] json) {
    return call(wish, "POST", path, json, Map.of());
  }

  /** As {@link #post}, where the path says it all. */
  Reply post(String wish, String path) {
    return post(wish, path, NOTHING);
  }

  /** As {@link #post}; repeated it does nothing more. */
  Reply put(String wish, String path, byte[] json) {
    return call(wish, "PUT", path, json, Map.of());
  }

  /** As {@link #put}. */
  Reply delete(String wish, String path) {
    return call(wish, "DELETE", path, NOTHING, Map.of());
  }

  /**
   * Calls Cinder's v3 in one of its versions.
   *
   * @param microversion such as 3.44
   */
  Reply versioned(String wish, String method, String path, byte[] json, String microversion) {
    return call(
        wish, method, path, json, Map.of("OpenStack-API-Version", "volume " + microversion));
  }

  /** As {@link #post}, of a call that starts a job: it starts one, however often it is sent. */
  Reply postOnce(String wish, String path, byte[] json) {
    return once(wish, "POST", path, json);
  }

  /** As {@link #postOnce}, where the path says it all. */
  Reply postOnce(String wish, String path) {
    return postOnce(wish, path, NOTHING);
  }

  /** As {@link #postOnce}. */
  Reply deleteOnce(String wish, String path) {
    return once(wish, "DELETE", path, NOTHING);
  }

  /** Under a key of its own: when the connection breaks before the answer it is sent again. */
  private Reply once(String wish, String method, String path, byte[] body) {
    var key = Map.of(KEY, UUID.randomUUID().toString());
    long start = System.nanoTime();
    CliException.Unreachable cutOff = null;
    while (true) {
      try {
        return call(wish, method, path, body, key);
      } catch (CliException.Unreachable e) {
        cutOff = cutOff == null ? e : cutOff; // what is known of the first try stays true
        if (!cutOff.wasSent() || System.nanoTime() - start > SILENCE.toNanos()) {
          throw cutOff;
        }
        pause(wish);
      }
    }
  }

  private static void pause(String wish) {
    try {
      Thread.sleep(AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.refused(wish, "interrupted", "");
    }
  }

  private Reply call(
      String wish, String method, String path, byte[] body, Map<String, String> more) {
    var uri =
        URI.create(
            connection.endpoint() + path.replace("{project_id}", encoded(connection.project())));
    var headers = new HashMap<>(more);
    headers.put("Content-Type", "application/json");
    headers.putAll(signer.sign(method, uri, headers, body, Instant.now()));
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    var response = send(wish, request.build());
    if (response.statusCode() / 100 != 2) {
      throw Refusals.of(wish, response, connection);
    }
    var text = new String(response.body(), UTF_8);
    var job = response.headers().firstValue(JOB).orElse("");
    if (text.isEmpty() && !job.isEmpty()) {
      return new Reply("{\"job_id\":\"" + job + "\"}", job);
    }
    if (response.statusCode() == NO_CONTENT) {
      return new Reply(text, job);
    }
    try {
      Json.read(text);
    } catch (Json.BadJson e) {
      throw CliException.refused(
          wish,
          connection.endpoint() + " answered with something else than JSON",
          "check that a Platter listens there");
    }
    return new Reply(text, job);
  }

  private HttpResponse<byte[]> send(String wish, HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new CliException.Unreachable(
          wish,
          "no server answers at " + connection.endpoint(),
          "start one in another terminal:  ./platter server\n"
              + "or name yours:  --endpoint http://HOST:PORT");
    } catch (IOException e) {
      throw new CliException.Unreachable(
          wish,
          "the connection to "
              + connection.endpoint()
              + " broke before the answer ("
              + describe(e)
              + ")",
          advice(request),
          true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.refused(wish, "interrupted", "");
    }
  }

  private static String advice(HttpRequest request) {
    if (request.method().equals("GET")) {
      return "try again";
    }
    return request.headers().firstValue(KEY).isPresent()
        ? "it may have been accepted all the same; look:  platter job list"
        : "it may have been done all the same; look before you repeat it";
  }

  private static String describe(IOException e) {
    var message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : message.lines().findFirst().orElse("");
  }

  /** As part of a path or a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
