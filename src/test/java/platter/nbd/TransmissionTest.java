package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.Protocol.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransmissionTest {
  private static final int SIZE = 8 << 20;
  private static final int EPERM = 1;
  private static final int EIO = 5;
  private static final int EINVAL = 22;
  private static final int ENOSPC = 28;

  @TempDir Path folder;
  private Served served;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    served = Served.in(folder);
    file = served.file("ticket", SIZE);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static byte[] sevens(int length) {
    return filled(7, length);
  }

  private static byte[] filled(int value, int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void assertAll(int value, byte[] bytes) {
    assertThat(Arrays.equals(bytes, filled(value, bytes.length))).as("all are %s", value).isTrue();
  }

  @Test
  void whatIsWrittenIsReadByAllAndLiesInTheFile() throws IOException {
    try (var one = NbdClient.open(served.server, "ticket");
        var other = NbdClient.openSimple(served.server, "ticket")) {
      for (int length : new int[] {1, 511, 4096, 65536, 65537, 300_000, 3_000_000}) {
        assertThat(one.write(0, 4095, sevens(length))).isZero();
        var around = one.read(4094, length + 2);
        assertThat(around[0] + around[length + 1]).isZero();
        assertAll(7, Arrays.copyOfRange(around, 1, length + 1));
        assertAll(7, other.read(4095, length));
      }
      one.flush();
      assertThat(Files.size(file)).isEqualTo(SIZE);
      assertAll(7, Arrays.copyOfRange(Files.readAllBytes(file), 4095, 3_004_095));
    }
  }

  @Test
  void trimmedAndZeroedRangesReadAsZerosAndMayBecomeHoles() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      assertThat(client.write(CMD_FLAG_FUA, 0, sevens(1 << 20))).isZero();
      assertThat(client.blockStatus(0, 0, SIZE)).startsWith(1 << 20, 0);
      assertThat(client.ask(CMD_FLAG_FUA, CMD_TRIM, 0, 65536).error()).isZero();
      assertThat(client.ask(CMD_FLAG_FUA, CMD_WRITE_ZEROES, 65536, 65536).error()).isZero();
      assertThat(client.ask(CMD_FLAG_NO_HOLE, CMD_WRITE_ZEROES, 131072, 65536).error()).isZero();
      assertThat(client.ask(CMD_FLAG_FAST_ZERO, CMD_WRITE_ZEROES, 196607, 3).error()).isZero();
      assertAll(0, client.read(65536, 131074));
      assertAll(7, client.read(196610, 10));
      var status = client.blockStatus(0, 0, SIZE);
      assertThat(status).startsWith(131072, STATE_HOLE | STATE_ZERO);
      assertThat(client.blockStatus(CMD_FLAG_REQ_ONE, 0, SIZE)).hasSize(2);
      assertThat(client.ask(0, CMD_CACHE, 0, SIZE).error()).isZero();
    }
  }

  @Test
  void eachBadRequestGetsItsErrorAndTheConnectionGoesOn() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      for (int command : new int[] {CMD_READ, CMD_TRIM, CMD_CACHE, CMD_BLOCK_STATUS}) {
        assertThat(client.ask(0, command, SIZE - 1, 2).error()).isEqualTo(EINVAL);
        assertThat(client.ask(0, command, -1, 2).error()).isEqualTo(EINVAL);
        assertThat(client.ask(0, command, Long.MAX_VALUE, 2).error()).isEqualTo(EINVAL);
        assertThat(client.ask(0, command, 0, 0).error()).isEqualTo(EINVAL);
      }
      assertThat(client.ask(0, CMD_READ, 0, 0xffffffffL).error()).isEqualTo(EINVAL);
      assertThat(client.ask(0, CMD_WRITE_ZEROES, 1, SIZE).error()).isEqualTo(ENOSPC);
      assertThat(client.write(0, SIZE - 1, sevens(2))).isEqualTo(ENOSPC);
      assertThat(client.write(0, -5, sevens(70_000))).isEqualTo(ENOSPC);
      assertThat(client.write(0, 0, sevens((32 << 20) + 1))).isEqualTo(EINVAL);
      for (int command : new int[] {8, 255, 65535}) {
        assertThat(client.ask(0, command, 0, 10).error()).isEqualTo(EINVAL);
      }
      assertThat(client.ask(1 << 5, CMD_READ, 0, 10).error()).isEqualTo(EINVAL);
      assertThat(client.ask(CMD_FLAG_NO_HOLE, CMD_READ, 0, 10).error()).isEqualTo(EINVAL);
      assertThat(client.ask(CMD_FLAG_FAST_ZERO, CMD_TRIM, 0, 10).error()).isEqualTo(EINVAL);
      assertThat(client.ask(CMD_FLAG_REQ_ONE, CMD_READ, 0, 10).error()).isEqualTo(EINVAL);
      assertThat(client.write(CMD_FLAG_DF, 0, sevens(10))).isEqualTo(EINVAL);
      assertAll(0, client.read(0, SIZE));
    }
  }

  @Test
  void blockStatusNeedsItsContextAndOneChunkNeedsStructuredReplies() throws IOException {
    try (var client = NbdClient.openSimple(served.server, "ticket")) {
      assertThat(client.write(0, 0, sevens(SIZE))).isZero();
      assertThat(client.ask(CMD_FLAG_DF, CMD_READ, 0, 10).error()).isEqualTo(EINVAL);
      assertAll(7, client.read(0, SIZE));
    }
    try (var client = NbdClient.open(served.server, "ticket")) {
      client.send(CMD_FLAG_DF, CMD_READ, 1, 0, SIZE);
      assertThat(client.in().readInt()).isEqualTo(STRUCTURED_MAGIC);
      assertThat(client.in().readUnsignedShort()).as("the only chunk").isEqualTo(1);
      assertThat(client.in().readUnsignedShort()).isEqualTo(REPLY_OFFSET_DATA);
      assertThat(client.in().readLong()).isEqualTo(1);
      assertThat(client.in().readInt()).isEqualTo(SIZE + 8);
      assertThat(client.in().readLong()).isZero();
      assertAll(7, client.in().readNBytes(SIZE));
    }
  }

  @Test
  void aReadOnlyExportIsNeverChanged() throws IOException {
    served.file("glass", SIZE, true, Limits.NONE);
    try (var client = NbdClient.open(served.server, "glass")) {
      assertThat(client.write(0, 0, sevens(100_000))).isEqualTo(EPERM);
      assertThat(client.ask(0, CMD_TRIM, 0, 4096).error()).isEqualTo(EPERM);
      assertThat(client.ask(0, CMD_WRITE_ZEROES, 0, 4096).error()).isEqualTo(EPERM);
      client.flush();
      assertAll(0, client.read(0, 100));
    }
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      var all = new ByteArrayOutputStream();
      for (int i = 0; i < 1000; i++) {
        int command = i % 3 == 0 ? CMD_FLUSH : i % 3 == 1 ? CMD_CACHE : CMD_TRIM;
        all.writeBytes(NbdClient.request(0, command, i, 0, command == CMD_FLUSH ? 0 : 4096));
      }
      client.raw(all.toByteArray());
      var seen = new boolean[1000];
      for (int i = 0; i < 1000; i++) {
        seen[(int) client.reply(CMD_FLUSH, 0, 0).cookie()] = true;
      }
      assertThat(seen).doesNotContain(false);
    }
  }

  @Test
  void aVolumeThatHasGrownIsServedToItsNewEndToWhoIsConnected() throws IOException {
    try (var client = NbdClient.open(served.server, "ticket")) {
      assertThat(client.write(0, SIZE, sevens(10))).isEqualTo(ENOSPC);
      try (var grown = new RandomAccessFile(file.toFile(), "rw")) {
        grown.setLength(2L * SIZE);
      }
      assertAll(0, client.read(SIZE, 4096));
      assertThat(client.write(0, 2L * SIZE - 10, sevens(10))).isZero();
      assertThat(client.write(0, 2L * SIZE - 9, sevens(10))).isEqualTo(ENOSPC);
    }
  }

  private void serve(String ticket, Export export) {
    served.exports.put(ticket, _ -> Optional.of(export));
  }

  @Test
  void aFullDiskAndABrokenOneAreToldAsWhatTheyAre() throws IOException {
    serve("odd", new Odd());
    try (var client = NbdClient.open(served.server, "odd")) {
      assertThat(client.write(0, 0, sevens(100))).isEqualTo(ENOSPC);
      assertThat(client.write(CMD_FLAG_FUA, 0, sevens(1_000_000))).isEqualTo(ENOSPC);
      assertThat(client.ask(0, CMD_FLUSH, 0, 0).error()).isEqualTo(EIO);
      assertThat(client.ask(0, CMD_TRIM, 0, 10).error()).isEqualTo(EIO);
      assertThat(client.ask(CMD_FLAG_FAST_ZERO, CMD_WRITE_ZEROES, 0, 10).error()).isEqualTo(95);
      assertAll(9, client.read(0, 5_000_000));
      assertThat(client.blockStatus(0, 0, 5000)).as("a bounded answer").hasSize(2 * 1024);
    }
  }

  @Test
  void aLongWriteIsCutAtWholeBlocksOnly() throws IOException {
    var places = new ConcurrentLinkedQueue<Long>();
    serve(
        "odd",
        new Odd() {
          @Override
          public void write(ByteBuffer from, long at) {
            places.add(at);
            from.position(from.limit());
          }
        });
    try (var client = NbdClient.open(served.server, "odd")) {
      for (int length : new int[] {70_000, 1 << 20, 5_000_000}) {
        assertThat(client.write(0, 8192, sevens(length))).isZero();
      }
      assertThat(places).hasSizeGreaterThan(10).allMatch(at -> at % 4096 == 0);
    }
  }

  @Test
  void aRequestThatIsToBeDurableIsFlushedBeforeItsReply() throws IOException {
    var done = new ConcurrentLinkedQueue<String>();
    serve("odd", new Noted(done));
    try (var client = NbdClient.open(served.server, "odd")) {
      for (int flags : new int[] {0, CMD_FLAG_FUA}) {
        for (int length : new int[] {1, 4096, 1_000_000}) {
          assertThat(client.write(flags, 0, sevens(length))).isZero();
          assertFlushed(done, "write", flags);
        }
        assertThat(client.ask(flags, CMD_TRIM, 0, 4096).error()).isZero();
        assertFlushed(done, "trim", flags);
        assertThat(client.ask(flags, CMD_WRITE_ZEROES, 0, 4096).error()).isZero();
        assertFlushed(done, "zero", flags);
      }
    }
  }

  /** A volume that notes what is done with it. */
  private static final class Noted extends Odd {
    private final Queue<String> done;

    Noted(Queue<String> done) {
      this.done = done;
    }

    @Override
    public void write(ByteBuffer from, long at) {
      from.position(from.limit());
      done.add("write");
    }

    @Override
    public void trim(long at, long length) {
      done.add("trim");
    }

    @Override
    public void zero(long at, long length, boolean mayPunch, boolean fast) {
      done.add("zero");
    }

    @Override
    public void flush() {
      done.add("flush");
    }
  }

  /** Of one request: its pieces, and after the last of them a flush if that was asked. */
  private static void assertFlushed(Queue<String> done, String kind, int flags) {
    var all = List.copyOf(done);
    done.clear();
    var pieces = flags == 0 ? all : all.subList(0, all.size() - 1);
    assertThat(pieces).isNotEmpty().allMatch(kind::equals);
    assertThat(all.getLast()).isEqualTo(flags == 0 ? kind : "flush");
  }

  @Test
  void noExtentIsToldLongerOrInAnotherPlaceThanItIs() throws IOException {
    long end = 0xffff8000L; // of the data; behind it is a hole
    serve(
        "large",
        new Odd() {
          @Override
          public long size() {
            return 1L << 33;
          }

          @Override
          public Extent extentAt(long at, long last) {
            return at < end
                ? new Extent(Math.min(end, last) - at, false)
                : new Extent(last - at, true);
          }
        });
    try (var client = NbdClient.open(served.server, "large")) {
      long most = 0xffffffffL;
      assertThat(client.blockStatus(0, 0, most)).containsExactly(0xffff0000, 0);
      assertThat(client.blockStatus(0, 0xffff0000L, most))
          .containsExactly(0x8000, 0, 0xfffe8000, STATE_HOLE | STATE_ZERO);
    }
  }

  @Test
  void aLongReadThatBeginsInMemoryHoldsUpNoOtherWhenItsRestHasToWait() throws Exception {
    var gate = new CountDownLatch(1);
    int cached = 700_000;
    serve(
        "slow",
        new Odd() {
          @Override
          public boolean readNow(ByteBuffer into, long at) throws IOException {
            if (at + into.remaining() > cached) {
              return false;
            }
            super.read(into, at);
            return true;
          }

          @Override
          public void read(ByteBuffer into, long at) throws IOException {
            pass(gate);
            super.read(into, at);
          }
        });
    try (var client = NbdClient.open(served.server, "slow")) {
      int length = 3_000_000;
      client.send(0, CMD_READ, 1, 0, length);
      client.send(0, CMD_READ, 2, 0, 10);
      var asked = List.of(new Ranged(CMD_READ, 0, length), new Ranged(CMD_READ, 0, 10));
      assertThat(client.reply(cookie -> asked.get((int) cookie - 1)).cookie()).isEqualTo(2);
      gate.countDown();
      var all = client.reply(cookie -> asked.get((int) cookie - 1));
      assertThat(all.cookie()).isEqualTo(1);
      assertAll(9, all.data());
    }
  }

  private record Ranged(int command, long at, int length) implements NbdClient.Asked {}

  /** Nothing of it is in memory; reads wait at a gate, but for the one that fails. */
  private static class Cold extends Odd {
    final CountDownLatch gate = new CountDownLatch(1);
    final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      readers.add(Thread.currentThread());
      if (at == FAILS_AT) {
        throw new IOException("a broken disk");
      }
      pass(gate);
      super.read(into, at);
    }
  }

  private static final long FAILS_AT = 12_288;

  @Test
  void readsThatCameTogetherAreWaitedForTogetherWhereTheyComeTogether() throws Exception {
    int count = 30;
    var joined = new CountDownLatch(count / 2);
    var disk =
        new Cold() {
          @Override
          public boolean cache(long at, long length) {
            joined.countDown();
            return true;
          }
        };
    serve("cold", disk);
    try (var client = NbdClient.open(served.server, "cold")) {
      client.raw(requests(count));
      assertThat(joined.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(disk.readers).hasSizeLessThanOrEqualTo(count / 2);
      disk.gate.countDown();
      var seen = new HashSet<Long>();
      for (int i = 0; i < count; i++) {
        var reply = client.reply(TransmissionTest::page);
        seen.add(reply.cookie());
        if (reply.cookie() * 4096 == FAILS_AT) {
          assertThat(reply.error()).isEqualTo(EIO);
        } else {
          assertThat(reply.error()).isZero();
          assertAll(9, reply.data());
        }
      }
      assertThat(seen).hasSize(count);
      assertThat(client.ask(0, CMD_READ, 0, 4096).error()).isZero();
    }
  }

  @Test
  void readsThatComeOneAfterTheOtherAreWaitedForByOneEach() throws Exception {
    var disk = new Cold();
    serve("cold", disk);
    try (var client = NbdClient.open(served.server, "cold")) {
      client.raw(requests(5));
      assertThat(client.reply(TransmissionTest::page).error()).isEqualTo(EIO);
      disk.gate.countDown();
      for (int i = 1; i < 5; i++) {
        assertThat(client.reply(TransmissionTest::page).error()).isZero();
      }
    }
  }

  private static NbdClient.Asked page(long number) {
    return new Ranged(CMD_READ, number * 4096, 4096);
  }

  /** Reads of pages, the cookie of each its number, in one piece. */
  private static byte[] requests(int count) {
    var bytes = ByteBuffer.allocate(count * NbdClient.HEAD_BYTES);
    for (int i = 0; i < count; i++) {
      bytes.putInt(Protocol.REQUEST_MAGIC).putShort((short) 0).putShort((short) CMD_READ);
      bytes.putLong(i).putLong(i * 4096L).putInt(4096);
    }
    return bytes.array();
  }

  @Test
  void whoAsksOneByOneIsReadForWithoutAWorker() throws Exception {
    var disk = new Cold();
    disk.gate.countDown();
    serve("cold", disk);
    try (var client = NbdClient.open(served.server, "cold")) {
      for (int i = 0; i < 40; i++) {
        assertAll(9, client.read(0, 4096));
      }
      assertThat(client.ask(0, CMD_READ, FAILS_AT, 4096).error()).isEqualTo(EIO);
      assertAll(9, client.read(0, 4096));
      assertThat(disk.readers).anyMatch(one -> one.getName().startsWith("nbd-turn"));
    }
  }

  @Test
  void disksThatDoNotAnswerLeaveThreadsForOthers() throws Exception {
    var bounds =
        new Bounds(
            1000, 16, 128, 64, Duration.ofMinutes(1), Duration.ofMinutes(1), 4, 8, 8, 4 << 20);
    var place = Files.createDirectory(folder.resolve("few"));
    var gate = new CountDownLatch(1);
    try (var few = new Served(place, bounds, Optional.empty())) {
      few.file("other", SIZE);
      var waiting = new ArrayList<NbdClient>();
      for (int i = 0; i < 8; i++) {
        var waits = new AtomicBoolean();
        few.exports.put(
            "hung-" + i,
            _ ->
                Optional.of(
                    new Odd() {
                      @Override
                      public void read(ByteBuffer into, long at) throws IOException {
                        if (waits.get()) {
                          pass(gate);
                        }
                        super.read(into, at);
                      }
                    }));
        var client = NbdClient.open(few.server, "hung-" + i);
        for (int n = 0; n < 30; n++) {
          assertAll(9, client.read(0, 512));
        }
        waits.set(true);
        client.send(0, CMD_READ, 1, 0, 512);
        waiting.add(client);
      }
      try (var other = NbdClient.open(few.server, "other")) {
        for (int i = 0; i < 100; i++) {
          assertThat(other.write(0, i * 1000L, sevens(1000))).isZero();
          assertAll(7, other.read(i * 1000L, 1000));
        }
      }
      gate.countDown();
      for (var client : waiting) {
        assertThat(client.reply(CMD_READ, 0, 512).error()).isZero(); // none was waited for in vain
        client.close();
      }
    }
  }

  @Test
  void aRequestThatWaitsHoldsUpNoOther() throws Exception {
    var gate = new CountDownLatch(1);
    serve(
        "slow",
        new Odd() {
          @Override
          public void flush() throws IOException {
            pass(gate);
          }
        });
    try (var client = NbdClient.open(served.server, "slow")) {
      client.send(0, CMD_FLUSH, 1, 0, 0);
      client.send(0, CMD_READ, 2, 0, 10);
      assertThat(client.reply(CMD_READ, 0, 10).cookie()).isEqualTo(2);
      gate.countDown();
      assertThat(client.reply(CMD_FLUSH, 0, 0).cookie()).isEqualTo(1);
    }
  }

  @Test
  void manyWhoDoNotReadHarmNobodyElse() throws IOException {
    var bounds =
        new Bounds(
            1000, 16, 128, 64, Duration.ofMinutes(1), Duration.ofMinutes(1), 2, 2, 2, 4 << 20);
    var place = Files.createDirectory(folder.resolve("small"));
    try (var small = new Served(place, bounds, Optional.empty())) {
      small.file("ticket", SIZE);
      small.file("other", SIZE);
      var deaf = new ArrayList<NbdClient>();
      for (int i = 0; i < 16; i++) {
        var client = NbdClient.open(small.server, "ticket");
        for (int n = 0; n < 10; n++) {
          client.send(0, CMD_READ, n, 0, SIZE);
        }
        deaf.add(client);
      }
      try (var other = NbdClient.open(small.server, "other")) {
        for (int i = 0; i < 100; i++) {
          assertThat(other.write(0, i * 1000L, sevens(100_000))).isZero();
          assertAll(7, other.read(i * 1000L, 100_000));
        }
        other.flush();
      }
      for (var client : deaf) {
        client.close();
      }
    }
  }

  @Test
  void thousandsOfIdleConnectionsCostNoThread() throws IOException {
    var clients = new ArrayList<NbdClient>();
    for (int i = 0; i < 500; i++) {
      served.file("many-" + i, SIZE);
      clients.add(NbdClient.open(served.server, "many-" + i));
    }
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("nbd-turn"))
                        .count()
                    < 20);
    for (var client : clients) {
      assertThat(client.read(0, 1)).containsExactly(0);
      client.close();
    }
  }
}
