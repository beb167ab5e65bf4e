package platter.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import platter.auth.AuthException.BadSignature;
import platter.sign.Authorization;
import platter.sign.CanonicalRequest;
import platter.sign.Rules;
import platter.sign.Scheme;
import platter.sign.SdkDate;
import platter.sign.Sha256;
import platter.sign.Signature;
import platter.sign.SigningKey;
import platter.sign.StringToSign;
import platter.sign.WireRequest;

/**
 * Checks signatures (page "Signing", section 3). On the path of every signed request: what can be
 * kept between two requests of one key is kept.
 */
final class Signatures {
  /** How far the client's clock may be off, each way. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  /** The canonical request goes into an answer's detail; more of it helps nobody. */
  static final int DETAIL_CHARACTERS = 4096;

  private static final String SIGNATURE = "Signature=";
  private static final int MAX_KNOWN = 1000;

  private final Directory directory;
  private final InstantSource clock;
  private final Lockouts lockouts;
  private volatile Holders holders;

  /** Headers that were right, by all of them but the signature: a client's next one is alike. */
  private final ConcurrentHashMap<String, Authorization> known = new ConcurrentHashMap<>();

  /** The time that was read last: everybody signs with the second that it is. */
  private volatile @Nullable SignedTime lastTime;

  private record SignedTime(String text, long millis) {}

  /** An access key with what is kept for it. */
  private static final class Holder {
    final AccessKey key;
    final Caller caller;
    final SigningKey plain;

    /** Of the last scope only: clients stay with one for a day, and a stranger cannot fill it. */
    volatile @Nullable Scoped last;

    Holder(AccessKey key, Caller caller) {
      this.key = key;
      this.caller = caller;
      this.plain = SigningKey.of(key.secret());
    }

    SigningKey signingKey(Scheme scheme) {
      if (scheme instanceof Scheme.Plain) {
        return plain;
      }
      var known = last;
      if (known == null || !known.scheme().equals(scheme)) {
        known =
            switch (scheme) {
              case Scheme.Plain _ -> throw new IllegalStateException("answered above");
              case Scheme.Scoped(var scope) ->
                  new Scoped(scheme, SigningKey.scoped(key.secret(), scope));
              case Scheme.Derived(var scope) ->
                  new Scoped(scheme, SigningKey.derived(key.access(), key.secret(), scope));
            };
        last = known;
      }
      return known.key();
    }
  }

  private record Scoped(Scheme scheme, SigningKey key) {}

  /** Those who have called, as of these accounts: with others they are looked up anew. */
  private record Holders(Accounts accounts, ConcurrentHashMap<String, Holder> byKey) {
    Holders(Accounts accounts) {
      this(accounts, new ConcurrentHashMap<>());
    }
  }

  /** One way in which the client may have written what it signed. */
  private record Reading(Rules rules, String payloadHash) {}

  Signatures(Directory directory, InstantSource clock) {
    this.directory = directory;
    this.holders = new Holders(directory.now());
    this.clock = clock;
    this.lockouts = new Lockouts(clock);
  }

  /**
   * The holder of the key that signed the request.
   *
   * @param header the value of Authorization
   */
  Caller verify(Inbound inbound, String header) throws BadSignature {
    try {
      int at = header.lastIndexOf(SIGNATURE);
      var form = at < 0 ? "" : header.substring(0, at);
      var alike = known.get(form);
      if (alike != null) {
        return verify(inbound, alike.withSignature(header, at + SIGNATURE.length()));
      }
      var authorization = Authorization.parse(header);
      var caller = verify(inbound, authorization);
      if (Signature.parse(header, at + SIGNATURE.length()).isPresent()) {
        if (known.size() >= MAX_KNOWN) {
          known.clear(); // those of yesterday are among them
        }
        known.put(form, authorization); // only now: a stranger cannot fill it
      }
      return caller;
    } catch (Authorization.Malformed | CanonicalRequest.MissingHeader e) {
      throw new BadSignature(String.valueOf(e.getMessage()));
    }
  }

  private Caller verify(Inbound inbound, Authorization authorization)
      throws BadSignature, CanonicalRequest.MissingHeader {
    var holder = holder(authorization.accessKey());
    if (lockouts.isLocked(holder.key.access())) {
      throw new BadSignature("AK access failed to reach the limit,forbidden");
    }
    var date = date(inbound, authorization);
    var key = holder.signingKey(authorization.scheme());
    var request =
        new WireRequest(inbound.method(), inbound.rawPath(), inbound.rawQuery(), inbound.headers());
    var usual = usualReading(inbound, authorization);
    var canonical = canonical(usual, request, authorization);
    if (authorization.signature().is(signature(key, authorization, date, canonical))) {
      lockouts.succeeded(holder.key.access());
      return holder.caller;
    }
    var other = otherReading(inbound, authorization);
    if (other.isPresent()) {
      var otherCanonical = canonical(other.get(), request, authorization);
      if (authorization.signature().is(signature(key, authorization, date, otherCanonical))) {
        lockouts.succeeded(holder.key.access());
        return holder.caller;
      }
    }
    lockouts.failed(holder.key.access());
    throw new BadSignature("verify aksk signature fail, canonicalRequest:" + onOneLine(canonical));
  }

  private static String canonical(Reading reading, WireRequest request, Authorization authorization)
      throws CanonicalRequest.MissingHeader {
    return CanonicalRequest.of(
        reading.rules(), request, authorization.signedHeaders(), reading.payloadHash());
  }

  private static byte[] signature(
      SigningKey key, Authorization authorization, String date, String canonical) {
    return key.sign(StringToSign.of(authorization.scheme(), date, canonical));
  }

  private Holder holder(String accessKey) throws BadSignature {
    var accounts = directory.now();
    var kept = holders;
    if (kept.accounts() != accounts) {
      kept = new Holders(accounts);
      holders = kept;
    }
    var known = kept.byKey().get(accessKey);
    if (known != null) {
      return unexpired(known);
    }
    var key =
        accounts
            .accessKey(accessKey)
            .orElseThrow(() -> new BadSignature("ak " + printable(accessKey) + " not exist"));
    var caller = accounts.caller(accounts.user(key.userId()).orElseThrow());
    return unexpired(kept.byKey().computeIfAbsent(accessKey, _ -> new Holder(key, caller)));
  }

  private Holder unexpired(Holder holder) throws BadSignature {
    if (holder.key.hasExpired(clock.millis())) {
      throw new BadSignature("ak " + holder.key.access() + " not exist: it has expired");
    }
    return holder;
  }

  /** The value of X-Sdk-Date, which is signed, and not older than a replay may be. */
  private String date(Inbound inbound, Authorization authorization) throws BadSignature {
    if (!authorization.signedHeaders().coverDate()) {
      throw new BadSignature("X-Sdk-Date must be among the signed headers");
    }
    var date =
        inbound
            .header(SdkDate.HEADER)
            .orElseThrow(() -> new BadSignature("signed header x-sdk-date is missing"));
    var time = lastTime;
    if (time == null || !time.text().equals(date)) {
      var read =
          SdkDate.parse(date)
              .orElseThrow(
                  () -> new BadSignature("X-Sdk-Date must be a time such as 20261121T182015Z"));
      time = new SignedTime(date, read.toEpochMilli());
      lastTime = time;
    }
    if (Math.abs(time.millis() - clock.millis()) > WINDOW.toMillis()) {
      throw new BadSignature(
          "signature expired, signature time:"
              + date
              + ",server time:"
              + SdkDate.format(clock.instant()));
    }
    var scope =
        switch (authorization.scheme()) {
          case Scheme.Plain _ -> "";
          case Scheme.Scoped(var it) -> it;
          case Scheme.Derived(var it) -> it;
        };
    if (!scope.isEmpty() && !scope.regionMatches(0, date, 0, 8)) {
      throw new BadSignature("the day in Credential= is not the day of X-Sdk-Date");
    }
    return date;
  }

  private static Reading usualReading(Inbound inbound, Authorization authorization)
      throws BadSignature {
    var rules =
        switch (authorization.scheme()) {
          case Scheme.Plain _, Scheme.Derived _ -> Rules.CURRENT;
          case Scheme.Scoped _ -> Rules.OLDER;
        };
    return new Reading(rules, payloadHash(inbound, authorization));
  }

  /** Where clients differ and the request does not tell which kind it comes from. */
  private static Optional<Reading> otherReading(Inbound inbound, Authorization authorization)
      throws BadSignature {
    return switch (authorization.scheme()) {
      case Scheme.Plain _, Scheme.Derived _ ->
          severalValues(inbound, authorization)
              ? Optional.of(
                  new Reading(Rules.CURRENT_LINE_PER_VALUE, payloadHash(inbound, authorization)))
              : Optional.empty();
      case Scheme.Scoped _ -> {
        if (!inbound.method().equals("POST") || inbound.body().get().length > 0) {
          yield Optional.empty();
        }
        var query = CanonicalRequest.queryAsBody(inbound.rawQuery());
        yield Optional.of(new Reading(Rules.OLDER_QUERY_AS_BODY, Sha256.hex(query)));
      }
    };
  }

  /** What stands for the body: its hash, or what the client signed in its place. */
  private static String payloadHash(Inbound inbound, Authorization authorization)
      throws BadSignature {
    Optional<String> given =
        authorization.signedHeaders().coverContentHash()
            ? inbound.header(CanonicalRequest.CONTENT_HASH_HEADER)
            : Optional.empty();
    if (given.isPresent() && given.get().equals(CanonicalRequest.UNSIGNED_PAYLOAD)) {
      return CanonicalRequest.UNSIGNED_PAYLOAD;
    }
    var hash = Sha256.hex(inbound.body().get());
    if (given.isPresent() && !given.get().equals(hash)) {
      throw new BadSignature("X-Sdk-Content-Sha256 is not the SHA-256 of the body");
    }
    return hash;
  }

  private static boolean severalValues(Inbound inbound, Authorization authorization) {
    for (var name : authorization.signedHeaders().names()) {
      if (inbound.headers().apply(name).size() > 1) {
        return true;
      }
    }
    return false;
  }

  private static String onOneLine(String canonical) {
    var shown =
        canonical.length() <= DETAIL_CHARACTERS
            ? canonical
            : canonical.substring(0, DETAIL_CHARACTERS) + "...";
    return shown.replace('\n', '|');
  }

  /** A name from outside, fit for one line of a log and of an answer. */
  private static String printable(String name) {
    var shown = new StringBuilder();
    for (int i = 0; i < Math.min(name.length(), 128); i++) {
      char c = name.charAt(i);
      shown.append(c > ' ' && c < 127 ? c : '?');
    }
    return shown.toString();
  }
}
