package platter.id;

import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a job: 32 lower-case hex characters. The first 16 are its number, which rises with
 * the time of acceptance and is the key of its row; the rest is chance.
 */
public record JobId(String text) implements Comparable<JobId> {
  public JobId {
    if (!Hex.isLower(text, 32)) {
      throw new IllegalArgumentException("job id '" + text + "'");
    }
  }

  static JobId of(long number, long chance) {
    var hex = HexFormat.of();
    return new JobId(hex.toHexDigits(number) + hex.toHexDigits(chance));
  }

  /** No job accepted at this time or later has a smaller number; milliseconds since 1970. */
  public static long firstNumber(long millis) {
    return Math.max(millis, 0) << JobIds.COUNT_BITS;
  }

  /** The id that was asked for, or empty when the text cannot be one. */
  public static Optional<JobId> parse(String text) {
    return Hex.isLower(text, 32) ? Optional.of(new JobId(text)) : Optional.empty();
  }

  /** The first half as a number. */
  public long number() {
    return Hex.half(text, 0);
  }

  /** The second half as a number. */
  public long chance() {
    return Hex.half(text, 16);
  }

  @Override
  public int compareTo(JobId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
