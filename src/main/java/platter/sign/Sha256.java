package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as lower-case hex. */
public final class Sha256 {
  /** The hash of no bytes at all: of every GET and DELETE, so it is not computed each time. */
  public static final String OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final HexFormat HEX = HexFormat.of();
  private static final Pool<MessageDigest> DIGESTS = new Pool<>(Sha256::newDigest);

  private Sha256() {}

  public static String hex(byte[] bytes) {
    if (bytes.length == 0) {
      return OF_NOTHING;
    }
    var digest = DIGESTS.take();
    var hash = digest.digest(bytes);
    DIGESTS.giveBack(digest);
    return HEX.formatHex(hash);
  }

  /** Of the text's UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(UTF_8));
  }

  /** The 32 bytes of the text's UTF-8, not as hex. */
  static byte[] of(String text) {
    var digest = DIGESTS.take();
    var hash = digest.digest(text.getBytes(UTF_8));
    DIGESTS.giveBack(digest);
    return hash;
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
