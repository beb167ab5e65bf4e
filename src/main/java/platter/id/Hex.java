package platter.id;

/** Checks of hexadecimal text, for ids that come from outside. */
final class Hex {
  private Hex() {}

  /** By character: one look instead of four comparisons, since ids are checked at every call. */
  private static final boolean[] LOWER = new boolean[128];

  static {
    for (char c : "0123456789abcdef".toCharArray()) {
      LOWER[c] = true;
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
    return c < LOWER.length && LOWER[c];
  }
}
