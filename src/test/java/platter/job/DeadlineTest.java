package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import platter.error.BackendException;

/** What counts for a deadline, beside what {@link JobContract} says of each type. */
class DeadlineTest {
  @Test
  void aWaitForAHandCountsForNoDeadline() {
    var wait = FailingJob.DEADLINE.multipliedBy(20); // that of the job is ten times the step's
    var job =
        new FailingJob<>(new DoNothing(true))
            .waitingForAHand(wait)
            .failingAt(0, 2, () -> new BackendException.Busy("a test"));
    var ended = job.run(new DoNothing.Nothing());
    assertThat(ended.state()).isInstanceOf(JobState.Succeeded.class);
    assertThat(job.calls()).containsExactly("run 0", "run 0", "run 0");
    assertThat(job.took()).isGreaterThan(wait.multipliedBy(3));
  }

  @Test
  void theTimeOfItsOwnAttemptsDoes() {
    var job =
        new FailingJob<>(new DoNothing(true))
            .waitingForAHand(Duration.ofSeconds(1))
            .failingAt(0, Integer.MAX_VALUE, () -> new BackendException.Busy("a test"));
    assertThat(job.run(new DoNothing.Nothing()).state()).isInstanceOf(JobState.Failed.class);
    assertThat(job.calls()).hasSizeGreaterThan(2);
  }
}
