package platter.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import platter.auth.AuthException.BadToken;
import platter.id.ProjectId;
import platter.sign.Sha256;
import platter.sign.SigningKey;

/**
 * Issues and checks tokens. A token carries all it says, and a keyed hash over it, so nothing is
 * stored: it outlives a restart, and each node with the same secret takes it. Only what was taken
 * back before its end is told, by its digest ({@link #revoked}).
 *
 * <p>On the wire: {@code base64url(2|user|p or d|project or domain|method|issued|expires|nonce) +
 * "." + base64url(HMAC-SHA256 of the part before the dot)}, times in milliseconds since 1970. The
 * nonce keeps two logins of one millisecond apart, one of which may be taken back; version 1 had
 * none. Version 3 has the user's generation after the nonce, where it is not the first. Version 4,
 * of a token that was made of another one, has the generation and then the marks of all tokens it
 * comes from, with commas: it ends when one of them is taken back.
 */
public final class Tokens {
  /** As the cloud's tokens (page "IAM", 2.1). */
  public static final Duration LIFE = Duration.ofHours(24);

  static final int SECRET_BYTES = 32;

  /** How many tokens are remembered as checked; beyond it all are checked anew, once. */
  static final int REMEMBERED = 10_000;

  /** Of each version, how many fields it has. */
  private static final Map<String, Integer> FIELDS = Map.of("1", 7, "2", 8, "3", 9, "4", 10);

  private static final int NONCE_BYTES = 8;

  /** A token of a token of a token …: each has the marks of those before it, and must be sent. */
  static final int MAX_ANCESTORS = 16;

  /** Of a digest as much as nobody finds twice. */
  private static final int MARK_CHARACTERS = 32;

  /** The gateway's text for a token that is unreadable or expired (page "Errors", 3). */
  private static final String REFUSED = "decrypt token fail";

  /** What was taken back at one time; compared by identity. */
  private static final class Revoked {
    private final Set<String> digests;
    private final Set<String> marks;

    Revoked(Set<String> digests) {
      this.digests = Set.copyOf(digests);
      marks = digests.stream().map(Tokens::mark).collect(Collectors.toUnmodifiableSet());
    }
  }

  private record Known(
      Token token, Caller caller, long expiresMillis, Accounts accounts, Revoked asOf) {}

  private final Directory directory;
  private final SigningKey key;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<String, Known> checked = new ConcurrentHashMap<>();
  private volatile Revoked revoked = new Revoked(Set.of());

  /**
   * @param secret 32 bytes that only the service knows; with another secret all tokens end
   */
  public Tokens(Directory directory, byte[] secret, InstantSource clock) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the secret of tokens has " + secret.length + " bytes, not " + SECRET_BYTES);
    }
    this.directory = directory;
    this.key = SigningKey.of(secret.clone());
    this.clock = clock;
  }

  /**
   * A new token's text, good for a day.
   *
   * @param method how the user logged in, told on request
   */
  public String issue(User user, TokenScope scope, String method) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return text(
        new Token(user.id(), user.generation(), scope, method, now, now.plus(LIFE), List.of()));
  }

  /**
   * A token made from another one: it ends with it, also when that is taken back, or a stolen one
   * could live for ever.
   *
   * @throws BadToken when that one is bad, or comes from too many others
   */
  public String reissue(String given, TokenScope scope) throws BadToken {
    var from = token(given);
    if (from.ancestors().size() >= MAX_ANCESTORS) {
      throw new BadToken(REFUSED + ": it comes from too many others; log in again");
    }
    var ancestors = new ArrayList<>(from.ancestors());
    ancestors.add(mark(digest(given)));
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return text(
        new Token(
            from.userId(), from.generation(), scope, "token", now, from.expires(), ancestors));
  }

  private static String mark(String digest) {
    return digest.substring(0, MARK_CHARACTERS);
  }

  private String text(Token token) {
    var scope =
        switch (token.scope()) {
          case TokenScope.OfProject(var project) -> "p|" + project;
          case TokenScope.OfDomain(var domain) -> "d|" + domain;
        };
    boolean first = token.generation() == 0;
    var version = token.ancestors().isEmpty() ? first ? "2" : "3" : "4";
    var rest =
        switch (version) {
          case "2" -> "";
          case "3" -> "|" + token.generation();
          default -> "|" + token.generation() + "|" + String.join(",", token.ancestors());
        };
    var said =
        String.join(
            "|",
            version,
            token.userId(),
            scope,
            token.method(),
            Long.toString(token.issued().toEpochMilli()),
            Long.toString(token.expires().toEpochMilli()),
            nonce() + rest);
    var payload = Base64.getUrlEncoder().withoutPadding().encodeToString(said.getBytes(UTF_8));
    return payload + "." + seal(payload);
  }

  private String nonce() {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return HexFormat.of().formatHex(nonce);
  }

  private String seal(String payload) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.sign(payload));
  }

  /**
   * From now on exactly these are refused.
   *
   * @param digests of all tokens that were taken back, see {@link #digest}
   */
  public void revoked(Set<String> digests) {
    if (!revoked.digests.equals(digests)) {
      revoked = new Revoked(digests); // what was checked as of the earlier ones is checked anew
    }
  }

  /** From now on this one is refused, too; what was made of it as well. */
  public void revoke(String digest) {
    var all = new HashSet<>(revoked.digests);
    if (all.add(digest)) {
      revoked = new Revoked(all);
    }
  }

  /** By what a token is remembered when it was taken back: nobody can call with it. */
  public static String digest(String text) {
    return Sha256.hex(text.getBytes(UTF_8));
  }

  /** What a token says. */
  public Token token(String text) throws BadToken {
    return known(text).token();
  }

  /** Who holds the token: one look into a map when it was seen before. */
  public Caller caller(String text) throws BadToken {
    return known(text).caller();
  }

  private Known known(String text) throws BadToken {
    var accounts = directory.now();
    var asOf = revoked;
    var known = checked.get(text);
    if (known == null || known.asOf() != asOf || known.accounts() != accounts) {
      known = check(text, accounts, asOf);
      if (checked.size() >= REMEMBERED) {
        checked.clear();
      }
      checked.put(text, known); // only good tokens: a stranger cannot fill it
    }
    if (clock.millis() >= known.expiresMillis()) {
      checked.remove(text);
      throw new BadToken(REFUSED + ": the token expired at " + known.token().expires());
    }
    return known;
  }

  private Known check(String text, Accounts accounts, Revoked asOf) throws BadToken {
    int dot = text.indexOf('.');
    if (dot < 0) {
      throw new BadToken(REFUSED);
    }
    var payload = text.substring(0, dot);
    // the text is compared, not the bytes: Base64 has several texts for the same bytes
    if (!MessageDigest.isEqual(
        seal(payload).getBytes(UTF_8), text.substring(dot + 1).getBytes(UTF_8))) {
      throw new BadToken(REFUSED);
    }
    if (asOf.digests.contains(digest(text))) {
      throw new BadToken(REFUSED + ": it was revoked");
    }
    var token =
        read(new String(Base64.getUrlDecoder().decode(payload), UTF_8))
            .orElseThrow(() -> new BadToken(REFUSED + ": made by another version"));
    if (token.ancestors().stream().anyMatch(asOf.marks::contains)) {
      throw new BadToken(REFUSED + ": the token that it was made of was revoked");
    }
    var user =
        accounts
            .user(token.userId())
            .orElseThrow(() -> new BadToken(REFUSED + ": its user is gone"));
    if (token.generation() != user.generation()) {
      throw new BadToken(REFUSED + ": its user has another password, or was disabled, since");
    }
    var caller = caller(accounts, user, token.scope());
    return new Known(token, caller, token.expires().toEpochMilli(), accounts, asOf);
  }

  private static Optional<Token> read(String said) {
    var fields = said.split("\\|", -1);
    if (FIELDS.getOrDefault(fields[0], 0) != fields.length) {
      return Optional.empty();
    }
    var scope =
        fields[2].equals("p")
            ? new TokenScope.OfProject(new ProjectId(fields[3]))
            : new TokenScope.OfDomain(fields[3]);
    return Optional.of(
        new Token(
            fields[1],
            fields.length < 9 ? 0 : Integer.parseInt(fields[8]),
            scope,
            fields[4],
            Instant.ofEpochMilli(Long.parseLong(fields[5])),
            Instant.ofEpochMilli(Long.parseLong(fields[6])),
            fields.length < 10 ? List.of() : List.of(fields[9].split(","))));
  }

  private static Caller caller(Accounts accounts, User user, TokenScope scope) throws BadToken {
    return switch (scope) {
      case TokenScope.OfProject(var project) -> {
        if (!user.projects().contains(project)) {
          throw new BadToken(REFUSED + ": its user has left the project");
        }
        yield accounts.caller(user, project);
      }
      case TokenScope.OfDomain(var domain) -> {
        if (!user.domainId().equals(domain)) {
          throw new BadToken(REFUSED + ": its user has left the domain");
        }
        yield accounts.callerOfDomain(user);
      }
    };
  }
}
