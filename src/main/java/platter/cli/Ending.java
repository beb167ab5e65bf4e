package platter.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time to come as people write it: in how long, or with its zone. */
record Ending(Instant instant) {
  private static final Pattern IN = Pattern.compile("(\\d{1,5})([hd])");

  /** Reads an option. */
  static final class Reader implements ITypeConverter<Ending> {
    @Override
    public Ending convert(String text) {
      return of(text, Instant.now());
    }
  }

  /**
   * The time that is meant.
   *
   * @throws TypeConversionException when it is none
   */
  static Ending of(String text, Instant now) {
    var in = IN.matcher(text);
    if (in.matches()) {
      long number = Long.parseLong(in.group(1));
      return new Ending(
          now.plus(in.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number)));
    }
    try {
      return new Ending(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "must be a time such as 90d, 12h or 2027-01-01T00:00:00Z, not " + text);
    }
  }
}
