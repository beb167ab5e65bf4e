package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.Protocol.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How connections end, and whom they leave alone. */
class ConnectionEndsTest {
  private static final int SIZE = 8 << 20;
  private static final int EIO = 5;

  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void start() throws IOException {
    served = Served.in(folder);
    served.file("ticket", SIZE);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private void serve(String ticket, Export export) {
    served.exports.put(ticket, _ -> Optional.of(export));
  }

  @Test
  void whatIsNoRequestEndsTheConnection() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      client.raw(new byte[28]);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void leavingEndsWhatIsUnderwayAndThenTheConnection() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      client.send(0, CMD_FLUSH, 1, 0, 0);
      client.send(0, CMD_DISC, 2, 0, 0);
      assertThat(client.reply(CMD_FLUSH, 0, 0)).extracting(NbdClient.Reply::cookie).isEqualTo(1L);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void whateverFailsTheVolumeIsLetGoOrTheClientIsTold() throws Exception {
    var closed = new CountDownLatch(1);
    serve(
        "odd",
        new Odd() {
          @Override
          public void flush() {
            throw new StackOverflowError("a mistake");
          }

          @Override
          public boolean readNow(ByteBuffer into, long at) {
            throw new OutOfMemoryError("a mistake");
          }

          @Override
          public void close() {
            closed.countDown();
          }
        });
    try (var client = NbdClient.open(served.server, "odd")) {
      assertThat(client.ask(0, CMD_FLUSH, 0, 0).error()).isEqualTo(EIO);
      assertThat(client.ask(0, CMD_FLUSH, 0, 0).error()).isEqualTo(EIO);
      client.send(0, CMD_READ, 1, 0, 10);
      assertThat(client.isEnded()).isTrue();
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whoIsDroppedWritesNoMoreAndDropWaitsForWhatIsUnderway() throws Exception {
    var entered = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    serve(
        "slow",
        new Odd() {
          @Override
          public void zero(long at, long length, boolean mayPunch, boolean fast)
              throws IOException {
            entered.countDown();
            pass(gate);
          }

          @Override
          public void close() {
            closed.countDown();
          }
        });
    try (var client = NbdClient.connect(served.server).greet(3)) {
      assertThat(client.go("slow")).isEqualTo(REP_ACK);
      client.send(0, CMD_WRITE_ZEROES, 1, 0, 10);
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      var dropping = Thread.ofVirtual().start(() -> served.server.drop("slow"));
      assertThat(client.isEnded()).isTrue();
      assertThat(dropping.join(Duration.ofMillis(100))).as("not before its last write").isFalse();
      assertThat(closed.getCount()).isEqualTo(1);
      gate.countDown();
      assertThat(dropping.join(Duration.ofSeconds(60))).isTrue();
      assertThat(closed.getCount()).isZero();
    }
  }

  @Test
  void reconnectAnswersWhatCameAndTheClientMayComeBack() throws Exception {
    var gate = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    serve(
        "slow",
        new Odd() {
          @Override
          public void flush() throws IOException {
            entered.countDown();
            pass(gate);
          }
        });
    try (var client = NbdClient.open(served.server, "slow");
        var idle = NbdClient.open(served.server, "slow")) {
      client.send(0, CMD_FLUSH, 1, 0, 0);
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      var ending = Thread.ofVirtual().start(() -> served.server.reconnect("slow"));
      assertThat(idle.isEnded()).isTrue();
      gate.countDown();
      assertThat(client.reply(CMD_FLUSH, 0, 0).error()).isZero();
      assertThat(client.isEnded()).isTrue();
      assertThat(ending.join(Duration.ofSeconds(60))).isTrue();
    }
    try (var again = NbdClient.open(served.server, "slow")) {
      assertThat(again.read(0, 1)).containsExactly(9);
    }
  }

  @Test
  void droppingOneTicketLeavesTheOthersAlone() throws IOException {
    served.file("other", SIZE);
    try (var dropped = NbdClient.open(served.server, "ticket");
        var other = NbdClient.open(served.server, "other")) {
      served.server.drop("ticket");
      served.server.drop("nobody");
      assertThat(dropped.isEnded()).isTrue();
      assertThat(other.read(0, 1)).containsExactly(0);
    }
  }

  /** Half a request waits for the client; what follows when it has come whole does not. */
  @Test
  void whoSentTheRestIsNotCutOffWhileTheStorageTakesItsTime() throws Exception {
    var stall = Duration.ofMillis(400);
    var place = Files.createDirectory(folder.resolve("hasty"));
    try (var hasty =
        new Served(place, Served.hasty(Duration.ofMinutes(2), stall), Optional.empty())) {
      hasty.exports.put(
          "slow",
          _ ->
              Optional.of(
                  new Odd() {
                    @Override
                    public void write(ByteBuffer from, long at) throws IOException {
                      from.position(from.limit());
                      sleep(stall.multipliedBy(6));
                    }
                  }));
      try (var client = NbdClient.open(hasty.server, "slow")) {
        client.send(0, CMD_WRITE, 1, 0, 1000);
        Thread.sleep(stall.dividedBy(8)); // so that the server waits for the rest
        client.raw(new byte[1000]);
        assertThat(client.reply(CMD_WRITE, 0, 1000).error()).isZero();
        assertThat(client.ask(0, CMD_FLUSH, 0, 0).error()).isEqualTo(EIO);
      }
    }
  }

  private static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whoStallsInTheMiddleIsCutOffAndWhoOnlyRestsIsNot() throws IOException {
    var stall = Duration.ofMillis(400);
    var place = Files.createDirectory(folder.resolve("hasty"));
    try (var hasty =
        new Served(place, Served.hasty(Duration.ofMinutes(2), stall), Optional.empty())) {
      hasty.file("ticket", SIZE);
      try (var resting = NbdClient.open(hasty.server, "ticket");
          var halfAHead = NbdClient.open(hasty.server, "ticket");
          var halfAPayload = NbdClient.open(hasty.server, "ticket");
          var deaf = NbdClient.open(hasty.server, "ticket")) {
        halfAHead.raw(Arrays.copyOf(NbdClient.request(0, CMD_READ, 1, 0, 1), 27));
        halfAPayload.send(0, CMD_WRITE, 1, 0, 1000);
        for (int i = 0; i < 20; i++) {
          deaf.send(0, CMD_READ, i, 0, SIZE); // and reads nothing of it
        }
        assertThat(halfAHead.isEnded()).isTrue();
        assertThat(halfAPayload.isEnded()).isTrue();
        assertThat(resting.read(0, 10)).containsOnly(0);
        hasty.server.drop("ticket");
        assertThat(deaf.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aHostWithoutPowerIsNoticedInTwoMinutes() throws IOException {
    try (var socket = SocketChannel.open()) {
      NbdServer.noticeDeath(socket);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(6);
    }
  }
}
