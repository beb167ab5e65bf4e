package platter.job;

import platter.error.Failure;

/** What can happen to a job. */
sealed interface JobEvent {
  /** A runner has taken it: for the first time, or again after a crash. */
  record Claimed() implements JobEvent {}

  record StepDone() implements JobEvent {}

  /**
   * The storage did not do it.
   *
   * @param again whether it may pass and there is time for another attempt
   */
  record StepFailed(Failure why, boolean again) implements JobEvent {}

  record Undone() implements JobEvent {}

  /**
   * The storage did not take it back.
   *
   * @param remains says what could not be undone
   * @param again whether it may pass and there is time for another attempt
   */
  record UndoFailed(String remains, boolean again) implements JobEvent {}

  /** Somebody wants it undone; between two calls to the storage, never during one. */
  record Cancelled(Failure why) implements JobEvent {}
}
