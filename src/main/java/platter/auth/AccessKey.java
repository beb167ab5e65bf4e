package platter.auth;

import java.util.OptionalLong;

/**
 * A pair to sign requests with.
 *
 * @param access the public half
 * @param secret the other half, as it is: a signature can only be checked with it
 * @param userId whose key it is
 * @param expiresMillis since 1970; at that instant it is no longer good. Empty: it stays good
 */
public record AccessKey(String access, String secret, String userId, OptionalLong expiresMillis) {
  public AccessKey {
    if (access.isEmpty() || secret.isEmpty()) {
      throw new IllegalArgumentException("access key '" + access + "' or its secret is empty");
    }
  }

  /** One that stays good. */
  public AccessKey(String access, String secret, String userId) {
    this(access, secret, userId, OptionalLong.empty());
  }

  boolean hasExpired(long nowMillis) {
    return expiresMillis.isPresent() && nowMillis >= expiresMillis.getAsLong();
  }

  @Override
  public String toString() {
    return "AccessKey[access=" + access + ", userId=" + userId + "]";
  }
}
