package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AnswerTableTest {
  private static byte[] entry(long number, int length) {
    var bytes = new byte[Math.max(20, length)];
    System.arraycopy("%020d".formatted(number).getBytes(StandardCharsets.UTF_8), 0, bytes, 0, 20);
    return bytes;
  }

  @Test
  void whatIsThereIsWhatWasPutAndTheNewestIsThere() {
    long seed = Long.getLong("platter.seed", 7);
    var random = new Random(seed);
    for (long budget : new long[] {0, 1 << 18, 1 << 20, 5_000_000}) {
      var table = new AnswerTable(budget);
      var model = new HashMap<Long, byte[]>();
      for (int i = 0; i < 30_000; i++) {
        long number = (1L << 60) + random.nextInt(20_000) * 977L;
        var bytes = model.computeIfAbsent(number, it -> entry(it, random.nextInt(600)));
        table.put(number, bytes);
        assertThat(table.find(number)).as("seed %d, put %d", seed, i).isEqualTo(bytes);
        long other = (1L << 60) + random.nextInt(20_000) * 977L;
        var found = table.find(other);
        if (found != null) {
          assertThat(found).as("seed %d, put %d", seed, i).isEqualTo(model.get(other));
        }
      }
    }
  }

  @Test
  void nothingIsForgottenWithinTheBudget() {
    var table = new AnswerTable(64 << 20);
    for (long number = 1; number <= 100_000; number++) {
      table.put(number << 21, entry(number, 150));
    }
    for (long number = 1; number <= 100_000; number++) {
      assertThat(table.find(number << 21)).isEqualTo(entry(number, 150));
    }
  }

  @Test
  void puttingWhatIsThereAgainPushesNothingOut() {
    var table = new AnswerTable(0);
    table.put(1, entry(1, 100));
    for (int i = 0; i < 10_000; i++) {
      table.put(17, entry(17, 100));
    }
    assertThat(table.find(1)).isEqualTo(entry(1, 100));
  }

  @Test
  void anEntryThatIsTooLargeIsLeftOutAndHarmsNoOther() {
    var table = new AnswerTable(0);
    table.put(1, entry(1, 100));
    table.put(2, new byte[1 << 20]);
    assertThat(table.find(1)).isEqualTo(entry(1, 100));
    assertThat(table.find(2)).isNull();
  }

  @Test
  void manyThreadsNeverSeeAnothersEntry() throws Exception {
    var table = new AnswerTable(1 << 20);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var all = new ArrayList<Future<?>>();
      for (int t = 0; t < 4; t++) {
        var random = new Random(t);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 50_000; i++) {
                    long number = random.nextInt(5_000);
                    var found = table.find(number);
                    if (found != null) {
                      assertThat(found).isEqualTo(entry(number, 200));
                    }
                    table.put(number, entry(number, 200));
                  }
                }));
      }
      for (var one : all) {
        one.get();
      }
    }
  }
}
