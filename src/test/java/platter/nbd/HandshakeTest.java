package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.NbdClient.contexts;
import static platter.nbd.NbdClient.wanted;
import static platter.nbd.Protocol.*;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeTest {
  private static final long SIZE = 1_000_000;

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

  private NbdClient greeted() throws IOException {
    return NbdClient.connect(served.server).greet(3);
  }

  @Test
  void goTellsSizeFlagsAndBlockSizes() throws IOException {
    try (var client = greeted()) {
      client.option(OPT_GO, wanted("ticket", INFO_BLOCK_SIZE));
      var export = client.optionReply();
      assertThat(export.type()).isEqualTo(REP_INFO);
      var told = ByteBuffer.wrap(export.data());
      assertThat(told.getShort()).isEqualTo((short) INFO_EXPORT);
      assertThat(told.getLong()).isEqualTo(SIZE);
      assertThat(Short.toUnsignedInt(told.getShort()))
          .isEqualTo(
              HAS_FLAGS
                  | SEND_FLUSH
                  | SEND_FUA
                  | SEND_TRIM
                  | SEND_WRITE_ZEROES
                  | CAN_MULTI_CONN
                  | SEND_CACHE
                  | SEND_FAST_ZERO);
      var sizes = ByteBuffer.wrap(client.optionReply().data());
      assertThat(sizes.getShort()).isEqualTo((short) INFO_BLOCK_SIZE);
      assertThat(sizes.getInt()).isEqualTo(1);
      assertThat(sizes.getInt()).isEqualTo(4096);
      assertThat(sizes.getInt()).isEqualTo(32 << 20);
      assertThat(client.optionReply().type()).isEqualTo(REP_ACK);
      assertThat(client.read(SIZE - 10, 10)).hasSize(10);
    }
  }

  @Test
  void infoTellsTheSameAndTheClientMayGoOnAsking() throws IOException {
    try (var client = greeted()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.ask(OPT_INFO, wanted("ticket")).type()).isEqualTo(REP_INFO);
        assertThat(client.optionReply().type()).isEqualTo(REP_ACK);
      }
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
      assertThat(client.read(0, 4)).containsOnly(0);
    }
  }

  @Test
  void anExportThatIsReadOnlySaysSo() throws IOException {
    served.file("glass", SIZE, true, Limits.NONE);
    try (var client = greeted()) {
      var told = ByteBuffer.wrap(client.ask(OPT_INFO, wanted("glass")).data());
      assertThat(told.getShort(10) & READ_ONLY).isEqualTo(READ_ONLY);
      assertThat(told.getShort(10) & SEND_TRIM).isZero();
    }
  }

  @Test
  void theOldWayOfOpeningWorksWithAndWithoutItsZeroes() throws IOException {
    for (int flags : new int[] {0, 1, 3}) {
      try (var client = NbdClient.connect(served.server).greet(flags)) {
        client.option(OPT_EXPORT_NAME, "ticket".getBytes(StandardCharsets.UTF_8));
        assertThat(client.in().readLong()).isEqualTo(SIZE);
        assertThat(client.in().readUnsignedShort() & HAS_FLAGS).isEqualTo(HAS_FLAGS);
        if ((flags & FLAG_NO_ZEROES) == 0) {
          assertThat(client.in().readNBytes(124)).containsOnly(0);
        }
        assertThat(client.read(0, 512)).containsOnly(0);
      }
    }
  }

  @Test
  void anUnknownTicketIsRefusedAndInTheOldWayEndsTheConnection() throws IOException {
    try (var client = greeted()) {
      for (var ticket : new String[] {"", "tickeT", "ticket ", "../ticket", "nobody\u0000"}) {
        assertThat(client.ask(OPT_INFO, wanted(ticket)).type()).isEqualTo(REP_ERR_UNKNOWN);
        assertThat(client.go(ticket)).isEqualTo(REP_ERR_UNKNOWN);
      }
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
    }
    try (var client = greeted()) {
      client.option(OPT_EXPORT_NAME, "nobody".getBytes(StandardCharsets.UTF_8));
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aTicketThatHasEndedIsUnknown() throws IOException {
    try (var client = greeted()) {
      served.exports.remove("ticket");
      assertThat(client.go("ticket")).isEqualTo(REP_ERR_UNKNOWN);
    }
  }

  @Test
  void nothingIsListed() throws IOException {
    try (var client = greeted()) {
      assertThat(client.ask(OPT_LIST).type()).isEqualTo(REP_ACK);
      assertThat(client.ask(OPT_LIST, (byte) 1).type()).isEqualTo(REP_ERR_INVALID);
    }
  }

  @Test
  void whatIsNotKnownIsRefusedAndTheNextOptionAnswered() throws IOException {
    try (var client = greeted()) {
      for (int option : new int[] {0, 4, 11, 12, 4711, -1}) {
        assertThat(client.ask(option, new byte[100]).type()).isEqualTo(REP_ERR_UNSUP);
      }
      assertThat(client.ask(OPT_STARTTLS).type()).isEqualTo(REP_ERR_POLICY);
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
    }
  }

  @Test
  void abortIsAnsweredAndEnds() throws IOException {
    try (var client = greeted()) {
      assertThat(client.ask(OPT_ABORT).type()).isEqualTo(REP_ACK);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void dataThatDoNotFitTheirOptionAreInvalid() throws IOException {
    var bad = new ArrayList<byte[]>();
    bad.add(new byte[0]);
    bad.add(new byte[5]);
    bad.add(new NbdClient.Bytes().u32(1000).u16(0).array());
    bad.add(new NbdClient.Bytes().u32(-1).u16(0).array());
    bad.add(new NbdClient.Bytes().u32(Integer.MAX_VALUE).u16(0).array());
    bad.add(new NbdClient.Bytes().text("ticket").u16(3).u16(0).array());
    bad.add(new NbdClient.Bytes().text("ticket").u16(0).u16(0).array());
    bad.add(wanted("x".repeat(4097)));
    bad.add(new NbdClient.Bytes().u32(1).u16(0xff00).u16(0).array()); // no UTF-8
    try (var client = greeted()) {
      for (var data : bad) {
        for (int option : new int[] {OPT_INFO, OPT_GO}) {
          assertThat(client.ask(option, data).type()).isEqualTo(REP_ERR_INVALID);
        }
      }
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
    }
  }

  @Test
  void anOptionThatIsTooLongIsReadAndRefusedAndAnEndlessOneEndsTheConnection() throws IOException {
    try (var client = greeted()) {
      assertThat(client.ask(OPT_GO, new byte[100_000]).type()).isEqualTo(REP_ERR_TOO_BIG);
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
    }
    try (var client = greeted()) {
      client.optionHead(OPT_GO, -1);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void whatIsNoProtocolEndsTheConnection() throws IOException {
    try (var client = NbdClient.connect(served.server).greet(0x80)) {
      assertThat(client.isEnded()).isTrue();
    }
    try (var client = greeted()) {
      client.raw("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void moreOptionsThanAnyClientNeedsEndTheConnection() throws IOException {
    try (var client = greeted()) {
      for (int i = 0; i < Bounds.DEFAULT.options(); i++) {
        assertThat(client.ask(OPT_LIST).type()).isEqualTo(REP_ACK);
      }
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aClientThatSaysNothingIsCutOff() throws IOException {
    var second = Duration.ofMillis(300);
    try (var hasty =
            new Served(
                Files.createDirectory(folder.resolve("hasty")),
                Served.hasty(second, second),
                Optional.empty());
        var client = NbdClient.connect(hasty.server)) {
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void onlySoManyHandshakesAreUnderWayAtOnce() throws IOException {
    var usual = Bounds.DEFAULT;
    var patience = Duration.ofMinutes(2);
    var narrow = new Bounds(1000, 16, 128, 2, patience, patience, 4, 4, 4, usual.bufferBytes());
    try (var small =
        new Served(Files.createDirectory(folder.resolve("small")), narrow, Optional.empty())) {
      small.file("ticket", SIZE);
      try (var first = NbdClient.connect(small.server).greet(3);
          var second = NbdClient.connect(small.server).greet(3)) {
        try (var third = NbdClient.connect(small.server)) {
          assertThat(third.isEnded()).isTrue();
        }
        assertThat(first.go("ticket")).isEqualTo(REP_ACK);
        assertThat(first.read(0, 1)).containsExactly(0);
        org.awaitility.Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(
                () -> {
                  try (var next = NbdClient.connect(small.server).greet(3)) {
                    return next.go("ticket") == REP_ACK;
                  }
                });
        assertThat(second.go("ticket")).isEqualTo(REP_ACK);
      }
    }
  }

  @Test
  void onlyBaseAllocationIsAMetaContext() throws IOException {
    try (var client = greeted()) {
      assertThat(client.ask(OPT_SET_META_CONTEXT, contexts("ticket", BASE_ALLOCATION)).type())
          .as("before structured replies")
          .isEqualTo(REP_ERR_INVALID);
      assertThat(client.ask(OPT_STRUCTURED_REPLY).type()).isEqualTo(REP_ACK);
      assertThat(client.ask(OPT_STRUCTURED_REPLY).type()).isEqualTo(REP_ERR_INVALID);
      assertThat(client.ask(OPT_SET_META_CONTEXT, contexts("ticket", "qemu:dirty")).type())
          .isEqualTo(REP_ACK);
      assertThat(client.ask(OPT_SET_META_CONTEXT, contexts("ticket")).type()).isEqualTo(REP_ACK);
      assertThat(client.ask(OPT_SET_META_CONTEXT, contexts("nobody", BASE_ALLOCATION)).type())
          .isEqualTo(REP_META_CONTEXT);
      assertThat(client.optionReply().type()).isEqualTo(REP_ACK);
      assertThat(client.go("nobody")).isEqualTo(REP_ERR_UNKNOWN);
      for (var query : new String[] {BASE_ALLOCATION, "base:"}) {
        var found = client.ask(OPT_LIST_META_CONTEXT, contexts("ticket", query));
        assertThat(found.type()).isEqualTo(REP_META_CONTEXT);
        assertThat(new String(found.data(), 4, found.data().length - 4, StandardCharsets.UTF_8))
            .isEqualTo(BASE_ALLOCATION);
        assertThat(client.optionReply().type()).isEqualTo(REP_ACK);
      }
    }
  }

  @Test
  void aContextOfAnotherExportDoesNotCount() throws IOException {
    served.file("other", SIZE);
    try (var client = greeted()) {
      client.agreeAllocation("other");
      assertThat(client.go("ticket")).isEqualTo(REP_ACK);
      assertThat(client.ask(0, CMD_BLOCK_STATUS, 0, 4096).error()).isEqualTo(22);
    }
  }

  @Test
  void aTicketIsOpenOnlySoManyTimes() throws IOException {
    var clients = new ArrayList<NbdClient>();
    for (int i = 0; i < Bounds.DEFAULT.connectionsPerTicket(); i++) {
      clients.add(NbdClient.open(served.server, "ticket"));
    }
    try (var late = greeted()) {
      assertThat(late.go("ticket")).isEqualTo(REP_ERR_POLICY);
    }
    for (var client : clients) {
      client.close();
    }
  }

  @Test
  void aUnixSocketIsServedToo() throws IOException {
    var address = UnixDomainSocketAddress.of(served.socket());
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(socket.connect(address)).isTrue();
      try (var client = NbdClient.connect(socket).greet(3)) {
        assertThat(client.go("ticket")).isEqualTo(REP_ACK);
        assertThat(client.write(0, 5, new byte[] {1, 2, 3})).isZero();
        assertThat(client.read(4, 5)).containsExactly(0, 1, 2, 3, 0);
      }
    }
  }
}
