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
   * nothing of it remains.
   *
   * @throws DatabaseException when the database could not do it: nothing of it remains
   */
  <T> T inTx(Work<T> work);

  /** Runs the work on one consistent state of the database, waiting for no writer. */
  <T> T read(Work<T> work);

  /** As {@link #read}, for work of one statement: a state of its own costs it nothing. */
  <T> T lookUp(Work<T> work);

  @Override
  void close();
}
