package platter.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import platter.sign.Signer;

/**
 * The bytes of job queries, made before they are counted: one template, into which the id and the
 * signature of a job are copied, chosen at random when nothing else is said.
 */
final class Queries {
  private static final int ID_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;

  /** No port in it, so one signature is good for both servers. */
  static final String HOST = "platter.bench";

  /** Signatures are good for 15 minutes. */
  private static final Duration GOOD_FOR = Duration.ofMinutes(10);

  private final FilledDatabase jobs;
  private final boolean signed;
  private final String token;
  private final SplittableRandom random = new SplittableRandom(7);
  private byte[] signatures = {};
  private byte[] template = {};
  private Instant made = Instant.EPOCH;
  private int idAt;
  private int signatureAt;

  /** Which job is asked for next; from the last one on, any. */
  private int next = Integer.MAX_VALUE;

  private Queries(FilledDatabase jobs, boolean signed, String token) {
    this.jobs = jobs;
    this.signed = signed;
    this.token = token;
  }

  static Queries signed(FilledDatabase jobs) {
    return new Queries(jobs, true, "");
  }

  static Queries withToken(FilledDatabase jobs, String token) {
    return new Queries(jobs, false, token);
  }

  private static String path(String id) {
    return "/v1/" + Child.PROJECT + "/jobs/" + id;
  }

  /** Signs each target once, when that was not done lately. Before a round, never within. */
  void refresh() {
    if (made.plus(GOOD_FOR).isAfter(Instant.now())) {
      return;
    }
    made = Instant.now();
    if (!signed) {
      template(Map.of("X-Auth-Token", token));
      return;
    }
    var signer = new Signer(Child.ACCESS, Child.SECRET);
    signatures = new byte[jobs.jobs() * SIGNATURE_BYTES];
    IntStream.range(0, jobs.jobs())
        .parallel()
        .forEach(
            i -> {
              var authorization = headers(signer, jobs.id(i)).get("Authorization");
              int at = authorization.length() - SIGNATURE_BYTES;
              System.arraycopy(
                  authorization.substring(at).getBytes(US_ASCII),
                  0,
                  signatures,
                  i * SIGNATURE_BYTES,
                  SIGNATURE_BYTES);
            });
    template(headers(signer, jobs.id(0)));
  }

  private Map<String, String> headers(Signer signer, String id) {
    return signer.sign(
        "GET",
        URI.create("http://" + HOST + path(id)),
        Map.of("Content-Type", "application/json"),
        new byte[0],
        made);
  }

  private void template(Map<String, String> headers) {
    var text = Wire.request("GET", path(jobs.id(0)), headers, "");
    template = text.getBytes(US_ASCII);
    idAt = text.indexOf(jobs.id(0));
    signatureAt = signed ? text.indexOf("Signature=") + "Signature=".length() : -1;
  }

  /** A buffer for one connection, for {@link #next}. */
  ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(template.length).put(template).flip();
  }

  /** From now on asks for each job once, in the order of time. */
  void inOrder() {
    next = 0;
  }

  /** Whether it has. Then jobs are chosen at random again. */
  boolean isThrough() {
    return next >= jobs.jobs();
  }

  /** Makes it the query of a job. */
  void next(ByteBuffer request) {
    int job = isThrough() ? random.nextInt(jobs.jobs()) : next++;
    request.put(idAt, jobs.ids(), job * ID_BYTES, ID_BYTES);
    if (signed) {
      request.put(signatureAt, signatures, job * SIGNATURE_BYTES, SIGNATURE_BYTES);
    }
    request.rewind();
  }
}
