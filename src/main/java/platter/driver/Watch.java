package platter.driver;

import platter.error.BackendException;

/** Told now and then by a call that may take long how far it is; may end it. */
@FunctionalInterface
public interface Watch {
  /** Lets every call go on to its end. */
  Watch NONE = (_, _) -> {};

  /**
   * From the thread of the call, often: no waiting.
   *
   * @param done of {@code all} bytes; does not fall
   * @throws BackendException when the call shall end; it leaves nothing behind, and its caller gets
   *     this
   */
  void at(long done, long all) throws BackendException;
}
