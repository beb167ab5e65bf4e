package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import platter.error.BackendException;
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
}
