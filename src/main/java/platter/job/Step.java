package platter.job;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import platter.error.BackendException;

/**
 * One step of a job: it names what shall hold, so it may run twice; its undo accepts that nothing
 * was done.
 *
 * @param name for logs and messages
 * @param run makes it hold
 * @param undo takes it back
 * @param undoable whether {@code undo} really takes it back; if not, the job cannot be cancelled
 *     once the step has begun
 * @param within how long attempts are made; absent: as long as the setting {@code step_deadline}
 * @param slow whether it takes its time, such as to copy a volume: of those only a few run at once,
 *     beside the others
 */
public record Step<P>(
    String name,
    Doing<P> run,
    Doing<P> undo,
    boolean undoable,
    Optional<Duration> within,
    Predicate<P> slow) {
  /** Calls the storage with the job's parameters. */
  @FunctionalInterface
  public interface Doing<P> {
    void on(P params) throws BackendException;
  }

  /** A step that leaves nothing to be undone when it fails. */
  public static <P> Step<P> step(String name, Doing<P> run) {
    return new Step<>(name, run, _ -> {}, false, Optional.empty(), _ -> false);
  }

  public Step<P> undoneBy(Doing<P> how) {
    return new Step<>(name, run, how, true, within, slow);
  }

  public Step<P> within(Duration time) {
    return new Step<>(name, run, undo, undoable, Optional.of(time), slow);
  }

  /** It should tell its {@link Progress}, by which it can also be ended. */
  public Step<P> slowWhen(Predicate<P> takesItsTime) {
    return new Step<>(name, run, undo, undoable, within, takesItsTime);
  }
}
