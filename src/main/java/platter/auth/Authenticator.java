package platter.auth;

import java.time.InstantSource;

/** Finds who sent a request: by its token, else by its signature. */
public final class Authenticator {
  private final Tokens tokens;
  private final Signatures signatures;

  public Authenticator(Directory directory, Tokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.signatures = new Signatures(directory, clock);
  }

  /** X-Security-Token is no credential: temporary keys are not issued. */
  public Caller authenticate(Inbound inbound) throws AuthException {
    var token = inbound.header("x-auth-token");
    if (token.isPresent()) {
      return tokens.caller(token.get());
    }
    var authorization = inbound.header("authorization");
    if (authorization.isEmpty()) {
      throw new AuthException.NoCredentials();
    }
    return signatures.verify(inbound, authorization.get());
  }
}
