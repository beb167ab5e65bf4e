package platter.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The names under which the bytes of attachments are served: whoever says one has the right. A
 * ticket follows from the id of its attachment and a secret, so it can be told again and is kept
 * nowhere; what is kept is its digest, and without that row it opens nothing.
 */
public final class Tickets {
  private static final HexFormat HEX = HexFormat.of();
  private static final int BYTES = 20;
  private static final int LENGTH = 2 * BYTES;
  private static final byte[] PURPOSE = "platter ticket of attachment ".getBytes(UTF_8);

  private final SecretKeySpec secret;

  /**
   * @param secret of this service, the same on all of its nodes and after each start
   */
  public Tickets(byte[] secret) {
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  /** 40 lower-case hex digits: 160 bits that nobody can guess. */
  String of(String attachment) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(PURPOSE);
      return HEX.formatHex(Arrays.copyOf(mac.doFinal(attachment.getBytes(UTF_8)), BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** Whether a text could be one at all. */
  static boolean isOne(String text) {
    return text.length() == LENGTH
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** What is kept of one. A fast hash will do: it is chance, not a word that somebody chose. */
  static String digest(String ticket) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
