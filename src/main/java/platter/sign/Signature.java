package platter.sign;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** The 32 bytes of HMAC-SHA256 that a client sent. Read and compared on every signed request. */
public final class Signature {
  private static final int BYTES = 32;
  private static final byte NO_DIGIT = -1;
  private static final byte[] DIGITS = new byte['f' + 1];

  static {
    Arrays.fill(DIGITS, NO_DIGIT);
    for (int i = 0; i < 16; i++) {
      DIGITS["0123456789abcdef".charAt(i)] = (byte) i;
    }
  }

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  /** From 64 characters of lower-case hex, which end the text; empty when they are not that. */
  public static Optional<Signature> parse(String text, int from) {
    if (text.length() - from != 2 * BYTES) {
      return Optional.empty();
    }
    var bytes = new byte[BYTES];
    int wrong = 0; // negative as soon as one digit is
    for (int i = 0; i < BYTES; i++) {
      int high = digit(text.charAt(from + 2 * i));
      int low = digit(text.charAt(from + 2 * i + 1));
      wrong |= high | low;
      bytes[i] = (byte) (high << 4 | low);
    }
    return wrong < 0 ? Optional.empty() : Optional.of(new Signature(bytes));
  }

  private static int digit(char c) {
    return c < DIGITS.length ? DIGITS[c] : NO_DIGIT;
  }

  /** Whether this is it. Takes the same time wherever they differ. */
  public boolean is(byte[] computed) {
    return MessageDigest.isEqual(bytes, computed);
  }

  @Override
  public String toString() {
    return "Signature(bytes)";
  }
}
