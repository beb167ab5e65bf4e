package platter.driver;

import platter.error.BackendException;

/**
 * The right to change a storage that several nodes share: a node's lease. A driver asks right
 * before each system call that cannot be taken back, and does nothing when the answer is no.
 *
 * <p>It must say no before another node may take over, and may say yes again only when no other
 * node had the right meanwhile: else a call that slept through all that would go on.
 */
@FunctionalInterface
public interface Guard {
  /** Of a storage that nobody shares: its lock is the right. */
  Guard NONE = () -> {};

  /**
   * Passes while this node may change the storage. From any thread, and often: no waiting.
   *
   * @throws BackendException when the right has run out; the caller of the driver gets it
   */
  void check() throws BackendException;
}
