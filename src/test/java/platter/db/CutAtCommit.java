package platter.db;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A line to a PostgreSQL that breaks, when it is told to, in the worst moment: in the commit of the
 * transaction that names {@link #MARK}.
 */
final class CutAtCommit implements AutoCloseable {
  static final String MARK = "cut-this";

  private final ServerSocket listening;
  private final int serverPort;
  private volatile boolean armed;
  private volatile boolean heard;
  private volatile boolean cut;
  private volatile long lateMillis;
  private final CountDownLatch late = new CountDownLatch(1);

  CutAtCommit(int serverPort) throws IOException {
    this.serverPort = serverPort;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /**
   * Its next commit is cut off, once.
   *
   * @param heard whether the server hears of it, and only its answer is lost
   */
  void arm(boolean heard) {
    this.heard = heard;
    armed = true;
  }

  /** Its next commit is cut off, once, and the server hears of it so much later. */
  void armLate(long millis) {
    lateMillis = millis;
    arm(true);
  }

  /** Waits until the server has what came late. */
  void awaitLate() throws InterruptedException {
    assertThat(late.await(60, TimeUnit.SECONDS)).isTrue();
  }

  boolean wasCut() {
    return cut;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        Thread.ofVirtual().start(() -> pump(client, server, true));
        Thread.ofVirtual().start(() -> pump(server, client, false));
      } catch (IOException e) {
        return; // no line any more
      }
    }
  }

  private void pump(Socket from, Socket to, boolean watched) {
    var some = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      boolean marked = false;
      for (int n = in.read(some); n > 0; n = in.read(some)) {
        if (watched && armed && new String(some, 0, n, ISO_8859_1).contains(MARK)) {
          armed = false;
          marked = true;
        } else if (marked) {
          cut = true;
          from.close();
          if (heard) {
            TimeUnit.MILLISECONDS.sleep(lateMillis);
            out.write(some, 0, n);
            out.flush();
            to.shutdownOutput();
            while (to.getInputStream().read() >= 0) {
              // until the server has done what it was asked for
            }
            late.countDown();
          }
          return;
        }
        out.write(some, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // the other direction was closed
    } finally {
      if (watched && cut) {
        late.countDown();
      }
    }
  }

  @Override
  public void close() {
    refuse();
  }

  /** From now on there are no new connections. */
  void refuse() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
