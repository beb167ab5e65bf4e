package platter.job;

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

/**
 * The rules of a job: a pure function without clock, database or thread. Each pair of state and
 * event is decided.
 *
 * @param steps how many the job's type has, at least one
 */
record JobMachine(int steps) {
  JobMachine {
    if (steps < 1) {
      throw new IllegalArgumentException("steps " + steps);
    }
  }

  JobState next(JobState now, JobEvent event) {
    return switch (now) {
      case Init _ ->
          switch (event) {
            case Claimed _ -> new Running(0, 0);
            case Cancelled(var why) -> new Failed(why); // nothing was done
            case StepDone _, StepFailed _, Undone _, UndoFailed _ -> throw refused(now, event);
          };
      case Running(int step, int tries) ->
          switch (event) {
            case Claimed _ -> now; // after a crash: the step runs again
            case StepDone _ -> step + 1 == steps ? new Succeeded() : new Running(step + 1, 0);
            case StepFailed(var why, boolean again) ->
                again
                    ? new Running(step, tries + 1)
                    : new Undoing(step, why, 0); // it may have done half its work
            case Cancelled(var why) -> new Undoing(step, why, 0);
            case Undone _, UndoFailed _ -> throw refused(now, event);
          };
      case Undoing(int step, var why, int tries) ->
          switch (event) {
            case Claimed _, Cancelled _ -> now; // it is being undone already
            case Undone _ -> step == 0 ? new Failed(why) : new Undoing(step - 1, why, 0);
            case UndoFailed(var remains, boolean again) ->
                again
                    ? new Undoing(step, why, tries + 1)
                    : new Stuck(step, new Failure(why.code(), why.reason() + "; " + remains));
            case StepDone _, StepFailed _ -> throw refused(now, event);
          };
      case Ended _ -> throw refused(now, event);
    };
  }

  private static IllegalStateException refused(JobState now, JobEvent event) {
    return new IllegalStateException("a job that is " + now + " cannot take " + event);
  }
}
