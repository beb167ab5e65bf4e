package platter.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;

/** A socket to the server, for what no HTTP client would send. */
final class RawConnection implements AutoCloseable {
  /** No test waits longer for an answer. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;

  RawConnection(URI endpoint) throws IOException {
    socket = new Socket(endpoint.getHost(), endpoint.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  RawConnection send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // the server may have refused and closed before it read everything: what it said counts
    }
    return this;
  }

  RawConnection send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  /** Says that nothing more will come. */
  void halfClose() throws IOException {
    try {
      socket.shutdownOutput();
    } catch (SocketException e) {
      // the server has hung up before
    }
  }

  /** All that the server says until it closes. */
  String answer() throws IOException {
    var said = new StringBuilder();
    var buffer = new byte[8192];
    try {
      for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
        said.append(new String(buffer, 0, n, ISO_8859_1));
      }
    } catch (SocketException e) {
      // reset by the server after it has spoken
    }
    return said.toString();
  }

  /** The status line's number, or 0 when the server closed without a word. */
  static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer, 9, 12, 10) : 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
