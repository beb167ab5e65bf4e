package platter.sim;

/** What goes wrong, and how long things take. */
interface Faults {
  /**
   * What becomes of the next transaction.
   *
   * @param guarded whether it is of those that a node which was taken for dead must not make
   */
  Commit commit(boolean guarded);

  /**
   * What becomes of the next call to the storage.
   *
   * @param what its name: {@code ensure}, {@code grow}, {@code retire}
   */
  Call call(String what);

  /** How long the storage takes, one way. */
  long storageNanos();

  /** How long the database takes, one way. */
  long databaseNanos();

  /** How long a node stands still. */
  long sleepNanos();

  /** From now on nothing goes wrong. */
  void end();

  /** What becomes of a transaction. */
  enum Commit {
    WELL,
    FAILS,
    UNHEARD,
    RUNS_TWICE,
    CRASH_BEFORE,
    CRASH_AFTER
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
}
