package platter.driver.rbd;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * Closes something when nobody is inside any more: the library must not be asked for what is being
 * closed, and nobody who closes waits for a cluster that does not answer.
 */
final class LastOneOut {
  /** What is done at the end, once. */
  interface Closing {
    void run() throws IOException;
  }

  private final Closing closing;
  private int inside;
  private boolean closed;

  LastOneOut(Closing closing) {
    this.closing = closing;
  }

  /**
   * @throws ClosedChannelException when it is closed
   */
  synchronized void enter() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    inside++;
  }

  /** The last one closes it, if it shall be closed. */
  void leave() throws IOException {
    if (isLast(-1, false)) {
      closing.run();
    }
  }

  /** From now on nobody comes in. */
  void close() throws IOException {
    if (isLast(0, true)) {
      closing.run();
    }
  }

  private synchronized boolean isLast(int change, boolean close) {
    boolean before = closed && inside == 0;
    inside += change;
    closed |= close;
    return closed && inside == 0 && !before;
  }
}
