package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import platter.sign.Signer;

/**
 * Calls the API as a user would, signed with an access key, so that tests read like docs/api.md.
 */
public final class Client {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** No test waits longer for a job; far beyond what one takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI endpoint;
  private final String project;
  private final Signer signer;
  private final InstantSource clock;

  public Client(URI endpoint, String project, String accessKey, String secretKey) {
    this(endpoint, project, accessKey, secretKey, InstantSource.system());
  }

  /** Signs by the server's clock, when a test moves it. */
  public Client(
      URI endpoint, String project, String accessKey, String secretKey, InstantSource clock) {
    this.clock = clock;
    this.endpoint = endpoint;
    this.project = project;
    signer = new Signer(accessKey, secretKey);
  }

  public String project() {
    return project;
  }

  public Answer get(String path) {
    return call("GET", path, "", Map.of());
  }

  public Answer delete(String path) {
    return call("DELETE", path, "", Map.of());
  }

  public Answer post(String path, String json) {
    return call("POST", path, json, Map.of());
  }

  public Answer put(String path, String json) {
    return call("PUT", path, json, Map.of());
  }

  /** {@code {project_id}} in the path becomes the client's own. */
  public Answer call(String method, String path, String body, Map<String, String> headers) {
    return call(method, path, body.getBytes(UTF_8), headers, clock.instant());
  }

  /** With any bytes as the body, and signed as if it were another time. */
  public Answer call(
      String method, String path, byte[] bytes, Map<String, String> headers, Instant signedAt) {
    var uri = endpoint.resolve(path.replace("{project_id}", project));
    var all = new HashMap<>(headers);
    all.put("Content-Type", "application/json");
    all.putAll(signer.sign(method, uri, all, bytes, signedAt));
    return send(method, uri, bytes, all);
  }

  /** Sends it as it is: without a signature. */
  public static Answer send(String method, URI uri, byte[] bytes, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .method(
                method,
                bytes.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes));
    headers.forEach(request::header);
    try {
      return new Answer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Creates one volume and waits until it is available. Returns its id. */
  public String volume(String name, int sizeGib) {
    var answer =
        post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "%s", "size": %d, "volume_type": "SSD", "availability_zone": "az1"}}"""
                    .formatted(name, sizeGib))
            .is(202);
    job(answer.text("job_id")).ends("SUCCESS");
    return answer.text("volume_ids[0]");
  }

  /** The status of a volume, as shown now. */
  public String statusOf(String volume) {
    return get("/v2/{project_id}/cloudvolumes/" + volume).is(200).text("volume.status");
  }

  public Job job(String id) {
    return new Job(id);
  }

  /** A job to be waited for. */
  public final class Job {
    private final String id;

    private Job(String id) {
      this.id = id;
    }

    public Answer now() {
      return get("/v1/{project_id}/jobs/" + id).is(200);
    }

    /** Asks until it is in that state, which it must not leave by itself. */
    public Answer reaches(String status) {
      return Awaitility.await("job " + id)
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(this::now, answer -> answer.text("status").equals(status));
    }

    /** Asks until it has ended, and checks how. */
    public Answer ends(String status) {
      return Awaitility.await("job " + id)
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(this::now, answer -> !answer.text("end_time").isEmpty())
          .has("status", status);
    }
  }
}
