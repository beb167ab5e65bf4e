package platter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow-hashes")
final class AccountsTest {
  private final Accounts accounts = People.accounts();

  @Test
  void whoExistsIsFoundByIdAndByName() {
    assertThat(accounts.accessKey(People.ACCESS).orElseThrow().userId())
        .isEqualTo(People.ALICE.id());
    assertThat(accounts.accessKey("other")).isEmpty();
    assertThat(accounts.domainNamed("home")).contains(People.HOME);
    assertThat(accounts.userNamed(People.HOME, "alice")).contains(People.ALICE);
    assertThat(accounts.userNamed(People.AWAY, "alice")).isEmpty();
    assertThat(accounts.project(People.ALPHA).orElseThrow().name()).isEqualTo("region-1");
    assertThat(accounts.projectNamed(People.AWAY, "region-1").orElseThrow().id())
        .isEqualTo(People.FOREIGN);
    assertThat(accounts.projectsOf(People.ALICE))
        .extracting(Project::id)
        .containsExactly(People.ALPHA, People.BETA);
  }

  @Test
  void whatIsThereTwiceOrPointsNowhereIsRefused() {
    var twice = List.of(People.HOME, People.HOME);
    assertThatThrownBy(() -> new Accounts(twice, List.of(), List.of(), List.of()))
        .hasMessageContaining("stands there twice");
    assertThatThrownBy(() -> new Accounts(List.of(), List.of(), List.of(People.BOB), List.of()))
        .hasMessageContaining("there is no " + People.HOME.id());
    var orphan = List.of(new AccessKey("AK", "SK", "nobody"));
    assertThatThrownBy(() -> new Accounts(List.of(), List.of(), List.of(), orphan))
        .hasMessageContaining("there is no nobody");
  }

  @Test
  void onlyTheRightPasswordLogsIn() {
    var alice = Optional.of(People.ALICE);
    assertThat(accounts.login(alice, "alice's secret")).contains(People.ALICE);
    assertThat(accounts.login(alice, "alice's secret")).contains(People.ALICE);
    for (var wrong : List.of("", "alice's secre", "alice's secret ", "bob's")) {
      assertThat(accounts.login(alice, wrong)).isEmpty();
      assertThat(accounts.login(Optional.empty(), wrong)).isEmpty();
    }
    assertThat(accounts.login(Optional.empty(), "alice's secret")).isEmpty();
  }

  @Test
  void aStoredPasswordIsCheckedByItsHash() {
    var stored = Password.hash("correct horse", new SecureRandom());
    assertThat(stored).startsWith("pbkdf2-sha256$600000$").doesNotContain("horse");
    var password = Password.hashed(stored);
    assertThat(password.matches("wrong")).isFalse();
    assertThat(password.matches("correct horse")).isTrue();
    assertThat(password.matches("correct horse")).isTrue();
    assertThat(password.matches("wrong")).isFalse();
  }

  @Test
  void aStoredPasswordOfAnotherFormIsRefused() {
    for (var bad : List.of("", "plain", "pbkdf2-sha256$0$AA==$AA==", "sha1$1$a$b")) {
      assertThatThrownBy(() -> Password.hashed(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void nothingThatIsPrintedHoldsASecret() {
    var printed =
        People.ALICE
            + " "
            + accounts.accessKey(People.ACCESS).orElseThrow()
            + " "
            + Password.plain("alice's secret");
    assertThat(printed).contains("alice", People.ACCESS).doesNotContain("secret,", People.SECRET);
    assertThat(printed).doesNotContain("alice's");
  }
}
