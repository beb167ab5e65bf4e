package platter.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import platter.guest.Told.Shown;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** The calls of one project, of a server that asks for no credentials. */
final class Calls {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String VOLUMES = "/v2/{project_id}/cloudvolumes";
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";

  private final String endpoint;
  private final String project;

  Calls(String endpoint, String project) {
    this.endpoint = endpoint;
    this.project = project;
  }

  /** An answer; other ones than were expected are an {@link IllegalStateException}. */
  private record Reply(int status, String body) {
    JsonNode expected(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException(status + " " + body);
      }
      return body.isEmpty() ? Json.read("{}") : Json.read(body);
    }

    Optional<JsonNode> ifThere() {
      return status == 404 ? Optional.empty() : Optional.of(expected(200));
    }
  }

  private Reply call(String method, String path, String body) throws IOException {
    var url = URI.create(endpoint + path.replace("{project_id}", project)).toURL();
    var connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout((int) PATIENCE.toMillis());
    connection.setRequestProperty("OpenStack-API-Version", "volume 3.44");
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body.getBytes(UTF_8));
      }
    }
    int status = connection.getResponseCode();
    InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    if (answer == null) {
      return new Reply(status, "");
    }
    try (answer) {
      return new Reply(status, new String(answer.readAllBytes(), UTF_8));
    }
  }

  /** Whether the server answers. */
  boolean answers() {
    try {
      return call("GET", "/", "").status < 500;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * What was accepted.
   *
   * @param volumes with commas
   */
  record Accepted(String job, String volumes) {}

  Accepted create(int count, int gib) throws IOException {
    var answer =
        call(
                "POST",
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": %d, "volume_type": "SSD", "availability_zone": "az1", "count": %d}}\
                """
                    .formatted(gib, count))
            .expected(202);
    var ids = answer.path("volume_ids").valueStream().map(id -> id.asString("")).toList();
    return new Accepted(answer.path("job_id").asString(""), String.join(",", ids));
  }

  /** Returns the job. */
  String extend(String volume, int gib) throws IOException {
    return call(
            "POST",
            "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
            "{\"os-extend\": {\"new_size\": %d}}".formatted(gib))
        .expected(202)
        .path("job_id")
        .asString("");
  }

  /** Returns the job. */
  String delete(String volume) throws IOException {
    return call("DELETE", VOLUMES + "/" + volume, "").expected(200).path("job_id").asString("");
  }

  /** The status of a job; empty when it is unknown. */
  Optional<String> job(String id) throws IOException {
    var reply = call("GET", "/v1/{project_id}/jobs/" + id, "");
    return reply.status == 400
        ? Optional.empty()
        : Optional.of(reply.expected(200).path("status").asString(""));
  }

  Optional<Shown> volume(String id) throws IOException {
    return call("GET", VOLUMES + "/" + id, "")
        .ifThere()
        .map(answer -> answer.path("volume"))
        .map(volume -> new Shown(volume.path("status").asString(""), volume.path("size").asInt()));
  }

  /** Returns the attachment, which is attached. */
  String attach(String volume) throws IOException {
    var id =
        call(
                "POST",
                ATTACHMENTS,
                "{\"attachment\": {\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"guest\"}}}"
                    .formatted(volume))
            .expected(202)
            .at("/attachment/id")
            .asString("");
    call("POST", ATTACHMENTS + "/" + id + "/action", "{\"os-complete\": null}").expected(204);
    return id;
  }

  boolean isAttached(String attachment) throws IOException {
    return call("GET", ATTACHMENTS + "/" + attachment, "")
        .ifThere()
        .filter(answer -> answer.at("/attachment/status").asString("").equals("attached"))
        .isPresent();
  }

  Disk open(String attachment) throws IOException {
    var info =
        call("GET", ATTACHMENTS + "/" + attachment, "")
            .expected(200)
            .at("/attachment/connection_info");
    return Disk.open(info.path("port").asInt(), info.path("export").asString(""));
  }

  void detach(String attachment) throws IOException {
    call("DELETE", ATTACHMENTS + "/" + attachment, "").expected(200);
  }

  /** Whether jobs are listed with this query. */
  boolean hasJobs(String query) throws IOException {
    return !call("GET", "/platter/v1/{project_id}/jobs?" + query, "")
        .expected(200)
        .path("jobs")
        .isEmpty();
  }

  /** What {@code platter verify} tells: empty when nothing differs. */
  String differences() throws IOException {
    var found = call("GET", "/platter/v1/verify", "").expected(200).path("differences");
    return found.isEmpty() ? "" : found.toString();
  }
}
