package platter.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as people write it: how long ago, or by the clock of this machine, or with its own zone.
 */
record Moment(Instant instant) {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  /** Reads an option. */
  static final class Reader implements ITypeConverter<Moment> {
    @Override
    public Moment convert(String text) {
      return of(text, Instant.now(), ZoneId.systemDefault());
    }
  }

  /**
   * @param zone of times without one
   * @throws TypeConversionException when it is no time
   */
  static Moment of(String text, Instant now, ZoneId zone) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      var unit = UNITS.getOrDefault(ago.group(2), Duration.ZERO);
      return new Moment(now.minus(unit.multipliedBy(Long.parseLong(ago.group(1)))));
    }
    var today = LocalDate.ofInstant(now, zone);
    var dated = text.replace(' ', 'T');
    List<Function<String, Instant>> readings =
        List.of(
            time -> OffsetDateTime.parse(time).toInstant(),
            time -> LocalDateTime.parse(time).atZone(zone).toInstant(),
            time -> LocalDate.parse(time).atStartOfDay(zone).toInstant(),
            time -> LocalTime.parse(time).atDate(today).atZone(zone).toInstant());
    for (var reading : readings) {
      try {
        return new Moment(reading.apply(dated));
      } catch (DateTimeException e) {
        // the next one
      }
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is no time; write 30m or 2h (ago), 18:20, 2026-11-21, or"
            + " 2026-11-21T18:20:15Z");
  }
}
