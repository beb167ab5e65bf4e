package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;

/** Percent-encodings as clients make them: all of the same text, none of the same taste. */
public final class Tastes {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

  private Tastes() {}

  /** Some characters are encoded without need, some stay bare, hex in both cases. */
  public static String encode(String text, long seed) {
    var random = new Random(seed);
    var out = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      boolean mayStayBare = b > 0 && (UNRESERVED + "*!',:@$()").indexOf(b) >= 0;
      if (mayStayBare && random.nextInt(5) > 0) {
        out.append((char) b);
      } else {
        out.append(String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", b & 0xff));
      }
    }
    return out.toString();
  }

  /** Unreserved characters bare, all others as {@code %XX}. */
  public static String strict(String text) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      if (b > 0 && UNRESERVED.indexOf(b) >= 0) {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }
}
