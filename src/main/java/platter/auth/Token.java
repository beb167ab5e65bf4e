package platter.auth;

import java.time.Instant;
import java.util.List;

/**
 * What a token says.
 *
 * @param generation of the user, when it was issued; see {@link User}
 * @param method how its owner logged in: {@code password} or {@code token}
 * @param issued with milliseconds
 * @param expires with milliseconds; at that instant it is no longer good
 * @param ancestors the marks of the tokens that it was made of, the first one first
 */
public record Token(
    String userId,
    int generation,
    TokenScope scope,
    String method,
    Instant issued,
    Instant expires,
    List<String> ancestors) {
  public Token {
    ancestors = List.copyOf(ancestors);
  }
}
