package platter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import platter.sign.Signer;

/**
 * Create calls and the queries of their jobs. A create is signed once: body and target are always
 * the same, and a signature is good for 15 minutes. The queries carry a token, so that the client
 * needs not sign each of them.
 */
final class Creates {
  private static final String PATH = "/v2.1/" + Child.PROJECT + "/cloudvolumes";

  private final byte[] create;
  private final String token;

  Creates(Child server, int count) throws IOException {
    try (var wire = new Wire(server)) {
      token = wire.token();
    }
    var body =
        """
        {"volume":{"name":"db-1","size":40,"volume_type":"SSD","availability_zone":"az1","count":%d}}"""
            .formatted(count);
    var headers =
        new Signer(Child.ACCESS, Child.SECRET)
            .sign(
                "POST",
                URI.create("http://" + Queries.HOST + PATH),
                Map.of("Content-Type", "application/json"),
                body.getBytes(UTF_8),
                Instant.now());
    create = Wire.request("POST", PATH, headers, body).getBytes(UTF_8);
  }

  /** Returns the job's id. */
  String post(Wire wire) throws IOException {
    var answer = wire.ask(create);
    if (answer.status() != 202) {
      throw new IOException("not accepted: " + answer);
    }
    return answer.member("job_id");
  }

  /** The bytes of a query. */
  byte[] query(String job) {
    return Wire.request(
            "GET", "/v1/" + Child.PROJECT + "/jobs/" + job, Map.of("X-Auth-Token", token), "")
        .getBytes(UTF_8);
  }

  /** Whether the job has succeeded; a failed one is an error. */
  static boolean succeeded(Wire wire, byte[] query) throws IOException {
    var answer = wire.ask(query);
    if (answer.status() != 200) {
      throw new IOException("no job: " + answer);
    }
    return switch (answer.member("status")) {
      case "SUCCESS" -> true;
      case "INIT", "RUNNING" -> false;
      default -> throw new IOException("job failed: " + answer);
    };
  }

  static void await(Wire wire, byte[] query, long pauseMillis)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!succeeded(wire, query)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("a job took more than 60 s");
      }
      if (pauseMillis > 0) {
        Thread.sleep(pauseMillis);
      }
    }
  }
}
