package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed with -9 in the middle of writes. Each block is written with a number that
 * rises; what a block holds afterwards is never less than its last acknowledged one. So nothing
 * that was acknowledged is kept by the process alone. It says nothing of a loss of power: what the
 * system has in its memory outlives the process. That a request which is to be durable waits for
 * the flush is shown by {@link TransmissionTest}.
 */
class KilledServerTest {
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 200;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    long seed = Long.getLong("platter.seed", new Random().nextLong());
    var random = new Random(seed);
    var file = folder.resolve("volume");
    try (var made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength((long) BLOCKS * BLOCK_BYTES);
    }
    var acknowledged = new int[BLOCKS];
    for (int round = 0; round < 3; round++) {
      var process = serve();
      try {
        int port = port(process);
        var enough = 50 + random.nextInt(500);
        var count = new AtomicInteger();
        var killer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (count.get() < enough) {
                        Thread.onSpinWait();
                      }
                      process.destroyForcibly();
                    });
        write(port, random, acknowledged, count, round);
        killer.join();
      } finally {
        process.destroyForcibly();
        assertThat(process.waitFor()).isNotZero();
      }
      check(file, acknowledged, "-Dplatter.seed=" + seed);
    }
  }

  private Process serve() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ServeFolder.class.getName(),
            folder.toString(),
            "tcp")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int port(Process process) throws IOException {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = out.readLine();
    if (line == null) {
      throw new EOFException("the server did not start");
    }
    return Integer.parseInt(line);
  }

  /** Writes until the server is gone. */
  private static void write(
      int port, Random random, int[] acknowledged, AtomicInteger count, int round)
      throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (var client = NbdClient.connect(address).greet(3)) {
      assertThat(client.go("volume")).isEqualTo(Protocol.REP_ACK);
      for (int number = (round + 1) * 1_000_000; ; number++) {
        int block = random.nextInt(BLOCKS);
        var data = ByteBuffer.allocate(BLOCK_BYTES);
        while (data.hasRemaining()) {
          data.putInt(number);
        }
        boolean fua = random.nextBoolean();
        int error =
            client.write(fua ? Protocol.CMD_FLAG_FUA : 0, (long) block * BLOCK_BYTES, data.array());
        assertThat(error).isZero();
        if (!fua) {
          client.flush();
        }
        acknowledged[block] = number;
        count.incrementAndGet();
      }
    } catch (EOFException | SocketException _) {
      // it was killed
    }
  }

  private static void check(Path file, int[] acknowledged, String seed) throws IOException {
    try (var read = new RandomAccessFile(file.toFile(), "r")) {
      var block = new byte[BLOCK_BYTES];
      for (int i = 0; i < BLOCKS; i++) {
        read.readFully(block);
        int found = ByteBuffer.wrap(block).getInt();
        assertThat(found).as("block %d, %s", i, seed).isGreaterThanOrEqualTo(acknowledged[i]);
      }
    }
  }
}
