package platter.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** TLS over the socket. Its records are gathered before they are written. */
final class TlsLink implements Link {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** So many records are written together. */
  private static final int RECORDS = 8;

  private final SocketChannel socket;
  private final SSLEngine engine;

  /** From the socket, between position and limit. */
  private ByteBuffer encrypted = NOTHING;

  /** What was decrypted and did not fit, between position and limit. */
  private ByteBuffer decrypted = NOTHING;

  /** To the socket, between position and limit. */
  private ByteBuffer outgoing = NOTHING;

  /** The client said goodbye. */
  private boolean over;

  TlsLink(SocketChannel socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
  }

  /** The handshake of TLS, on a socket that waits. */
  void begin() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          wrap(new ByteBuffer[] {NOTHING}, 1);
          drain();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          need();
          unwrapOfHandshake();
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  /** One record, and reads no further: the handshake may end with it. */
  private void unwrapOfHandshake() throws IOException {
    while (true) {
      var result = engine.unwrap(encrypted, decrypted.compact());
      decrypted.flip();
      switch (result.getStatus()) {
        case OK -> {
          return;
        }
        case BUFFER_UNDERFLOW -> {
          if (receive() <= 0) {
            throw new EOFException("the client left in the handshake of TLS");
          }
        }
        case BUFFER_OVERFLOW, CLOSED ->
            throw new SSLException("a handshake that ends with " + result.getStatus());
      }
    }
  }

  private int receive() throws IOException {
    encrypted.compact();
    try {
      return socket.read(encrypted);
    } finally {
      encrypted.flip();
    }
  }

  /** Makes the buffers of the reading side. */
  private void need() throws IOException {
    if (encrypted.capacity() == 0) {
      encrypted = direct(engine.getSession().getPacketBufferSize() * 2).flip();
    }
    if (decrypted.capacity() == 0) {
      decrypted = direct(engine.getSession().getApplicationBufferSize()).flip();
    }
  }

  private static ByteBuffer direct(int bytes) throws IOException {
    try {
      return ByteBuffer.allocateDirect(bytes);
    } catch (OutOfMemoryError e) { // of direct memory
      throw new IOException("no memory for TLS", e);
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int total = 0;
    while (into.hasRemaining()) {
      if (decrypted.hasRemaining()) {
        total += move(decrypted, into);
        continue;
      }
      need();
      int produced;
      if (into.remaining() >= engine.getSession().getApplicationBufferSize()) {
        produced = unwrap(into);
        total += Math.max(produced, 0);
      } else if (total > 0 && !encrypted.hasRemaining()) {
        return total; // and no waiting for more than somebody asked for
      } else {
        decrypted.clear();
        produced = unwrap(decrypted);
        decrypted.flip();
      }
      if (produced == 0 || (produced > 0 && total > 0 && !encrypted.hasRemaining())) {
        return total + move(decrypted, into);
      }
      if (produced < 0) {
        return total > 0 ? total : -1;
      }
    }
    return total;
  }

  private static int move(ByteBuffer from, ByteBuffer to) {
    int length = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), length);
    from.position(from.position() + length);
    to.position(to.position() + length);
    return length;
  }

  /**
   * Decrypts one record.
   *
   * @return how many bytes; 0 when the socket has no whole record now; -1 at the end
   */
  private int unwrap(ByteBuffer into) throws IOException {
    while (!over) {
      if (encrypted.hasRemaining()) {
        SSLEngineResult result = engine.unwrap(encrypted, into);
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
          runTasks();
        }
        if (result.getStatus() == Status.CLOSED) {
          over = true;
          return -1;
        }
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
          throw new SSLException("a record larger than agreed");
        }
        if (result.bytesProduced() > 0) {
          return result.bytesProduced();
        }
        if (result.bytesConsumed() > 0) {
          continue; // it was no data, but a message of TLS itself; its answer goes with the next
          // reply
        }
      }
      int read = receive();
      if (read <= 0) {
        return read;
      }
    }
    return -1;
  }

  private void runTasks() {
    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public boolean write(ByteBuffer[] from, int count) throws IOException {
    while (drain()) {
      if (count == 0 || !from[count - 1].hasRemaining()) {
        return true;
      }
      wrap(from, count);
    }
    return false;
  }

  /** Encrypts as much as has room. */
  private void wrap(ByteBuffer[] from, int count) throws IOException {
    int packet = engine.getSession().getPacketBufferSize();
    if (outgoing.capacity() == 0) {
      outgoing = direct(packet * RECORDS);
    } else {
      outgoing.clear();
    }
    try {
      do {
        var result = engine.wrap(from, 0, count, outgoing);
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
          runTasks();
        }
        if (result.getStatus() == Status.CLOSED) {
          throw new SSLException("closed by the client");
        }
        if (result.getStatus() != Status.OK) {
          throw new SSLException("a record cannot be made: " + result.getStatus());
        }
      } while (from[count - 1].hasRemaining() && outgoing.remaining() >= packet);
    } finally {
      outgoing.flip();
    }
  }

  private boolean drain() throws IOException {
    while (outgoing.hasRemaining()) {
      if (socket.write(outgoing) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void rest() {
    if (!encrypted.hasRemaining() && !decrypted.hasRemaining() && !outgoing.hasRemaining()) {
      encrypted = NOTHING;
      decrypted = NOTHING;
      outgoing = NOTHING;
    }
  }

  @Override
  public void bye() {
    try {
      engine.closeOutbound();
      if (drain() && outgoing.capacity() > 0) {
        engine.wrap(NOTHING, outgoing.clear());
        outgoing.flip();
        boolean _ = drain();
      }
    } catch (IOException _) {
      // it left first
    }
  }
}
