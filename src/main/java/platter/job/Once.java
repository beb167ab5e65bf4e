package platter.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Shape;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.json.Json;

/**
 * The name that a client gave its call, so that it may be repeated: the repeat is told what was
 * accepted the first time and starts nothing. The SQL of the table idempotency, whose rows live as
 * long as their jobs, or as long as a job would.
 *
 * @param key unique in a project: {@code X-Client-Token} (page "Creating EVS Disks") or {@code
 *     Idempotency-Key}
 * @param requestHash SHA-256 of method, path, query and body, hex: what may not differ in a repeat
 */
record Once(String key, String requestHash) {
  private static final int MAX_KEY = 255;

  /** What {@link #of} reads. */
  static final List<Parameter> HEADERS =
      List.of(
          Parameter.of("X-Client-Token", Shape.uuid()),
          Parameter.of("Idempotency-Key", Shape.text(MAX_KEY)));

  /** A row that somebody else wrote may be collected before it is read: then the key is free. */
  private static final int TRIES = 3;

  /**
   * The name of this call, if it has one.
   *
   * @throws ApiException INVALID_REQUEST when it is malformed, or when it has two that differ
   */
  static Optional<Once> of(Request request) {
    var token = request.header("X-Client-Token");
    var key = request.header("Idempotency-Key");
    if (token.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    if (token.filter(text -> VolumeId.parse(text).isEmpty()).isPresent()) {
      throw refused("X-Client-Token must be a UUID of 36 characters");
    }
    if (key.filter(text -> !isKey(text)).isPresent()) {
      throw refused("Idempotency-Key must have 1.." + MAX_KEY + " printable ASCII characters");
    }
    if (token.isPresent() && key.isPresent() && !token.equals(key)) {
      throw refused("X-Client-Token and Idempotency-Key differ; give one of them");
    }
    return Optional.of(new Once(token.or(() -> key).orElseThrow(), hash(request)));
  }

  private static ApiException refused(String detail) {
    return new ApiException(ErrorCode.INVALID_REQUEST, detail);
  }

  private static boolean isKey(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_KEY
        && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static String hash(Request request) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var line = request.method() + " " + request.path() + " " + request.query() + "\n";
      sha256.update(line.getBytes(UTF_8));
      return HexFormat.of().formatHex(sha256.digest(request.body()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Does the work, or tells what was accepted when it was done under this key before. The key is
   * taken first: of two nodes that try at the same instant the second waits for the commit of the
   * first. Work that is refused leaves the key free, because its transaction leaves nothing.
   *
   * @param kind of what is accepted; kept as JSON, and readable by the next version of Platter
   * @param job of what is accepted: the row goes when it goes
   * @throws ApiException KEY_REUSED when the key came with another request
   */
  <T> T of(Tx tx, ProjectId project, Class<T> kind, Function<T, JobId> job, Supplier<T> work) {
    return of(
        tx,
        project,
        kind,
        work,
        accepted ->
            keep(tx, project, job.apply(accepted), Json.mapper().writeValueAsString(accepted)));
  }

  private <T> T of(Tx tx, ProjectId project, Class<T> kind, Supplier<T> work, Consumer<T> keeping) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      if (take(tx, project)) {
        var accepted = work.get();
        keeping.accept(accepted);
        return accepted;
      }
      var earlier = find(tx, project);
      if (earlier.isPresent()) {
        return Json.mapper().readValue(sameRequest(earlier.get()), kind);
      }
    }
    throw new ApiException(ErrorCode.UNAVAILABLE, "key " + key + " is taken and freed in turns");
  }

  /**
   * As above, of what has no job: the key is kept as long as a job that ended then.
   *
   * @param when of what is accepted
   */
  <T> T since(
      Tx tx, ProjectId project, Class<T> kind, Function<T, Instant> when, Supplier<T> work) {
    return of(
        tx,
        project,
        kind,
        work,
        accepted -> {
          tx.update(
              "update idempotency set body = ?, since = ? where project = ? and key = ?",
              Json.mapper().writeValueAsString(accepted),
              when.apply(accepted).toEpochMilli(),
              project.text(),
              key);
        });
  }

  private boolean take(Tx tx, ProjectId project) {
    return tx.update(
            """
            insert into idempotency (project, key, request_hash, job, body)
            values (?, ?, ?, '', '') on conflict do nothing\
            """,
            project.text(),
            key,
            requestHash)
        == 1;
  }

  private void keep(Tx tx, ProjectId project, JobId job, String accepted) {
    tx.update(
        "update idempotency set job = ?, body = ? where project = ? and key = ?",
        job.text(),
        accepted,
        project.text(),
        key);
  }

  private record Earlier(String requestHash, String accepted) {}

  private Optional<Earlier> find(Tx tx, ProjectId project) {
    return tx.find(
        "select request_hash, body from idempotency where project = ? and key = ?",
        row -> new Earlier(row.getString(1), row.getString(2)),
        project.text(),
        key);
  }

  private String sameRequest(Earlier earlier) {
    if (!earlier.requestHash.equals(requestHash)) {
      throw new ApiException(
          ErrorCode.KEY_REUSED,
          "a key names one call: its method, path and body; take a new key for a new call");
    }
    return earlier.accepted;
  }
}
