package platter.db;

/**
 * Decides, inside a transaction and before anything else in it, whether this process may still
 * write.
 */
@FunctionalInterface
public interface Guard {
  /** Lets everybody write. */
  Guard NONE = _ -> {};

  /**
   * Returns when it may. What it throws is thrown to all whose work was to be in the transaction.
   */
  void check(Tx tx);
}
