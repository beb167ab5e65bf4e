package platter.verify;

import java.util.List;
import java.util.Optional;
import platter.id.JobId;

/** What a repair did, and what it left. */
public record Outcome(List<Done> done, List<Left> left) {
  /**
   * A difference that is healed.
   *
   * @param job explains the new status of a volume
   */
  public record Done(Difference difference, Optional<JobId> job) {}

  /** A difference that is still there. */
  public record Left(Difference difference, String why) {}
}
