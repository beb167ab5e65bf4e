package platter.sim;

import java.text.MessageFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import platter.error.DatabaseException;

/** Runs seeds one after the other, and tells which one failed and how. */
final class Seeds implements AutoCloseable {
  private static final Logger ENGINE = Logger.getLogger("platter");

  private long seeds;
  private long events;
  private long jobs;
  private final long began = System.nanoTime();

  private final Mutant mutant;

  Seeds() {
    this(Mutant.NONE);
  }

  Seeds(Mutant mutant) {
    this.mutant = mutant;
    ENGINE.setUseParentHandlers(false); // what the engine says belongs to the story
  }

  /** Throws an AssertionError that names the seed and tells the story, when it fails. */
  void run(long seed) {
    try (var simulation = new Simulation(seed, mutant)) {
      var handler = new Listener(simulation.world());
      ENGINE.addHandler(handler);
      try {
        simulation.run();
      } catch (Throwable e) {
        throw new AssertionError(
            "-Dplatter.seed=" + seed + " repeats it: " + e + simulation.world().story(), e);
      } finally {
        ENGINE.removeHandler(handler);
      }
      seeds++;
      events += simulation.events();
      jobs += simulation.jobs();
    }
  }

  String summary() {
    return "%d seeds, %d events, %d jobs in %.1f s"
        .formatted(seeds, events, jobs, (System.nanoTime() - began) / 1e9);
  }

  @Override
  public void close() {
    ENGINE.setUseParentHandlers(true);
  }

  /** A bug that the engine caught and logged is one. */
  private static final class Listener extends Handler {
    private final World world;

    Listener(World world) {
      this.world = world;
    }

    @Override
    public void publish(LogRecord record) {
      var text = String.valueOf(record.getMessage());
      var values = record.getParameters();
      world.note(() -> "  log: " + (values == null ? text : MessageFormat.format(text, values)));
      var thrown = record.getThrown();
      boolean bug =
          record.getLevel().equals(Level.SEVERE)
              && thrown != null
              && !(thrown instanceof DatabaseException);
      if (bug && !isSimulated(thrown)) {
        var violation = world.violation(text + ": " + thrown);
        violation.initCause(thrown);
        throw violation;
      }
    }

    /** A bug of the driver that the simulation made. */
    private static boolean isSimulated(Throwable thrown) {
      return String.valueOf(thrown.getMessage()).startsWith("simulated");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
