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
   * @param done of {@code all} bytes; does not fall, and begins with what an earlier call has done
   * @throws BackendException when the call shall end, and its caller gets this. What it leaves, if
   *     anything, a repetition goes on with, and {@link StorageDriver#settle} or {@link
   *     StorageDriver#retire} takes away
   */
  void at(long done, long all) throws BackendException;
}
