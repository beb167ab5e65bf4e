package platter.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import platter.error.Failure;
import platter.job.JobEvent.Cancelled;
import platter.job.JobEvent.Claimed;
import platter.job.JobEvent.StepDone;
import platter.job.JobEvent.StepFailed;
import platter.job.JobEvent.UndoFailed;
import platter.job.JobEvent.Undone;
import platter.job.JobState.Ended;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;

class JobMachineTest {
  private static final Failure WHY = new Failure("EVS.2024", "Task-fail:because");
  private static final List<JobEvent> EVENTS =
      List.of(
          new Claimed(),
          new StepDone(),
          new StepFailed(WHY, false),
          new StepFailed(WHY, true),
          new Undone(),
          new UndoFailed("a file remains", false),
          new UndoFailed("a file remains", true),
          new Cancelled(WHY));

  private final JobMachine machine = new JobMachine(3);

  @Test
  void stepsAreDoneInTheirOrderAndTheLastOneSucceeds() {
    var state = machine.next(new Init(), new Claimed());
    assertThat(state).isEqualTo(new Running(0, 0));
    state = machine.next(state, new StepDone());
    assertThat(state).isEqualTo(new Running(1, 0));
    state = machine.next(state, new StepDone());
    assertThat(machine.next(state, new StepDone())).isEqualTo(new Succeeded());
  }

  @Test
  void aFailedStepIsUndoneItselfThenThoseBeforeIt() {
    var state = machine.next(new Running(1, 0), new StepFailed(WHY, false));
    assertThat(state).isEqualTo(new Undoing(1, WHY, 0));
    state = machine.next(state, new Undone());
    assertThat(state).isEqualTo(new Undoing(0, WHY, 0));
    assertThat(machine.next(state, new Undone())).isEqualTo(new Failed(WHY));
  }

  @Test
  void whatMayPassIsTriedAgainAndCounted() {
    var once = machine.next(new Running(1, 0), new StepFailed(WHY, true));
    assertThat(once).isEqualTo(new Running(1, 1));
    assertThat(machine.next(once, new StepFailed(WHY, true))).isEqualTo(new Running(1, 2));
    assertThat(machine.next(once, new StepDone())).isEqualTo(new Running(2, 0));
    assertThat(machine.next(once, new StepFailed(WHY, false))).isEqualTo(new Undoing(1, WHY, 0));
    assertThat(machine.next(new Undoing(1, WHY, 0), new UndoFailed("busy", true)))
        .isEqualTo(new Undoing(1, WHY, 1));
  }

  @Test
  void aCancelledJobThatHasNotBegunFailsAndOneThatHasIsUndone() {
    assertThat(machine.next(new Init(), new Cancelled(WHY))).isEqualTo(new Failed(WHY));
    assertThat(machine.next(new Running(2, 3), new Cancelled(WHY)))
        .isEqualTo(new Undoing(2, WHY, 0));
    var undoing = new Undoing(1, new Failure("EVS.2024", "Task-fail:before"), 0);
    assertThat(machine.next(undoing, new Cancelled(WHY))).isEqualTo(undoing);
  }

  @Test
  void anUndoThatFailsIsStuckAndNamesWhatRemains() {
    assertThat(machine.next(new Undoing(1, WHY, 0), new UndoFailed("a file remains", false)))
        .isEqualTo(new Stuck(1, new Failure("EVS.2024", "Task-fail:because; a file remains")));
  }

  @Test
  void aClaimAfterACrashRepeatsWhatWasUnderWay() {
    assertThat(machine.next(new Running(2, 0), new Claimed())).isEqualTo(new Running(2, 0));
    assertThat(machine.next(new Undoing(2, WHY, 0), new Claimed()))
        .isEqualTo(new Undoing(2, WHY, 0));
  }

  @Test
  void aFinalJobTakesNothingAnyMore() {
    for (var ended : List.<Ended>of(new Succeeded(), new Failed(WHY), new Stuck(0, WHY))) {
      for (var event : EVENTS) {
        assertThatThrownBy(() -> machine.next(ended, event))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void noWalkEverLeavesTheOrderOfTheFourStatuses() {
    long seed = Long.getLong("platter.seed", 42);
    var random = new Random(seed);
    var seen = new HashSet<String>();
    for (int walk = 0; walk < 10_000; walk++) {
      JobState state = new Init();
      int rank = 0;
      for (int i = 0; i < 30 && !(state instanceof Ended); i++) {
        var event = EVENTS.get(random.nextInt(EVENTS.size()));
        try {
          state = machine.next(state, event);
        } catch (IllegalStateException e) {
          continue; // refused: nothing changed
        }
        int now = rank(state.wireName());
        assertThat(now).as("seed %d, %s", seed, state).isGreaterThanOrEqualTo(rank);
        rank = now;
        seen.add(state.wireName());
      }
    }
    assertThat(seen).containsExactlyInAnyOrder("RUNNING", "SUCCESS", "FAIL");
  }

  private static int rank(String status) {
    return switch (status) {
      case "INIT" -> 0;
      case "RUNNING" -> 1;
      default -> 2;
    };
  }
}
