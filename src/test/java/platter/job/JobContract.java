package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.json.Json;

/**
 * What every type of job must hold. Whoever adds one gives a sample, and every step is tried with a
 * failure, twice, and with nothing to undo.
 */
public interface JobContract<P extends Record> {
  JobType<P> type();

  /** Parameters whose steps can be done in the world as it is. */
  P sample() throws BackendException;

  /** What the steps change outside, to be compared. */
  Object world() throws BackendException;

  /** Whether a failed step is undone; if not, {@link JobType#steps} says why. */
  boolean undoes();

  @Test
  default void aFailureAtAnyStepLeavesNothingBehind() throws BackendException {
    var sample = sample();
    var steps = type().steps();
    for (int failing = 0; undoes() && failing < steps.size(); failing++) {
      var before = world();
      for (int i = 0; i <= failing; i++) {
        steps.get(i).run().on(sample); // fails after its work: the hard case
      }
      for (int i = failing; i >= 0; i--) {
        steps.get(i).undo().on(sample);
      }
      assertThat(world()).as("undone from %s", steps.get(failing).name()).isEqualTo(before);
    }
  }

  @Test
  default void everyStepMayRunTwice() throws BackendException {
    var sample = sample();
    for (var step : type().steps()) {
      step.run().on(sample);
      var once = world();
      step.run().on(sample);
      assertThat(world()).as("%s twice", step.name()).isEqualTo(once);
    }
  }

  @Test
  default void anUndoAcceptsThatNothingWasDoneAndMayRunTwice() throws BackendException {
    var sample = sample();
    var before = world();
    for (var step : type().steps()) {
      step.undo().on(sample);
      step.undo().on(sample);
      assertThat(world()).as("undo of %s", step.name()).isEqualTo(before);
    }
  }

  @Test
  default void theParametersSurviveBeingKept() throws BackendException {
    var sample = sample();
    var text = Json.mapper().writeValueAsString(sample);
    assertThat(Json.mapper().readValue(text, type().params())).isEqualTo(sample);
  }

  /** A kind of error, and whether it may pass by itself. */
  record Kind(FailingJob.Failure failure, boolean mayPass) {}

  /** Every kind of error that a storage has, and a bug. */
  static Map<String, Kind> kinds() {
    var cause = new IllegalStateException("a test");
    return Map.of(
        "Busy", new Kind(() -> new BackendException.Busy("a test"), true),
        "Unavailable", new Kind(() -> new BackendException.Unavailable("a test", cause), true),
        "Indeterminate", new Kind(() -> new BackendException.Indeterminate("a test", cause), true),
        "NotFound", new Kind(() -> new BackendException.NotFound("a test"), false),
        "Conflict", new Kind(() -> new BackendException.Conflict("a test"), false),
        "Dependents", new Kind(() -> new BackendException.Dependents("a test"), false),
        "NoSpace", new Kind(() -> new BackendException.NoSpace("a test", cause), false),
        "Corrupt", new Kind(() -> new BackendException.Corrupt("a test"), false),
        "a bug",
            new Kind(
                () -> {
                  throw new IllegalStateException("a test");
                },
                false));
  }

  @Test
  default void everyKindOfErrorIsTried() {
    var named =
        Arrays.stream(BackendException.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .toList();
    assertThat(kinds().keySet()).containsAll(named).hasSize(named.size() + 1);
  }

  /** Tries every step with every kind of error. */
  private void eachFailure(boolean mayPass, EachFailure then) throws BackendException {
    for (int step = 0; step < type().steps().size(); step++) {
      for (var kind : kinds().entrySet()) {
        if (kind.getValue().mayPass == mayPass) {
          then.on(step, kind.getKey(), kind.getValue().failure);
        }
      }
    }
  }

  /** What is tried with a step and a kind of error. */
  interface EachFailure {
    void on(int step, String kind, FailingJob.Failure failure) throws BackendException;
  }

  @Test
  default void anErrorThatMayPassIsTriedAgainUntilItHasPassed() throws BackendException {
    eachFailure(
        true,
        (step, kind, failure) -> {
          var job = new FailingJob<>(type()).failingAt(step, 3, failure);
          assertThat(job.run(sample()).state()).as(kind).isInstanceOf(JobState.Succeeded.class);
          assertThat(job.calls())
              .as(kind)
              .containsSubsequence(Collections.nCopies(4, "run " + step));
          assertThat(job.calls()).as(kind).hasSize(type().steps().size() + 3);
        });
  }

  @Test
  default void anErrorThatDoesNotPassIsTriedUntilTheDeadlineThenUndone() throws BackendException {
    eachFailure(
        true,
        (step, kind, failure) -> {
          var sample = sample();
          var before = world();
          var job = new FailingJob<>(type()).failingAt(step, Integer.MAX_VALUE, failure);
          mustHaveFailed(job.run(sample), type().failure(), kind);
          assertThat(job.took()).as(kind).isBetween(Duration.ofSeconds(5), FailingJob.DEADLINE);
          mustBeUndone(job, step, before, kind);
        });
  }

  @Test
  default void anErrorThatCannotPassIsUndoneAtOnce() throws BackendException {
    eachFailure(
        false,
        (step, kind, failure) -> {
          var sample = sample();
          var before = world();
          var job = new FailingJob<>(type()).failingAt(step, 1, failure);
          var code = kind.equals("a bug") ? ErrorCode.INTERNAL : type().failure();
          mustHaveFailed(job.run(sample), code, kind);
          assertThat(job.calls()).as(kind).hasSize(2 * (step + 1));
          mustBeUndone(job, step, before, kind);
        });
  }

  private static void mustHaveFailed(Job job, ErrorCode code, String kind) {
    assertThat(job.state()).as(kind).isInstanceOf(JobState.Failed.class);
    var why = ((JobState.Failed) job.state()).why();
    assertThat(why.code()).as(kind).isEqualTo(code.code());
    assertThat(why.reason()).as(kind).contains("-fail:").contains("a test");
  }

  private void mustBeUndone(FailingJob<P> job, int step, Object before, String kind)
      throws BackendException {
    for (int undone = step; undone >= 0; undone--) {
      assertThat(job.calls().reversed().get(undone)).as(kind).isEqualTo("undo " + undone);
    }
    if (undoes()) {
      assertThat(world()).as(kind).isEqualTo(before);
    }
  }

  @Test
  default void anUndoWhoseErrorMayPassIsTriedAgain() throws BackendException {
    eachFailure(
        true,
        (step, kind, failure) -> {
          var sample = sample();
          var before = world();
          var job =
              new FailingJob<>(type())
                  .failingAt(step, 1, () -> new BackendException.Corrupt("a test"))
                  .failingToUndo(step, 3, failure);
          mustHaveFailed(job.run(sample), type().failure(), kind);
          mustBeUndone(job, step, before, kind);
        });
  }

  @Test
  default void anUndoThatFailsLeavesTheJobStuckWithWhatRemainsInItsReason()
      throws BackendException {
    for (boolean mayPass : new boolean[] {true, false}) {
      eachFailure(
          mayPass,
          (step, kind, failure) -> {
            var job =
                new FailingJob<>(type())
                    .failingAt(step, 1, () -> new BackendException.NoSpace("full", new Error()))
                    .failingToUndo(step, Integer.MAX_VALUE, failure);
            var state = job.run(sample()).state();
            assertThat(state).as(kind).isInstanceOf(JobState.Stuck.class);
            assertThat(((JobState.Stuck) state).step()).isEqualTo(step);
            assertThat(((JobState.Stuck) state).why().reason())
                .as(kind)
                .contains("full", type().steps().get(step).name(), "could not be undone", "a test");
          });
    }
  }
}
