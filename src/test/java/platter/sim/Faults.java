package platter.sim;

import java.util.random.RandomGenerator;

/**
 * What goes wrong, and how often: each seed draws its own weather, so that every kind of trouble
 * also comes alone. Chances are per call.
 */
final class Faults {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final RandomGenerator random;
  private final double commitFails;
  private final double commitUnheard;
  private final double commitConflicts;
  private final double crashAtCommit;
  private final double storageFails;
  private final double storageFailsHard;
  private final double storageUnheard;
  private final double crashAtStorage;
  private final double slowStorage;
  private final double sleepAtStorage;
  private final boolean slowDatabase;
  private boolean over;

  /**
   * @param shared whether the database is another process, whose answer can get lost
   */
  Faults(RandomGenerator random, boolean shared) {
    this.random = random;
    commitFails = chance(0.05);
    commitUnheard = shared ? chance(0.05) : 0;
    commitConflicts = chance(0.1);
    crashAtCommit = chance(0.01);
    storageFails = chance(0.3);
    storageFailsHard = chance(0.1);
    storageUnheard = chance(0.2);
    crashAtStorage = chance(0.02);
    slowStorage = chance(0.15);
    sleepAtStorage = chance(0.03);
    slowDatabase = random.nextInt(4) == 0;
  }

  /** Zero in half of the seeds. */
  private double chance(double most) {
    return random.nextBoolean() ? 0 : random.nextDouble() * most;
  }

  /** From now on nothing goes wrong. */
  void end() {
    over = true;
  }

  private boolean happens(double chance) {
    return !over && chance > 0 && random.nextDouble() < chance;
  }

  /** What becomes of a transaction. */
  enum Commit {
    WELL,
    FAILS,
    UNHEARD,
    RUNS_TWICE,
    CRASH_BEFORE,
    CRASH_AFTER
  }

  Commit commit() {
    if (happens(crashAtCommit)) {
      return random.nextBoolean() ? Commit.CRASH_BEFORE : Commit.CRASH_AFTER;
    }
    return happens(commitFails)
        ? Commit.FAILS
        : happens(commitUnheard)
            ? Commit.UNHEARD
            : happens(commitConflicts) ? Commit.RUNS_TWICE : Commit.WELL;
  }

  /** What becomes of a call to the storage. */
  enum Call {
    WELL,
    BUSY,
    UNAVAILABLE,
    UNKNOWN_NOT_DONE,
    NOT_FOUND,
    CONFLICT,
    DEPENDENTS,
    NO_SPACE,
    CORRUPT,
    BUG,
    /** Done, and the answer is lost. */
    UNHEARD,
    CRASH_BEFORE,
    CRASH_AFTER,
    /** The node stands still before the call, and knows nothing of it. */
    SLEEP
  }

  private static final Call[] PASSING = {Call.BUSY, Call.UNAVAILABLE, Call.UNKNOWN_NOT_DONE};
  private static final Call[] HARD = {
    Call.NOT_FOUND, Call.CONFLICT, Call.DEPENDENTS, Call.NO_SPACE, Call.CORRUPT, Call.BUG
  };

  Call call() {
    if (happens(crashAtStorage)) {
      return random.nextBoolean() ? Call.CRASH_BEFORE : Call.CRASH_AFTER;
    }
    if (happens(sleepAtStorage)) {
      return Call.SLEEP;
    }
    if (happens(storageFailsHard)) {
      return HARD[random.nextInt(HARD.length)];
    }
    if (happens(storageFails)) {
      return PASSING[random.nextInt(PASSING.length)];
    }
    return happens(storageUnheard) ? Call.UNHEARD : Call.WELL;
  }

  /** How long the storage takes, one way. */
  long storageNanos() {
    if (happens(slowStorage)) {
      return random.nextInt(8) == 0 ? random.nextLong(100 * SECOND) : random.nextLong(3 * SECOND);
    }
    return random.nextLong(3 * MILLI);
  }

  /** How long the database takes, one way. */
  long databaseNanos() {
    if (!over && slowDatabase && random.nextInt(50) == 0) {
      return random.nextLong(3 * SECOND);
    }
    return random.nextLong(2 * MILLI);
  }

  /** How long a node stands still. */
  long sleepNanos() {
    return random.nextLong(40 * SECOND);
  }
}
