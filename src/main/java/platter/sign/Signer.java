package platter.sign;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Signs what a client sends, in the way of the Java SDK (page "Signing", sections 1 and 2). */
public final class Signer {
  private final String accessKey;
  private final SigningKey key;

  public Signer(String accessKey, String secret) {
    this.accessKey = accessKey;
    this.key = SigningKey.of(secret);
  }

  /**
   * The headers to add to the request. All given headers are signed, except Content-Type and names
   * with an underscore, which proxies change or drop; Host always, as java.net.http sends it.
   *
   * @param method upper case
   * @param uri with path and query as they will be sent
   * @param headers those that the request will carry; X-Sdk-Content-Sha256 among them stands for
   *     the body's hash
   * @param body empty when there is none
   * @return X-Sdk-Date and Authorization
   */
  public Map<String, String> sign(
      String method, URI uri, Map<String, String> headers, byte[] body, Instant at) {
    var date = SdkDate.format(at);
    var signed = new TreeMap<String, String>();
    signed.put("host", host(uri));
    for (var header : headers.entrySet()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      if (!name.equals("content-type") && name.indexOf('_') < 0) {
        signed.put(name, header.getValue());
      }
    }
    signed.put(SdkDate.HEADER, date);
    var names = SignedHeaders.of(signed.keySet());
    var given = signed.get(CanonicalRequest.CONTENT_HASH_HEADER);
    var request =
        new WireRequest(
            method,
            orEmpty(uri.getRawPath()),
            orEmpty(uri.getRawQuery()),
            name -> List.of(signed.getOrDefault(name, "")));
    String canonical;
    try {
      canonical =
          CanonicalRequest.of(
              Rules.CURRENT, request, names, given == null ? Sha256.hex(body) : given);
    } catch (CanonicalRequest.MissingHeader e) {
      throw new IllegalStateException("each signed header was put there above", e);
    }
    var signature = key.signHex(StringToSign.of(new Scheme.Plain(), date, canonical));
    var added = new LinkedHashMap<String, String>();
    added.put("X-Sdk-Date", date);
    added.put(
        "Authorization",
        Authorization.SDK
            + " Access="
            + accessKey
            + ", SignedHeaders="
            + names.text()
            + ", Signature="
            + signature);
    return added;
  }

  /** The port is left away where java.net.http leaves it away: when it is the scheme's own. */
  private static String host(URI uri) {
    boolean usual =
        uri.getPort() < 0
            || ("http".equals(uri.getScheme()) && uri.getPort() == 80)
            || ("https".equals(uri.getScheme()) && uri.getPort() == 443);
    return usual ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
