package platter.auth;

/**
 * A pair to sign requests with.
 *
 * @param access the public half
 * @param secret the other half, as it is: a signature can only be checked with it
 * @param userId whose key it is
 */
public record AccessKey(String access, String secret, String userId) {
  public AccessKey {
    if (access.isEmpty() || secret.isEmpty()) {
      throw new IllegalArgumentException("access key '" + access + "' or its secret is empty");
    }
  }

  @Override
  public String toString() {
    return "AccessKey[access=" + access + ", userId=" + userId + "]";
  }
}
