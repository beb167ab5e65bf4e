package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** Replies on their way out, see {@link Outbox}. */
class OutboxTest {
  private static final int WORKERS = 40;

  @Test
  void whatWorkersSayWaitsForTheReplyInPiecesAndIsNeverALot() throws IOException {
    try (var listening =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var client = SocketChannel.open(listening.getLocalAddress());
        var server = listening.accept()) {
      var out = new Outbox(new PlainLink(server), new Buffers(1 << 20));
      out.own().put((byte) 1);
      out.hold();
      assertThat(out.isHoldingMany()).isFalse();
      for (int i = 0; i < WORKERS; i++) {
        out.send(ByteBuffer.allocate(1).put((byte) 2).flip());
      }
      assertThat(out.flush()).isTrue();
      assertThat(out.isHoldingMany()).as("until it ends").isTrue();
      out.own().put((byte) 3);
      out.endHold();
      assertThat(out.flush()).isTrue();
      assertThat(out.isHoldingMany()).isFalse();
      var came = ByteBuffer.allocate(2 + WORKERS);
      while (came.hasRemaining()) {
        assertThat(client.read(came)).isPositive();
      }
      assertThat(came.get(0)).isEqualTo((byte) 1);
      assertThat(came.get(1)).isEqualTo((byte) 3);
      assertThat(came.get(2)).isEqualTo((byte) 2);
    }
  }
}
