package platter.id;

import java.util.Optional;

/** The name of a job: 32 lower-case hex characters, ordered by time of acceptance. */
public record JobId(String text) implements Comparable<JobId> {
  public JobId {
    if (!Hex.isLower(text, 32)) {
      throw new IllegalArgumentException("job id '" + text + "'");
    }
  }

  /** The id that was asked for, or empty when the text cannot be one. */
  public static Optional<JobId> parse(String text) {
    return Hex.isLower(text, 32) ? Optional.of(new JobId(text)) : Optional.empty();
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
