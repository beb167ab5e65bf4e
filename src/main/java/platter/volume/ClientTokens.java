package platter.volume;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.json.Json;
import platter.volume.CreateVolume.Accepted;

/**
 * The SQL of the table idempotency: what was accepted under an {@code X-Client-Token} (page
 * "Creating EVS Disks": the repeat gets the first answer and creates nothing).
 */
final class ClientTokens {
  /**
   * A call that may be repeated.
   *
   * @param key the header's UUID
   * @param requestHash SHA-256 of the body, hex
   */
  record Token(String key, String requestHash) {
    /**
     * @throws ApiException INVALID_REQUEST when the header is no UUID
     */
    static Token of(String header, byte[] body) {
      if (VolumeId.parse(header).isEmpty()) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "X-Client-Token must be a UUID of 36 characters");
      }
      try {
        var hash = MessageDigest.getInstance("SHA-256").digest(body);
        return new Token(header, HexFormat.of().formatHex(hash));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * @throws ApiException CLIENT_TOKEN_REUSED when it came with another body
   */
  Optional<Accepted> find(Tx tx, ProjectId project, Token token) {
    return tx.find(
            "select request_hash, body from idempotency where project = ? and key = ?",
            row -> new Row(row.getString(1), row.getString(2)),
            project.text(),
            token.key())
        .map(
            row -> {
              if (!row.requestHash.equals(token.requestHash())) {
                throw new ApiException(
                    ErrorCode.CLIENT_TOKEN_REUSED, "take a new token for a new request");
              }
              return Json.mapper().readValue(row.accepted, Accepted.class);
            });
  }

  private record Row(String requestHash, String accepted) {}

  void keep(Tx tx, ProjectId project, Token token, Accepted accepted) {
    tx.update(
        "insert into idempotency (project, key, request_hash, job, body) values (?, ?, ?, ?, ?)",
        project.text(),
        token.key(),
        token.requestHash(),
        accepted.job().text(),
        new String(Json.mapper().writeValueAsBytes(accepted), StandardCharsets.UTF_8));
  }
}
