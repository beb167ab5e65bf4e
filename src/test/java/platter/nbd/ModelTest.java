package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.Protocol.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random requests, many at once, against an array that has the same done to it. */
class ModelTest {
  private static final int SIZE = 3_000_001;
  private static final int ROUNDS = 150;
  private static final int AT_ONCE = 24;

  @TempDir Path folder;

  /** What a reply has to be. */
  private record Expected(int command, long at, int length, byte[] data)
      implements NbdClient.Asked {}

  @Test
  void anExportIsAnArrayOfBytes() throws IOException {
    long seed = Long.getLong("platter.seed", new Random().nextLong());
    var random = new Random(seed);
    var model = new byte[SIZE];
    try (var served = Served.in(folder)) {
      var file = served.file("ticket", SIZE);
      try (var structured = NbdClient.open(served.server, "ticket");
          var simple = NbdClient.openSimple(served.server, "ticket")) {
        for (int round = 0; round < ROUNDS; round++) {
          var client = random.nextBoolean() ? structured : simple;
          round(client, random, model, "-Dplatter.seed=" + seed + " round " + round);
        }
        structured.flush();
      }
      assertThat(Files.readAllBytes(file)).as("-Dplatter.seed=" + seed).isEqualTo(model);
    }
  }

  /** Requests in flight together do not overlap, since their order is free. */
  private static void round(NbdClient client, Random random, byte[] model, String where)
      throws IOException {
    int count = 1 + random.nextInt(AT_ONCE);
    int part = SIZE / count;
    var requests = new ByteArrayOutputStream();
    var expected = new HashMap<Long, Expected>();
    for (int i = 0; i < count; i++) {
      int from = i * part;
      int at = from + random.nextInt(part);
      int length =
          1
              + random.nextInt(
                  random.nextInt(4) == 0
                      ? from + part - at
                      : 1 + Math.min(5000, from + part - at - 1));
      length = Math.min(length, from + part - at);
      long cookie = random.nextLong();
      int fua = random.nextInt(8) == 0 ? CMD_FLAG_FUA : 0;
      int command =
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> CMD_READ;
            case 3, 4, 5 -> CMD_WRITE;
            case 6 -> CMD_WRITE_ZEROES;
            default -> CMD_CACHE;
          };
      int flags =
          command == CMD_WRITE_ZEROES && random.nextBoolean() ? fua | CMD_FLAG_NO_HOLE : fua;
      requests.writeBytes(NbdClient.request(flags, command, cookie, at, length));
      if (command == CMD_WRITE) {
        var data = new byte[length];
        random.nextBytes(data);
        requests.writeBytes(data);
        System.arraycopy(data, 0, model, at, length);
      } else if (command == CMD_WRITE_ZEROES) {
        Arrays.fill(model, at, at + length, (byte) 0);
      }
      var data = command == CMD_READ ? Arrays.copyOfRange(model, at, at + length) : new byte[0];
      expected.put(cookie, new Expected(command, at, length, data));
    }
    var sending =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.raw(requests.toByteArray());
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    check(client, expected, where);
    join(sending);
  }

  private static void check(NbdClient client, Map<Long, Expected> expected, String where)
      throws IOException {
    while (!expected.isEmpty()) {
      var reply = client.reply(next -> lookUp(expected, next));
      var wanted = lookUp(expected, reply.cookie());
      expected.remove(reply.cookie());
      assertThat(reply.error()).as(where).isZero();
      assertThat(Arrays.equals(reply.data(), wanted.data())).as("%s: %s", where, wanted).isTrue();
    }
  }

  private static Expected lookUp(Map<Long, Expected> expected, long cookie) {
    var found = expected.get(cookie);
    if (found == null) {
      throw new AssertionError("an answer to nothing");
    }
    return found;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
