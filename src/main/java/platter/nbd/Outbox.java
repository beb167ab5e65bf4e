package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The replies of one connection on their way out. Its serving thread gathers many in one buffer,
 * and a worker adds a buffer of its own; each holds whole replies, so their order is free. Nobody
 * waits for the client here: what does not go now, is sent by the serving thread later.
 */
final class Outbox {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int GATHERED = 16;
  private static final int USUAL_BYTES = 64 << 10;
  private static final int MANY_HELD = 32;

  private final Link link;
  private final Buffers buffers;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private final ByteBuffer[] gathered = new ByteBuffer[GATHERED];

  /** Of workers, until the reply that is being sent in pieces has ended. */
  private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();

  private boolean holding;
  private boolean holdEnds;

  /** Of the serving thread, as long as it is not in the queue. */
  private ByteBuffer own = NOTHING;

  /** The socket took no more; then all that is here, own included, is in the queue. */
  private volatile boolean blocked;

  private boolean ownQueued;

  Outbox(Link link, Buffers buffers) {
    this.link = link;
    this.buffers = buffers;
    Arrays.fill(gathered, NOTHING);
  }

  /** Whether {@link #flush} has to succeed before the serving thread may go on. */
  boolean isBlocked() {
    return blocked;
  }

  /**
   * The buffer of the serving thread, to be written on at its position.
   *
   * @return one with at least that room; or with less, when {@link #hasRoom} says so
   */
  ByteBuffer own() {
    if (own.capacity() == 0) {
      own = buffers.take(USUAL_BYTES).orElseGet(buffers::takeLeast);
    }
    return own;
  }

  boolean hasRoom(int bytes) {
    return own().remaining() >= bytes;
  }

  boolean isOwnEmpty() {
    return own().position() == 0;
  }

  /** Makes the empty own buffer larger, if there is a larger one. */
  void grow(int bytes) {
    if (own.capacity() < bytes) {
      buffers
          .take(bytes)
          .ifPresent(
              larger -> {
                buffers.giveBack(own);
                own = larger;
              });
    }
  }

  /**
   * Sends all that is here.
   *
   * @return false when the socket took a part only: it is to be repeated when it takes more
   */
  boolean flush() throws IOException {
    lock.lock();
    try {
      if (!ownQueued && own.position() > 0) {
        queue.add(own.flip());
        ownQueued = true;
      }
      if (holdEnds) {
        holding = false;
        holdEnds = false;
        queue.addAll(held);
        held.clear();
      }
      return push();
    } finally {
      lock.unlock();
    }
  }

  /** Whether so many replies of workers wait behind the serving thread's that it should flush. */
  boolean isHoldingMany() {
    if (!holding) { // only the serving thread sets it
      return false;
    }
    lock.lock();
    try {
      return held.size() > MANY_HELD;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody else's bytes between those of the serving thread from now on. */
  void hold() {
    lock.lock();
    try {
      holding = true;
      holdEnds = false; // if another one's end has not been sent yet, both are sent as one
    } finally {
      lock.unlock();
    }
  }

  /** Ends that, behind what the serving thread has written by now. */
  void endHold() {
    lock.lock();
    try {
      holdEnds = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a worker's buffer, which is given back afterwards.
   *
   * @return false when the serving thread has to be told that the socket takes no more
   */
  boolean send(ByteBuffer replies) throws IOException {
    lock.lock();
    try {
      if (holding) {
        held.add(replies);
        return true;
      }
      queue.add(replies);
      return blocked || push();
    } finally {
      lock.unlock();
    }
  }

  private boolean push() throws IOException {
    while (blocked || !queue.isEmpty()) {
      int count = 0;
      for (var one : queue) {
        gathered[count++] = one;
        if (count == GATHERED) {
          break;
        }
      }
      boolean gone = link.write(gathered, count);
      reap();
      blocked = !gone;
      if (!gone) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // this very buffer
  private void reap() {
    for (var first = queue.peek(); first != null && !first.hasRemaining(); first = queue.peek()) {
      queue.remove();
      if (first == own) {
        own.clear();
        ownQueued = false;
      } else {
        buffers.giveBack(first);
      }
    }
  }

  /** Gives memory back while there is nothing to send. */
  void rest() {
    lock.lock();
    try {
      if (!blocked && own.capacity() > 0 && own.position() == 0) {
        buffers.giveBack(own);
        own = NOTHING;
      }
      link.rest();
    } finally {
      lock.unlock();
    }
  }

  /** The end: nobody sends any more. */
  void close() {
    lock.lock();
    try {
      if (!ownQueued && own.capacity() > 0) {
        queue.add(own);
      }
      queue.addAll(held);
      held.clear();
      queue.forEach(buffers::giveBack);
      queue.clear();
      own = NOTHING;
    } finally {
      lock.unlock();
    }
  }
}
