package platter.id;

import java.util.HexFormat;
import java.util.Optional;

/** The name of a project (tenant): 32 lower-case hex characters. */
public record ProjectId(String text) {
  public ProjectId {
    if (!Hex.isLower(text, 32)) {
      throw new IllegalArgumentException("project id '" + text + "'");
    }
  }

  /** The id that was asked for, or empty when the text cannot be one. */
  public static Optional<ProjectId> parse(String text) {
    return Hex.isLower(text, 32) ? Optional.of(new ProjectId(text)) : Optional.empty();
  }

  /** The id of these halves. */
  public static ProjectId of(long high, long low) {
    var hex = HexFormat.of();
    return new ProjectId(hex.toHexDigits(high) + hex.toHexDigits(low));
  }

  /** The first half as a number. */
  public long high() {
    return Hex.half(text, 0);
  }

  /** The second half as a number. */
  public long low() {
    return Hex.half(text, 16);
  }

  @Override
  public String toString() {
    return text;
  }
}
