package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The socket itself. */
final class PlainLink implements Link {
  private final SocketChannel socket;

  PlainLink(SocketChannel socket) {
    this.socket = socket;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return socket.read(into);
  }

  @Override
  public boolean write(ByteBuffer[] from, int count) throws IOException {
    if (count == 0) {
      return true;
    }
    var last = from[count - 1];
    if (count == 1) { // which is quicker to say
      while (last.hasRemaining()) {
        if (socket.write(last) == 0) {
          return false;
        }
      }
      return true;
    }
    while (last.hasRemaining()) {
      if (socket.write(from, 0, count) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void rest() {
    // it has nothing
  }

  @Override
  public void bye() {
    // the end of the connection says it
  }
}
