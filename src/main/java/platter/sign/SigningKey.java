package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for HMAC-SHA256, ready to sign. Safe for use by many threads. Making one costs nothing: the
 * cryptography is loaded by the first signature.
 */
public final class SigningKey {
  private static final HexFormat HEX = HexFormat.of();

  private final SecretKeySpec key;
  private final Pool<Mac> macs;

  private SigningKey(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.macs = new Pool<>(this::newMac);
  }

  /** The plain form: the secret itself is the key. */
  public static SigningKey of(String secret) {
    return new SigningKey(secret.getBytes(UTF_8));
  }

  public static SigningKey of(byte[] secret) {
    return new SigningKey(secret);
  }

  /**
   * The older form of the Go and openstack4j clients: one HMAC over each part of the scope, each
   * keyed by the one before.
   *
   * @param scope {@code yyyyMMdd/region/service/sdk_request}; parts may be empty
   */
  public static SigningKey scoped(String secret, String scope) {
    var key = of("SDK" + secret);
    int from = 0;
    while (from <= scope.length()) {
      int slash = scope.indexOf('/', from);
      int to = slash < 0 ? scope.length() : slash;
      key = of(key.sign(scope.substring(from, to)));
      from = to + 1;
    }
    return key;
  }

  /**
   * The form V11-HMAC-SHA256: HKDF (RFC 5869) with the access key as salt, the secret as input and
   * the scope as info; the key is the lower-case hex text of the 32 bytes. Found by comparing with
   * the Java SDK's DerivedAKSKSigner.
   *
   * @param scope {@code yyyyMMdd/region/service}
   */
  public static SigningKey derived(String accessKey, String secret, String scope) {
    var extracted = of(of(accessKey).sign(secret));
    var expanded = extracted.sign(scope + '\u0001'); // 32 bytes are one round of HKDF's expansion
    return of(HEX.formatHex(expanded));
  }

  /** The 32 bytes of HMAC-SHA256 over the text's UTF-8. */
  public byte[] sign(String text) {
    return sign(text.getBytes(UTF_8));
  }

  public byte[] sign(byte[] bytes) {
    var mac = macs.take();
    var signature = mac.doFinal(bytes);
    macs.giveBack(mac);
    return signature;
  }

  /** The signature as it stands in a header: 64 characters of lower-case hex. */
  public String signHex(byte[] text) {
    return HEX.formatHex(sign(text));
  }

  private Mac newMac() {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey(secret)";
  }
}
