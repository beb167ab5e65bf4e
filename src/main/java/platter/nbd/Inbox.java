package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What came from a client and is not done yet: requests, and the payload of one write. */
final class Inbox {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int USUAL_BYTES = 64 << 10;
  private static final int LONG_BYTES = 256 << 10;

  private final Link link;
  private final Export export;
  private final Buffers buffers;
  private final Failures failures;

  private ByteBuffer in = NOTHING;

  /** A write whose payload is coming. */
  private Request writing = new Request(0, Protocol.CMD_WRITE, 0, 0, 0);

  private long payloadLeft;
  private Optional<Errno> error = Optional.empty();

  Inbox(Link link, Export export, Buffers buffers, Failures failures) {
    this.link = link;
    this.export = export;
    this.buffers = buffers;
    this.failures = failures;
  }

  /** As {@link Link#read}. */
  int fill() throws IOException {
    if (in.capacity() == 0) {
      in = buffers.take(USUAL_BYTES).orElseGet(buffers::takeLeast).flip();
    }
    if (in.hasRemaining()) {
      in.compact();
    } else {
      in.clear();
    }
    try {
      return link.read(in);
    } finally {
      in.flip();
    }
  }

  /** Whether the client is in the middle of a request. */
  boolean isAmidst() {
    return in.hasRemaining() || payloadLeft > 0;
  }

  boolean hasRequest() {
    return in.remaining() >= Protocol.REQUEST_BYTES;
  }

  /** Whether the next request is all that is here. */
  boolean hasOneRequest() {
    return in.remaining() == Protocol.REQUEST_BYTES;
  }

  /** The next request, which stays the next. */
  Request request() throws ViolationException {
    return Request.read(in);
  }

  /** It is done, or begun. */
  void remove() {
    in.position(in.position() + Protocol.REQUEST_BYTES);
  }

  /** The next request is a write; when it is refused, its payload is skipped. */
  void expect(Request write, Optional<Errno> refused) {
    writing = write;
    payloadLeft = write.length();
    error = refused;
    if (payloadLeft > USUAL_BYTES) {
      grow();
    }
  }

  private void grow() {
    if (in.capacity() < LONG_BYTES) {
      buffers
          .take(LONG_BYTES)
          .ifPresent(
              larger -> {
                var smaller = in;
                in = larger.put(in.duplicate()).flip();
                buffers.giveBack(smaller);
              });
    }
  }

  /** Whether a payload has not all come. */
  boolean isWriting() {
    return payloadLeft > 0;
  }

  /** The write whose payload came last, or is coming. */
  Request writing() {
    return writing;
  }

  Optional<Errno> error() {
    return error;
  }

  /**
   * Writes what is here of a payload, in pieces as large as the buffer.
   *
   * @return false when more of it has to come first
   */
  boolean write() {
    // without what the buffer has beyond a power of 2, so that blocks stay whole
    int wanted = (int) Math.min(payloadLeft, in.capacity() - Buffers.HEAD_BYTES);
    if (in.remaining() < wanted && error.isEmpty()) {
      return false;
    }
    int length = Math.min(wanted, in.remaining());
    if (length <= 0) {
      return false;
    }
    int end = in.limit();
    int next = in.position() + length;
    if (error.isEmpty()) {
      in.limit(next);
      try {
        export.write(in, writing.at() + writing.length() - payloadLeft);
      } catch (IOException e) {
        error = Optional.of(failures.errno(e));
      }
      in.limit(end);
    }
    in.position(next);
    payloadLeft -= length;
    return true;
  }

  /** Gives memory back while nothing is here. */
  void rest() {
    if (!in.hasRemaining()) {
      close();
    }
  }

  void close() {
    if (in.capacity() > 0) {
      buffers.giveBack(in);
      in = NOTHING;
    }
  }
}
