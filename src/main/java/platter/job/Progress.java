package platter.job;

import java.util.concurrent.Callable;
import platter.error.BackendException;

/**
 * How far a step is that takes its time, as it tells by itself; by this it also learns that it
 * shall end. Outside of a step it is told to nobody.
 */
public final class Progress {
  private static final ScopedValue<Listener> NOW = ScopedValue.newInstance();

  private Progress() {}

  /** Hears it. */
  @FunctionalInterface
  interface Listener {
    /**
     * Hears how far the step is.
     *
     * @throws Ended when it shall go no further
     */
    void at(long done, long all) throws Ended;
  }

  /** The step ended because it was told to: its job is cancelled, or the service stops. */
  static final class Ended extends Exception {
    Ended(String why) {
      super(why, null, false, false);
    }
  }

  static <T> T heardBy(Listener listener, Callable<T> call) throws Exception {
    return ScopedValue.where(NOW, listener).call(call::call);
  }

  /**
   * Tells that so much is done of all, in whatever unit. Often: it costs next to nothing.
   *
   * @throws BackendException when the step shall end; it leaves what its undo can take back
   */
  public static void at(long done, long all) throws BackendException {
    if (NOW.isBound()) {
      try {
        NOW.get().at(done, all);
      } catch (Ended e) {
        throw new BackendException.Indeterminate("ended before its end: " + e.getMessage(), e);
      }
    }
  }
}
