package platter.job;

import java.time.Duration;

/** The hands and the watch of the engine. A simulation has its own. */
public interface Crew extends AutoCloseable {
  /** Does the work as soon as a hand is free, in the order of the calls. */
  void run(Runnable work);

  /**
   * As {@link #run}, what takes its time: by hands of its own, of which there are fewer, so that
   * quick work does not wait for it.
   */
  default void runSlow(Runnable work) {
    run(work);
  }

  /** Does the work when so much time has passed. */
  void runLater(Duration wait, Runnable work);

  /** Does a quick piece of work when so much time has passed, even when no hand is free. */
  void aside(Duration wait, Runnable work);

  /** A clock that only measures durations; in nanoseconds, from an arbitrary origin. */
  long nanos();

  /** Begins nothing any more, and waits a moment for what is being done. */
  @Override
  void close();
}
