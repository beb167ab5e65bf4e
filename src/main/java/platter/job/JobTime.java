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

  private static final int DAY_CHARACTERS = 11;

  /** The day that was written last: the jobs that are asked for are nearly all of one. */
  private static volatile Day lastDay = Day.of(0);

  private JobTime() {}

  /** A day, and how a time of it begins. */
  private static final class Day {
    private final long epochDay;
    private final byte[] text;

    private Day(long epochDay, byte[] text) {
      this.epochDay = epochDay;
      this.text = text;
    }

    static Day of(long epochDay) {
      var date = LocalDate.ofEpochDay(epochDay);
      var text = new byte[DAY_CHARACTERS];
      number(text, 0, 4, date.getYear());
      text[4] = '-';
      number(text, 5, 2, date.getMonthValue());
      text[7] = '-';
      number(text, 8, 2, date.getDayOfMonth());
      text[10] = 'T';
      return new Day(epochDay, text);
    }
  }

  static String text(long millis) {
    var out = new byte[CHARACTERS];
    write(millis, out, 0);
    return new String(out, ISO_8859_1);
  }

  /** Writes the text; returns where it ends. The year must have four digits. */
  static int write(long millis, byte[] out, int at) {
    long epochDay = Math.floorDiv(millis, DAY_MILLIS);
    int rest = (int) (millis - epochDay * DAY_MILLIS);
    var day = lastDay;
    if (day.epochDay != epochDay) {
      day = Day.of(epochDay);
      lastDay = day;
    }
    System.arraycopy(day.text, 0, out, at, DAY_CHARACTERS);
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
