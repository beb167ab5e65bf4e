package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/** What is keyed and hashed: algorithm, time, scope where there is one, hash of the request. */
public final class StringToSign {
  private StringToSign() {}

  /**
   * The text for one canonical request, in UTF-8.
   *
   * @param date the value of X-Sdk-Date
   */
  public static byte[] of(Scheme scheme, String date, String canonicalRequest) {
    var head =
        switch (scheme) {
          case Scheme.Plain _ -> Authorization.SDK + "\n" + date + "\n";
          case Scheme.Scoped(var scope) -> Authorization.SDK + "\n" + date + "\n" + scope + "\n";
          case Scheme.Derived(var scope) -> Authorization.V11 + "\n" + date + "\n" + scope + "\n";
        };
    return (head + HexFormat.of().formatHex(Sha256.of(canonicalRequest))).getBytes(UTF_8);
  }
}
