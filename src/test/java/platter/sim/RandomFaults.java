package platter.sim;

import java.util.random.RandomGenerator;

/**
 * Each seed draws how often what goes wrong, so that every kind of trouble also comes alone.
 * Chances are per call.
 */
final class RandomFaults implements Faults {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final RandomGenerator random;
  private final double commitFails;
  private final double commitUnheard;
  private final double commitConflicts;
  private final double crashAtCommit;
  private final double storageFails;
  private final double storageFailsHard;
  private final double retireFailsHard;
  private final double storageUnheard;
  private final double crashAtStorage;
  private final double slowStorage;
  private final double sleepAtStorage;
  private final boolean slowDatabase;
  private boolean over;

  /**
   * @param shared whether the database is another process, whose answer can get lost
   */
  RandomFaults(RandomGenerator random, boolean shared) {
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
    retireFailsHard = random.nextInt(3) == 0 ? random.nextDouble() : 0; // what is undone gets stuck
  }

  /** Zero in half of the seeds. */
  private double chance(double most) {
    return random.nextBoolean() ? 0 : random.nextDouble() * most;
  }

  @Override
  public void end() {
    over = true;
  }

  private boolean happens(double chance) {
    return !over && chance > 0 && random.nextDouble() < chance;
  }

  @Override
  public Commit commit(boolean guarded) {
    if (happens(crashAtCommit)) {
      return random.nextBoolean() ? Commit.CRASH_BEFORE : Commit.CRASH_AFTER;
    }
    return happens(commitFails)
        ? Commit.FAILS
        : happens(commitUnheard)
            ? Commit.UNHEARD
            : happens(commitConflicts) ? Commit.RUNS_TWICE : Commit.WELL;
  }

  private static final Call[] PASSING = {Call.BUSY, Call.UNAVAILABLE, Call.UNKNOWN_NOT_DONE};
  private static final Call[] HARD = {
    Call.NOT_FOUND, Call.CONFLICT, Call.DEPENDENTS, Call.NO_SPACE, Call.CORRUPT, Call.BUG
  };

  @Override
  public Call call(String what) {
    if (happens(crashAtStorage)) {
      return random.nextBoolean() ? Call.CRASH_BEFORE : Call.CRASH_AFTER;
    }
    if (happens(sleepAtStorage)) {
      return Call.SLEEP;
    }
    if (happens(storageFailsHard) || (what.equals("retire") && happens(retireFailsHard))) {
      return HARD[random.nextInt(HARD.length)];
    }
    if (happens(storageFails)) {
      return PASSING[random.nextInt(PASSING.length)];
    }
    return happens(storageUnheard) ? Call.UNHEARD : Call.WELL;
  }

  @Override
  public long storageNanos() {
    if (happens(slowStorage)) {
      return random.nextInt(8) == 0 ? random.nextLong(100 * SECOND) : random.nextLong(3 * SECOND);
    }
    return random.nextLong(3 * MILLI);
  }

  @Override
  public long databaseNanos() {
    if (!over && slowDatabase && random.nextInt(50) == 0) {
      return random.nextLong(3 * SECOND);
    }
    return random.nextLong(2 * MILLI);
  }

  @Override
  public long sleepNanos() {
    return random.nextLong(40 * SECOND);
  }
}
