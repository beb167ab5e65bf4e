package platter.account;

import java.util.OptionalLong;

/**
 * A row of access_key.
 *
 * @param sealed the secret, see {@link Seal}
 */
record StoredKey(
    String access,
    String userId,
    String sealed,
    String description,
    boolean enabled,
    OptionalLong expiresMillis,
    long createdMillis) {

  boolean hasExpired(long nowMillis) {
    return expiresMillis.isPresent() && nowMillis >= expiresMillis.getAsLong();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "access key " + access;
  }
}
