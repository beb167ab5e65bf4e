package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What is keyed and hashed: algorithm, time, scope where there is one, hash of the request. */
public final class StringToSign {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(UTF_8);

  private StringToSign() {}

  /**
   * The text for one canonical request, in UTF-8: made and read on every signed request.
   *
   * @param date the value of X-Sdk-Date
   */
  public static byte[] of(Scheme scheme, String date, String canonicalRequest) {
    var before =
        switch (scheme) {
          case Scheme.Plain _ -> Authorization.SDK + "\n" + date + "\n";
          case Scheme.Scoped(var scope) -> Authorization.SDK + "\n" + date + "\n" + scope + "\n";
          case Scheme.Derived(var scope) -> Authorization.V11 + "\n" + date + "\n" + scope + "\n";
        };
    var head = before.getBytes(UTF_8);
    var hash = Sha256.of(canonicalRequest);
    var text = new byte[head.length + 2 * hash.length];
    System.arraycopy(head, 0, text, 0, head.length);
    int at = head.length;
    for (byte b : hash) {
      text[at++] = DIGITS[b >> 4 & 15];
      text[at++] = DIGITS[b & 15];
    }
    return text;
  }
}
