package platter.sign;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The value of X-Sdk-Date: {@code yyyyMMdd'T'HHmmss'Z'}, UTC, whole seconds. */
public final class SdkDate {
  /** The header that carries it. */
  public static final String HEADER = "x-sdk-date";

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SdkDate() {}

  public static String format(Instant time) {
    return FORMAT.format(time);
  }

  /** By hand: it is read on every request. */
  public static Optional<Instant> parse(String text) {
    if (text.length() != 16 || text.charAt(8) != 'T' || text.charAt(15) != 'Z') {
      return Optional.empty();
    }
    for (int i = 0; i < 15; i++) {
      char c = text.charAt(i);
      if (i != 8 && (c < '0' || c > '9')) {
        return Optional.empty();
      }
    }
    try {
      var time =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 4, 6),
              number(text, 6, 8),
              number(text, 9, 11),
              number(text, 11, 13),
              number(text, 13, 15));
      return Optional.of(time.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty(); // such as 31 February
    }
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = 10 * value + (text.charAt(i) - '0');
    }
    return value;
  }
}
