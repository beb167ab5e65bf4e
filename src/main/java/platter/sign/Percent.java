package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/**
 * The canonical percent-encoding: unreserved characters of RFC 3986 (section 2.3) bare, every other
 * byte as {@code %XX} in upper case. Text that is already encoded, in whatever taste, is decoded on
 * the way, so that {@code *}, {@code %2a} and {@code %2A} come out the same.
 */
final class Percent {
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (char c = 0; c < 128; c++) {
      UNRESERVED[c] =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.'
              || c == '~';
    }
  }

  private Percent() {}

  /** A whole path: its slashes stay, an encoded slash stays encoded. */
  static void path(StringBuilder out, String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (!isUnreserved(c) && c != '/') {
        out.append(raw, 0, i);
        recode(out, raw, i, raw.length(), true, false);
        return;
      }
    }
    out.append(raw);
  }

  /**
   * A key or a value of a query.
   *
   * @param plusIsSpace whether a bare plus sign stands for a space, as in forms
   */
  static String part(String raw, int from, int to, boolean plusIsSpace) {
    for (int i = from; i < to; i++) {
      if (!isUnreserved(raw.charAt(i))) {
        var out = new StringBuilder(2 * (to - from));
        out.append(raw, from, i);
        recode(out, raw, i, to, false, plusIsSpace);
        return out.toString();
      }
    }
    return raw.substring(from, to);
  }

  private static void recode(
      StringBuilder out, String raw, int from, int to, boolean keepSlash, boolean plusIsSpace) {
    int i = from;
    while (i < to) {
      char c = raw.charAt(i);
      if (isUnreserved(c) || (keepSlash && c == '/')) {
        out.append(c);
        i++;
      } else if (c == '%' && i + 2 < to && isHex(raw, i + 1) && isHex(raw, i + 2)) {
        encode(out, HexFormat.fromHexDigits(raw, i + 1, i + 3));
        i += 3;
      } else if (c == '+' && plusIsSpace) {
        encode(out, ' ');
        i++;
      } else if (c < 128) {
        encode(out, c);
        i++;
      } else {
        int character = raw.codePointAt(i);
        for (byte b : Character.toString(character).getBytes(UTF_8)) {
          encode(out, b & 0xff);
        }
        i += Character.charCount(character);
      }
    }
  }

  private static void encode(StringBuilder out, int value) {
    if (value < 128 && UNRESERVED[value]) {
      out.append((char) value);
    } else {
      out.append('%').append(UPPER.toHexDigits((byte) value));
    }
  }

  private static boolean isUnreserved(char c) {
    return c < 128 && UNRESERVED[c];
  }

  private static boolean isHex(String text, int at) {
    return HexFormat.isHexDigit(text.charAt(at));
  }
}
