package platter.sign;

/** What is keyed and hashed: algorithm, time, scope where there is one, hash of the request. */
public final class StringToSign {
  private StringToSign() {}

  /**
   * The text for one canonical request.
   *
   * @param date the value of X-Sdk-Date
   */
  public static String of(Scheme scheme, String date, String canonicalRequest) {
    var hash = Sha256.hex(canonicalRequest);
    return switch (scheme) {
      case Scheme.Plain _ -> Authorization.SDK + "\n" + date + "\n" + hash;
      case Scheme.Scoped(var scope) -> Authorization.SDK + "\n" + date + "\n" + scope + "\n" + hash;
      case Scheme.Derived(var scope) ->
          Authorization.V11 + "\n" + date + "\n" + scope + "\n" + hash;
    };
  }
}
