package platter.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import platter.db.MemoryDatabase;

/** What all parts of one seed's day share. */
final class World implements AutoCloseable {
  private static final int REMEMBERED = 60;

  final SplittableRandom random;
  final Timeline timeline;
  final Faults faults;
  final Mutant mutant;
  final MemoryDatabase memory;
  final SimDriver.Shelf shelf = new SimDriver.Shelf();
  final Rows rows;
  final boolean shared;
  final boolean snapshotsAreInstant;
  private final Deque<Supplier<String>> notes = new ArrayDeque<>();
  private long databaseAwayUntil;
  private boolean calm;

  private World(SplittableRandom random, boolean shared, Faults faults, Mutant mutant) {
    this.random = random;
    this.mutant = mutant;
    memory = new MemoryDatabase(mutant::sql);
    this.shared = shared;
    this.faults = faults;
    timeline = new Timeline(random.split());
    snapshotsAreInstant = random.nextBoolean();
    rows = new Rows(this);
  }

  /** In which anything may go wrong, with an engine that may be another. */
  static World of(long seed, Mutant mutant) {
    var random = new SplittableRandom(seed);
    boolean shared = random.nextInt(4) != 0;
    return new World(random, shared, new RandomFaults(random.split(), shared), mutant);
  }

  /** In which this goes wrong. */
  static World with(Faults faults, boolean shared) {
    return new World(new SplittableRandom(1), shared, faults, Mutant.NONE);
  }

  /** Remembers what happened, for the one who reads of a failure. */
  void note(Supplier<String> what) {
    long at = timeline.now();
    notes.add(() -> "%12.6f ".formatted(at / 1e9) + what.get());
    if (notes.size() > REMEMBERED) {
      notes.remove();
    }
  }

  String story() {
    var text = new StringBuilder();
    notes.forEach(note -> text.append("\n").append(note.get()));
    return text.toString();
  }

  /** What must not be, is. */
  static final class Violation extends AssertionError {
    Violation(String message) {
      super(message);
    }
  }

  void must(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw violation(otherwise.get());
    }
  }

  /** Ends the simulation, even if the engine should swallow what is thrown. */
  Violation violation(String message) {
    var violation = new Violation(message);
    timeline.fail(violation);
    return violation;
  }

  void databaseGoesAway(long nanos) {
    databaseAwayUntil = timeline.now() + nanos;
  }

  /** From now on nothing goes wrong. */
  void calm() {
    note(() -> "calm");
    calm = true;
    faults.end();
  }

  boolean databaseIsAway(SimNode node) {
    return !calm && timeline.now() < Math.max(databaseAwayUntil, node.databaseAwayUntil());
  }

  /** Somebody has committed. */
  void committed(SimNode node) {
    rows.look(node);
  }

  @Override
  public void close() {
    memory.close();
  }
}
