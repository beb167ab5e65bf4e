package platter.sign;

/**
 * An Authorization header that carries a signature, taken apart.
 *
 * @param scheme how it was signed
 * @param accessKey whose secret signed it
 * @param signedHeaders what it covers beyond method, path, query and body
 * @param signature what it must come to
 */
public record Authorization(
    Scheme scheme, String accessKey, SignedHeaders signedHeaders, Signature signature) {
  static final String SDK = "SDK-HMAC-SHA256";
  static final String V11 = "V11-HMAC-SHA256";
  private static final String SCOPE_END = "/sdk_request";
  private static final int DAY_CHARACTERS = 8;

  /** The header has another form; the message says which one is expected, for the caller. */
  public static final class Malformed extends Exception {
    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /** Reads the header's value. By hand: it is read on every request. */
  public static Authorization parse(String header) throws Malformed {
    int space = header.indexOf(' ');
    var algorithm = space < 0 ? header : header.substring(0, space);
    if (!algorithm.equals(SDK) && !algorithm.equals(V11)) {
      throw new Malformed(
          "the Authorization header must begin with " + SDK + " (or " + V11 + ") and a space");
    }
    String access = "";
    String credential = "";
    String signed = "";
    String signature = "";
    int at = space + 1;
    while (space > 0 && at < header.length()) {
      int comma = header.indexOf(',', at);
      int end = comma < 0 ? header.length() : comma;
      int equal = header.indexOf('=', at);
      if (equal < 0 || equal > end) {
        throw new Malformed("a part of the Authorization header has no equals sign");
      }
      var value = header.substring(equal + 1, end);
      if (isKey(header, at, equal, "Access") && access.isEmpty()) {
        access = value;
      } else if (isKey(header, at, equal, "Credential") && credential.isEmpty()) {
        credential = value;
      } else if (isKey(header, at, equal, "SignedHeaders") && signed.isEmpty()) {
        signed = value;
      } else if (isKey(header, at, equal, "Signature") && signature.isEmpty()) {
        signature = value;
      } else {
        throw new Malformed(
            "the Authorization header has a part that is unknown or stands there twice");
      }
      at = end + 1;
      if (at < header.length() && header.charAt(at) == ' ') {
        at++;
      }
    }
    return of(algorithm, access, credential, signed, signature);
  }

  /**
   * The same but for the signature: what a client sends with its next request.
   *
   * @param header ends with it
   * @param from where it begins
   */
  public Authorization withSignature(String header, int from) throws Malformed {
    return new Authorization(scheme, accessKey, signedHeaders, signature(header, from));
  }

  private static Signature signature(String text, int from) throws Malformed {
    var read = Signature.parse(text, from);
    if (read.isEmpty()) {
      throw new Malformed("Signature= must be 64 characters of lower-case hex");
    }
    return read.get();
  }

  private static boolean isKey(String header, int from, int to, String key) {
    return to - from == key.length() && header.startsWith(key, from);
  }

  private static Authorization of(
      String algorithm, String access, String credential, String signed, String signatureText)
      throws Malformed {
    if (access.isEmpty() == credential.isEmpty()) {
      throw new Malformed("the Authorization header needs one of Access= and Credential=");
    }
    var signature = signature(signatureText, 0);
    var headers =
        SignedHeaders.parse(signed)
            .orElseThrow(
                () ->
                    new Malformed("SignedHeaders= must be lower-case names joined by semicolons"));
    if (!access.isEmpty()) {
      if (algorithm.equals(V11)) {
        throw new Malformed(V11 + " needs Credential=accessKey/yyyyMMdd/region/service");
      }
      return new Authorization(new Scheme.Plain(), access, headers, signature);
    }
    int slash = credential.indexOf('/');
    var scope = credential.substring(slash + 1);
    boolean derived = algorithm.equals(V11);
    if (slash <= 0 || !isScope(scope, derived)) {
      throw new Malformed(
          derived
              ? "Credential= must be accessKey/yyyyMMdd/region/service"
              : "Credential= must be accessKey/yyyyMMdd/region/service/sdk_request");
    }
    return new Authorization(
        derived ? new Scheme.Derived(scope) : new Scheme.Scoped(scope),
        credential.substring(0, slash),
        headers,
        signature);
  }

  private static boolean isScope(String scope, boolean derived) {
    if (scope.indexOf('/') != DAY_CHARACTERS) {
      return false;
    }
    int slashes = 0;
    for (int i = 0; i < scope.length(); i++) {
      if (scope.charAt(i) == '/') {
        slashes++;
      }
    }
    return derived ? slashes == 2 : slashes == 3 && scope.endsWith(SCOPE_END);
  }
}
