package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The reads of one connection. A short one of what lies in memory is answered at once, together
 * with others; what has to wait is done by a worker; and what is too long for that is answered in
 * pieces.
 */
final class Reads {
  /** Reads up to this size go into the buffer of gathered replies. */
  private static final int SHORT_BYTES = 256 << 10;

  /** Reads up to this size are done by a worker when they have to wait. */
  private static final int WORKER_BYTES = 4 << 20;

  private static final int LEAST_PIECE_BYTES = 4096;

  private final Export export;
  private final boolean structured;
  private final Outbox out;
  private final Turns turns;
  private final Misses misses;
  private final Failures failures;

  /** One that is answered in pieces. */
  private Request reading = new Request(0, Protocol.CMD_READ, 0, 0, 0);

  private long readLeft;

  Reads(
      Export export,
      boolean structured,
      Outbox out,
      House house,
      Errands errands,
      Failures failures) {
    this.export = export;
    this.structured = structured;
    this.out = out;
    this.turns = house.turns();
    this.misses = new Misses(export, structured, house.buffers(), errands, failures);
    this.failures = failures;
  }

  /** Whether {@link #goOn} has to come before the next request. */
  boolean isUnderWay() {
    return readLeft > 0;
  }

  /**
   * Answers it, or hands it over, or leaves it under way.
   *
   * @param alone the client asks nothing else before it has the answer
   * @return false when replies have to be sent before
   */
  boolean begin(Request request, boolean alone) throws IOException {
    int length = (int) request.length();
    int head = Replies.headBytes(structured);
    if (length > SHORT_BYTES) {
      reading = request;
      readLeft = length;
      return true;
    }
    if (!out.hasRoom(head + length)) {
      if (!out.isOwnEmpty()) {
        return false;
      }
      out.grow(length);
      if (!out.hasRoom(head + length)) { // there is no larger one now
        reading = request;
        readLeft = length;
        return true;
      }
    }
    var own = out.own();
    int start = own.position();
    try {
      own.position(start + head).limit(start + head + length);
      if (export.readNow(own, request.at()) || (alone && readAlone(own, request.at()))) {
        own.limit(own.capacity()).position(start);
        Replies.dataHead(own, request.cookie(), structured, request.at(), length, true);
        own.position(start + head + length);
        return true;
      }
    } catch (IOException e) {
      own.limit(own.capacity()).position(start);
      failures.answer(out.own(), request, e);
      return true;
    }
    own.limit(own.capacity()).position(start);
    if (!handRead(request)) {
      reading = request;
      readLeft = length;
    }
    return true;
  }

  /** Waits for the disk on this thread, which costs less than to hand it over and come back. */
  private boolean readAlone(ByteBuffer into, long at) throws IOException {
    if (!turns.tryWait()) {
      return false;
    }
    try {
      export.read(into, at);
      return true;
    } catch (RuntimeException | Error e) { // whatever it was, the client is told
      throw new IOException(e);
    } finally {
      turns.endWait();
    }
  }

  /** Gives a read to a worker, if there is memory for it. */
  private boolean handRead(Request request) {
    return request.length() <= WORKER_BYTES && misses.add(request);
  }

  /** No more requests are here now. */
  void hand() {
    misses.hand();
  }

  /** The end: what was not handed over is not done. */
  void close() {
    misses.close();
  }

  /**
   * Answers a part of a long read. Without structured replies, or when the client wants one chunk,
   * the length and the success of all are told before; then a late error can only end the
   * connection.
   *
   * @return false when replies have to be sent before
   */
  boolean goOn() throws IOException {
    var request = reading;
    boolean begun = readLeft < request.length();
    boolean whole = !structured || request.has(Protocol.CMD_FLAG_DF);
    int head = whole && begun ? 0 : Replies.headBytes(structured);
    if (out.isOwnEmpty()) {
      out.grow(SHORT_BYTES);
    }
    var own = out.own();
    int length = (int) Math.min(readLeft, own.remaining() - head);
    if (length < Math.min(readLeft, LEAST_PIECE_BYTES)) {
      return false;
    }
    int start = own.position();
    long at = request.at() + request.length() - readLeft;
    try {
      own.position(start + head).limit(start + head + length);
      if (!export.readNow(own, at)) {
        var rest = new Request(request.flags(), Protocol.CMD_READ, request.cookie(), at, readLeft);
        if (!(whole && begun) && length < request.length()) {
          own.limit(own.capacity()).position(start);
          if (begun && start > 0) {
            return false; // the chunks before it go first: a worker's is the last one
          }
          if (handRead(rest)) {
            readLeft = 0;
            return true;
          }
          own.position(start + head).limit(start + head + length);
        }
        export.read(own.position(start + head), at);
      }
    } catch (IOException e) {
      own.limit(own.capacity()).position(start);
      if (whole && begun) {
        throw e;
      }
      readLeft = 0;
      failures.answer(out.own(), request, e);
      return true;
    }
    own.limit(own.capacity()).position(start);
    if (head > 0) {
      Replies.dataHead(
          own,
          request.cookie(),
          structured,
          at,
          whole ? request.length() : length,
          whole || length == readLeft);
    }
    own.position(start + head + length);
    if (whole && !begun && length < readLeft) {
      out.hold(); // the rest has no head of its own
    } else if (whole && begun && length == readLeft) {
      out.endHold();
    }
    readLeft -= length;
    return true;
  }
}
