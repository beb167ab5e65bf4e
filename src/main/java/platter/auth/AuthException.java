package platter.auth;

/** Nobody we know, or nobody who may. The route's face decides how it is told. */
public abstract sealed class AuthException extends Exception {
  private AuthException(String detail) {
    super(detail, null, false, false);
  }

  /** Neither a token nor a signature. */
  public static final class NoCredentials extends AuthException {
    public NoCredentials() {
      super("no credentials: send X-Auth-Token or an SDK-HMAC-SHA256 signature");
    }
  }

  /** A token that is expired, cut off, or not ours. The detail never holds the token. */
  public static final class BadToken extends AuthException {
    public BadToken(String detail) {
      super(detail);
    }
  }

  /** A signature that does not hold; the detail is the gateway's text after the colon. */
  public static final class BadSignature extends AuthException {
    public BadSignature(String detail) {
      super(detail);
    }
  }
}
