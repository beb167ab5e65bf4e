package platter.job;

import platter.error.Failure;

/** Where a job stands. What a caller sees of it is {@link #wireName}. */
public sealed interface JobState {
  /** Accepted, not started. */
  record Init() implements JobState {}

  /** Step {@code step} is being done, or is the next to be done; {@code tries} of it failed. */
  record Running(int step, int tries) implements JobState {}

  /** Step {@code step} is being undone, or is the next to be undone; {@code tries} failed. */
  record Undoing(int step, Failure why, int tries) implements JobState {}

  /** Final: it never changes again. */
  sealed interface Ended extends JobState {}

  /** The effect is there and was observed. */
  record Succeeded() implements Ended {}

  /** The effect is undone, or what remains is named in the failure. */
  record Failed(Failure why) implements Ended {}

  /** An undo failed: an operator must look. The failure names what remains. */
  record Stuck(int step, Failure why) implements Ended {}

  /** The status of the page "Querying Task Status". */
  default String wireName() {
    return switch (this) {
      case Init _ -> "INIT";
      case Running _, Undoing _ -> "RUNNING";
      case Succeeded _ -> "SUCCESS";
      case Failed _, Stuck _ -> "FAIL";
    };
  }
}
