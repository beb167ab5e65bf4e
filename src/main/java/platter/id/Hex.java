package platter.id;

import java.util.HexFormat;

/** Checks of hexadecimal text, for ids that come from outside. */
final class Hex {
  private static final int HALF = 16;

  private Hex() {}

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
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** The 16 characters from there on as a number; they are 0-9 or a-f. */
  static long half(String text, int from) {
    return HexFormat.fromHexDigitsToLong(text, from, from + HALF);
  }
}
