package platter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow-hashes")
class PasswordTest {
  private final Password hashed =
      Password.hashed(Password.hash("right password", new SecureRandom()));
  private final Password plain = Password.plain("right password");

  private static long processorNanos(Runnable what) {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    what.run();
    return threads.getCurrentThreadCpuTime() - before;
  }

  @Test
  void onlyTheRightOneMatches() {
    for (var password : List.of(hashed, plain)) {
      assertThat(password.matches("wrong password")).isFalse();
      assertThat(password.matches("right password")).isTrue();
      assertThat(password.matches("wrong password")).isFalse();
      assertThat(password.matches("right password")).isTrue();
      assertThat(password.matches("")).isFalse();
    }
    assertThat(Password.nobodys().matches("right password")).isFalse();
  }

  @Test
  void guessingCostsAsMuchAsASlowHashWhoeverIsThere() {
    assertThat(hashed.matches("right password")).isTrue(); // from now on that is quick
    assertThat(plain.matches("right password")).isTrue();
    long right = processorNanos(() -> hashed.matches("right password"));
    for (var password : List.of(hashed, plain, Password.nobodys())) {
      long wrong = processorNanos(() -> password.matches("a guess"));
      assertThat(wrong).as(password.toString()).isGreaterThan(20 * right);
    }
  }

  @Test
  void whoDoesNotExistIsNotToldApart() {
    var accounts = new Accounts(List.of(), List.of(), List.of(), List.of());
    long nobody = processorNanos(() -> accounts.login(Optional.empty(), "a guess"));
    long somebody = processorNanos(() -> hashed.matches("a guess"));
    assertThat(nobody).isBetween(somebody / 10, somebody * 10);
  }
}
