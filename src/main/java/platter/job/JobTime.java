package platter.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/**
 * Times of jobs as text: {@code YYYY-MM-DDTHH:MM:SS.SSSZ}. By hand, because two of them stand in
 * every answer to a job query, and a formatter takes longer than all the rest of it.
 */
final class JobTime {
  static final int CHARACTERS = 24;

  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  private JobTime() {}

  static String text(long millis) {
    var out = new byte[CHARACTERS];
    write(millis, out, 0);
    return new String(out, ISO_8859_1);
  }

  /** Writes the text; returns where it ends. The year must have four digits. */
  static int write(long millis, byte[] out, int at) {
    var date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MILLIS));
    int rest = (int) Math.floorMod(millis, DAY_MILLIS);
    number(out, at, 4, date.getYear());
    out[at + 4] = '-';
    number(out, at + 5, 2, date.getMonthValue());
    out[at + 7] = '-';
    number(out, at + 8, 2, date.getDayOfMonth());
    out[at + 10] = 'T';
    number(out, at + 11, 2, rest / 3_600_000);
    out[at + 13] = ':';
    number(out, at + 14, 2, rest / 60_000 % 60);
    out[at + 16] = ':';
    number(out, at + 17, 2, rest / 1_000 % 60);
    out[at + 19] = '.';
    number(out, at + 20, 3, rest % 1_000);
    out[at + 23] = 'Z';
    return at + CHARACTERS;
  }

  private static void number(byte[] out, int at, int digits, int value) {
    int rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
