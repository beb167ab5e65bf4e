package platter.db;

import platter.error.DatabaseException;

/** Keeps what was acknowledged. */
public interface Database extends AutoCloseable {
  /** What is done inside one transaction: quick, and nothing outside is called within. */
  @FunctionalInterface
  interface Work<T> {
    T in(Tx tx);
  }

  /**
   * Runs the work and returns when its effect is durable. What the work throws is thrown on, and
   * nothing of it remains. The work may run more than once, when somebody else's transaction was in
   * the way; only the run that was committed counts. What is to run after the commit runs after
   * that of every transaction whose effect the work saw.
   *
   * @throws DatabaseException when the database could not do it: nothing of it remains, unless
   *     {@link DatabaseException#outcomeUnknown} says that it may
   */
  <T> T inTx(Work<T> work);

  /**
   * As {@link #inTx}, and does not wait: the outcome is told later, or at once by this thread when
   * nobody else writes. What is told must be quick and must not ask the database.
   */
  default <T> void inTxLater(Work<T> work, Outcome<T> then) {
    T result;
    try {
      result = inTx(work);
    } catch (RuntimeException e) {
      then.failed(e);
      return;
    }
    then.done(result);
  }

  /** What became of a transaction that nobody waits for. */
  interface Outcome<T> {
    /** It is durable, and what follows the commit has run. */
    void done(T result);

    /** As {@link Database#inTx} would have thrown. */
    void failed(RuntimeException why);
  }

  /**
   * As {@link #inTx}, but the guard is not asked, and on a shared database it does not wait behind
   * the others: for the writes that decide what the guard says.
   */
  <T> T inTxUnguarded(Work<T> work);

  /** From now on this guard is asked in every transaction that writes; before, there is none. */
  void guardedBy(Guard guard);

  /** From now on it tells of its commits there. */
  default void observedBy(Commits commits) {}

  /** Runs the work on one consistent state of the database, waiting for no writer. */
  <T> T read(Work<T> work);

  /** As {@link #read}, for work of one statement: a state of its own costs it nothing. */
  <T> T lookUp(Work<T> work);

  /**
   * Breaks what connections there are to a shared database; what comes next opens new ones. For one
   * who knows that they may be dead: what is under way fails now and not when the network says so.
   */
  default void reconnect() {}

  @Override
  void close();
}
