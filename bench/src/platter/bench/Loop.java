package platter.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;

/**
 * Asks as fast as it is answered, one request at a time on each connection. One thread and a
 * selector: the cheapest client there is, because it takes its processor time from the server's.
 */
final class Loop {
  private static final int MAX_ANSWER = 8192;
  private static final long STALLED_MILLIS = 10_000;

  /** What was counted: requests, and the server's processor time on them. */
  record Count(long requests, double seconds, double cpuSeconds, double clientCpuSeconds) {
    double perSecond() {
      return requests / seconds;
    }

    double cpuMicros() {
      return cpuSeconds * 1e6 / requests;
    }

    double clientCpuMicros() {
      return clientCpuSeconds * 1e6 / requests;
    }
  }

  private final Child server;
  private final Queries queries;
  private final byte[] scratch = new byte[MAX_ANSWER];
  private long answered;

  private Loop(Child server, Queries queries) {
    this.server = server;
    this.queries = queries;
  }

  private static final class Connection {
    final SocketChannel channel;
    final ByteBuffer request;
    final ByteBuffer answer = ByteBuffer.allocateDirect(MAX_ANSWER);
    int usualLength = -1;

    Connection(SocketChannel channel, ByteBuffer request) {
      this.channel = channel;
      this.request = request;
    }
  }

  static Count run(
      Child server, Queries queries, int connections, double settleSeconds, double countedSeconds)
      throws IOException {
    queries.refresh();
    return new Loop(server, queries).run(connections, settleSeconds, countedSeconds);
  }

  private Count run(int connections, double settleSeconds, double countedSeconds)
      throws IOException {
    var all = new ArrayList<Connection>();
    try (var selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        var channel =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var connection = new Connection(channel, queries.buffer());
        all.add(connection);
        channel.register(selector, SelectionKey.OP_READ, connection);
      }
      for (var connection : all) {
        ask(connection);
      }
      until(selector, System.nanoTime() + (long) (settleSeconds * 1e9));
      long before = answered;
      long start = System.nanoTime();
      var cpu = server.cpu();
      var clientCpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
      until(selector, start + (long) (countedSeconds * 1e9));
      double cpuSeconds = server.cpu().minus(cpu).toNanos() / 1e9;
      double seconds = (System.nanoTime() - start) / 1e9;
      double clientCpuSeconds =
          ProcessHandle.current().info().totalCpuDuration().orElseThrow().minus(clientCpu).toNanos()
              / 1e9;
      return new Count(answered - before, seconds, cpuSeconds, clientCpuSeconds);
    } finally {
      for (var connection : all) {
        connection.channel.close();
      }
    }
  }

  private void until(Selector selector, long deadline) throws IOException {
    while (System.nanoTime() < deadline) {
      int ready = selector.select(key -> readable((Connection) key.attachment()), STALLED_MILLIS);
      if (ready == 0) {
        throw new IOException("no answer for " + STALLED_MILLIS + " ms");
      }
    }
  }

  private void ask(Connection connection) throws IOException {
    queries.next(connection.request);
    while (connection.request.hasRemaining()) { // some hundred bytes: they fit at once
      connection.channel.write(connection.request);
    }
  }

  private void readable(Connection connection) {
    try {
      if (connection.channel.read(connection.answer) < 0) {
        throw new IOException("the server closed a connection");
      }
      if (isWhole(connection)) {
        answered++;
        connection.answer.clear();
        ask(connection);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All answers of a server have one length; one of another length is read header by header. */
  private boolean isWhole(Connection connection) throws IOException {
    int length = connection.answer.position();
    if (length < 13) {
      return false;
    }
    if (connection.answer.get(9) != '2' || connection.answer.get(11) != '0') {
      connection.answer.get(0, scratch, 0, length);
      throw new IOException("not 200: " + Wire.text(scratch, length));
    }
    if (length == connection.usualLength) {
      return true;
    }
    connection.answer.get(0, scratch, 0, length);
    int whole = Wire.wholeLength(scratch, length);
    if (whole < 0 || length < whole) {
      return false;
    }
    connection.usualLength = whole;
    return true;
  }
}
