package platter.id;

import java.util.Arrays;

/** Checks of hexadecimal text, for ids that come from outside. */
final class Hex {
  private Hex() {}

  /** By character: one look instead of four comparisons, since ids are checked at every call. */
  private static final byte[] DIGITS = new byte[128];

  private static final int HALF = 16;

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int i = 0; i < 16; i++) {
      DIGITS["0123456789abcdef".charAt(i)] = (byte) i;
    }
  }

  /** Whether the text has exactly that many characters, all of them 0-9 or a-f. */
  static boolean isLower(String text, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isLower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isLower(char c) {
    return c < DIGITS.length && DIGITS[c] >= 0;
  }

  /** The 16 characters from there on as a number; they are 0-9 or a-f. */
  static long half(String text, int from) {
    long number = 0;
    for (int i = from; i < from + HALF; i++) {
      number = number << 4 | DIGITS[text.charAt(i)];
    }
    return number;
  }
}
