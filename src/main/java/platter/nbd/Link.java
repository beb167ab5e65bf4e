package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes to and from a client, on a socket that waits or on one that does not. One thread reads;
 * whoever writes holds a lock.
 */
sealed interface Link permits PlainLink, TlsLink {
  /**
   * Reads some.
   *
   * @return how many; 0 when there are none now; -1 when no more will come
   */
  int read(ByteBuffer into) throws IOException;

  /**
   * Writes as much as the socket takes now.
   *
   * @param count how many of the buffers are meant: none of them empty, or none at all
   * @return whether all of it has gone
   */
  boolean write(ByteBuffer[] from, int count) throws IOException;

  /** Gives memory back, as far as nothing is underway. */
  void rest();

  /** Says goodbye, if the socket takes it now. */
  void bye();
}
