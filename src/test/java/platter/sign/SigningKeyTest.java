package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class SigningKeyTest {
  @Test
  void theKeyedHashIsThatOfTheStandard() {
    // RFC 4231, test case 2
    assertThat(SigningKey.of("Jefe").signHex("what do ya want for nothing?".getBytes(UTF_8)))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void manyThreadsSignAndHashAtOnce() throws Exception {
    var key = SigningKey.of("secret");
    var tasks = new ArrayList<Callable<String>>();
    for (int i = 0; i < 2000; i++) {
      var text = "text " + i % 7;
      tasks.add(() -> key.signHex(text.getBytes(UTF_8)) + Sha256.hex(text));
    }
    var expected = new ArrayList<String>();
    for (var task : tasks) {
      expected.add(task.call());
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = threads.invokeAll(tasks);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void aKeyDoesNotPrintItsSecret() {
    assertThat(SigningKey.of("hush").toString()).doesNotContain("hush");
  }

  @Test
  void theHashOfNothingIsTheHashOfNothing() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest();
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(Sha256.OF_NOTHING);
  }
}
