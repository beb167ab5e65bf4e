package platter.job;

import platter.error.BackendException;

/**
 * One step of a job: it names what shall hold, so it may run twice; its undo accepts that nothing
 * was done.
 *
 * @param name for logs and messages
 * @param run makes it hold
 * @param undo takes it back
 */
public record Step<P>(String name, Doing<P> run, Doing<P> undo) {
  /** Calls the storage with the job's parameters. */
  @FunctionalInterface
  public interface Doing<P> {
    void on(P params) throws BackendException;
  }

  /** A step that leaves nothing to be undone when it fails. */
  public static <P> Step<P> step(String name, Doing<P> run) {
    return new Step<>(name, run, _ -> {});
  }

  public Step<P> undoneBy(Doing<P> how) {
    return new Step<>(name, run, how);
  }
}
