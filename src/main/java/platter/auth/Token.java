package platter.auth;

import java.time.Instant;

/**
 * What a token says.
 *
 * @param generation of the user, when it was issued; see {@link User}
 * @param method how its owner logged in: {@code password} or {@code token}
 * @param issued with milliseconds
 * @param expires with milliseconds; at that instant it is no longer good
 */
public record Token(
    String userId,
    int generation,
    TokenScope scope,
    String method,
    Instant issued,
    Instant expires) {}
