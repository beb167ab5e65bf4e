package platter.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server. Of the first calls that change something it hears the
 * server's answer, and cuts the client off instead of telling it.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final URI server;
  private final int cuts;
  private final AtomicInteger cut = new AtomicInteger();

  CuttingProxy(URI server, int cuts) throws IOException {
    this.server = server;
    this.cuts = cuts;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  int cut() {
    return cut.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var upstream = new Socket(server.getHost(), server.getPort())) {
      while (true) {
        var request = message(client.getInputStream());
        if (request.length == 0) {
          return;
        }
        upstream.getOutputStream().write(request);
        var answer = message(upstream.getInputStream());
        boolean reads = new String(request, 0, 4, ISO_8859_1).equals("GET ");
        if (!reads && cut.get() < cuts) {
          cut.incrementAndGet();
          return;
        }
        client.getOutputStream().write(answer);
      }
    } catch (IOException e) {
      // the client sees it too
    }
  }

  /** Head and body; nothing when the other side has closed. */
  private static byte[] message(InputStream in) throws IOException {
    var all = new ByteArrayOutputStream();
    while (!all.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int c = in.read();
      if (c < 0) {
        return new byte[0];
      }
      all.write(c);
    }
    var length =
        all.toString(ISO_8859_1)
            .lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .map(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
            .findFirst()
            .orElse(0);
    all.write(in.readNBytes(length));
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
