package platter.job;

import platter.error.Failure;

/** What can happen to a job. */
sealed interface JobEvent {
  /** A runner has taken it: for the first time, or again after a crash. */
  record Claimed() implements JobEvent {}

  record StepDone() implements JobEvent {}

  record StepFailed(Failure why) implements JobEvent {}

  record Undone() implements JobEvent {}

  /** {@code remains} says what could not be undone. */
  record UndoFailed(String remains) implements JobEvent {}
}
