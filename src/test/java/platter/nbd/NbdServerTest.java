package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.nbd.NbdServer.Settings;

/** How a server begins and ends. */
class NbdServerTest {
  private static final int SIZE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private static NbdServer start(Optional<InetSocketAddress> tcp, Path unix) throws IOException {
    return NbdServer.start(
        new Settings(tcp, Optional.of(unix), Optional.empty(), Served.patient()),
        _ -> Optional.empty());
  }

  private static void assertAnswers(Path unix) throws IOException {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(socket.connect(UnixDomainSocketAddress.of(unix))).isTrue();
      assertThat(NbdClient.connect(socket).greet(3)).isNotNull();
    }
  }

  @Test
  void aStartThatFailsLeavesTheSocketOfAnotherServerAlone() throws IOException {
    var unix = folder.resolve("nbd.sock");
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var first = start(Optional.of(free), unix)) {
      var taken = first.address();
      assertThatThrownBy(() -> start(taken, unix)).isInstanceOf(BindException.class);
      assertAnswers(unix);
      assertThatThrownBy(() -> start(Optional.empty(), unix))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another process");
      assertAnswers(unix);
    }
    assertThat(unix).doesNotExist();
  }

  @Test
  void whatIsNoSocketIsNotReplaced() throws IOException {
    var disk = Files.writeString(folder.resolve("disk.raw"), "precious");
    var link = Files.createSymbolicLink(folder.resolve("link"), disk);
    var dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
    for (var path : new Path[] {disk, link, dangling, folder}) {
      assertThatThrownBy(() -> start(Optional.empty(), path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no socket");
    }
    assertThat(disk).hasContent("precious");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.isSymbolicLink(dangling)).isTrue();
  }

  @Test
  void theLeftOverOfADeadServerIsReplaced() throws IOException {
    var unix = folder.resolve("nbd.sock");
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(unix));
    }
    assertThat(unix).exists();
    var server = start(Optional.empty(), unix);
    assertAnswers(unix);
    server.close();
    assertThat(unix).doesNotExist();
    var next = Files.createFile(unix);
    server.close();
    assertThat(next).exists();
  }

  @Test
  void aDiskThatNeverAnswersHoldsUpNeitherReconnectNorClose() throws Exception {
    var gate = new CountDownLatch(1);
    var entered = new CountDownLatch(2);
    var served = Served.in(folder);
    served.exports.put(
        "stuck",
        _ ->
            Optional.of(
                new Odd() {
                  @Override
                  public void flush() throws IOException {
                    entered.countDown();
                    pass(gate);
                  }
                }));
    served.file("ticket", SIZE);
    try (var stuck = NbdClient.open(served.server, "stuck");
        var other = NbdClient.open(served.server, "ticket")) {
      stuck.send(0, Protocol.CMD_FLUSH, 1, 0, 0);
      var again = NbdClient.open(served.server, "stuck");
      again.send(0, Protocol.CMD_FLUSH, 1, 0, 0);
      entered.await();
      var reconnecting = Thread.ofVirtual().start(() -> served.server.reconnect("stuck"));
      assertThat(reconnecting.join(PATIENCE)).as("it is not waited for").isTrue();
      assertThat(stuck.isEnded()).as("cut off when it takes long").isTrue();
      assertThat(other.read(0, 1)).containsExactly(0);
      var closing = Thread.ofVirtual().start(served::close);
      assertThat(closing.join(PATIENCE)).isTrue();
      assertThat(other.isEnded()).isTrue();
      again.close();
    } finally {
      gate.countDown();
      served.close();
    }
  }
}
