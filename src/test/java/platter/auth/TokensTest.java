package platter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import platter.auth.AuthException.BadToken;
import platter.auth.TokenScope.OfDomain;
import platter.auth.TokenScope.OfProject;

final class TokensTest {
  private static final Instant NOW = Instant.parse("2026-11-21T18:20:15.123456Z");

  private final TestClock clock = new TestClock(NOW);
  private final Tokens tokens = tokens(1);

  private Tokens tokens(int secret) {
    var bytes = new byte[32];
    bytes[0] = (byte) secret;
    return new Tokens(People.directory(), bytes, clock);
  }

  private String ofAlpha() {
    return tokens.issue(People.ALICE, new OfProject(People.ALPHA), "password");
  }

  @Test
  void aTokenOfAProjectSpeaksForThatProjectAlone() throws Exception {
    var caller = tokens.caller(ofAlpha());
    assertThat(caller.scope()).contains(People.ALPHA);
    assertThat(caller.projects()).containsExactly(People.ALPHA);
    assertThat(caller.userId()).isEqualTo(People.ALICE.id());
    assertThat(caller.operator()).isTrue();
  }

  @Test
  void aTokenOfTheDomainSpeaksForNoProject() throws Exception {
    var text = tokens.issue(People.BOB, new OfDomain(People.HOME.id()), "password");
    var caller = tokens.caller(text);
    assertThat(caller.scope()).isEmpty();
    assertThat(caller.projects()).isEmpty();
    assertThat(caller.domainName()).isEqualTo("home");
  }

  @Test
  void aTokenTellsWhenItWasIssuedAndWhenItEnds() throws Exception {
    assertThat(tokens.token(ofAlpha()))
        .isEqualTo(
            new Token(
                People.ALICE.id(),
                0,
                new OfProject(People.ALPHA),
                "password",
                Instant.parse("2026-11-21T18:20:15.123Z"),
                Instant.parse("2026-11-22T18:20:15.123Z"),
                List.of()));
  }

  @Test
  void aTokenEndsAfterADayWhetherItWasSeenOrNot() throws Exception {
    var seen = ofAlpha();
    tokens.caller(seen);
    clock.advance(Tokens.LIFE.minusMillis(1));
    tokens.caller(seen);
    clock.advance(Duration.ofMillis(1));
    for (var checker : List.of(tokens, tokens(1))) {
      assertThatThrownBy(() -> checker.caller(seen))
          .isInstanceOf(BadToken.class)
          .hasMessage("decrypt token fail: the token expired at 2026-11-22T18:20:15.123Z");
    }
  }

  @Test
  void aTokenMadeFromAnotherEndsWithIt() throws Exception {
    var text = ofAlpha();
    var first = tokens.token(text);
    clock.advance(Duration.ofHours(5));
    var second = tokens.token(tokens.reissue(text, new OfDomain(People.HOME.id())));
    assertThat(second.expires()).isEqualTo(first.expires());
    assertThat(second.issued()).isEqualTo(first.issued().plus(Duration.ofHours(5)));
    assertThat(second.method()).isEqualTo("token");
  }

  @Test
  void aTokenThatWasTakenBackTakesAllWithItThatWereMadeOfIt() throws Exception {
    var scope = new OfDomain(People.HOME.id());
    var first = ofAlpha();
    var second = tokens.reissue(first, scope);
    var third = tokens.reissue(second, scope);
    var other = tokens.reissue(first, scope);
    tokens.caller(third);
    tokens.revoked(Set.of(Tokens.digest(second)));
    assertThat(tokens.caller(first)).isNotNull();
    assertThat(tokens.caller(other)).isNotNull();
    assertThatThrownBy(() -> tokens.caller(second)).hasMessageEndingWith(": it was revoked");
    assertThatThrownBy(() -> tokens.caller(third))
        .isInstanceOf(BadToken.class)
        .hasMessageEndingWith(": the token that it was made of was revoked");
    tokens.revoked(Set.of(Tokens.digest(first)));
    for (var text : List.of(first, second, third, other)) {
      assertThatThrownBy(() -> tokens.caller(text)).hasMessageEndingWith("revoked");
      assertThatThrownBy(() -> tokens.reissue(text, scope)).isInstanceOf(BadToken.class);
    }
  }

  @Test
  void aTokenComesFromABoundedNumberOfOthers() throws Exception {
    var scope = new OfDomain(People.HOME.id());
    var text = ofAlpha();
    for (int i = 0; i < Tokens.MAX_ANCESTORS; i++) {
      text = tokens.reissue(text, scope);
    }
    var last = text;
    assertThat(tokens.token(last).ancestors()).hasSize(Tokens.MAX_ANCESTORS);
    assertThatThrownBy(() -> tokens.reissue(last, scope))
        .isInstanceOf(BadToken.class)
        .hasMessageEndingWith("log in again");
  }

  @Test
  void aTokenOutlivesARestart() throws Exception {
    assertThat(tokens(1).caller(ofAlpha())).isEqualTo(tokens.caller(ofAlpha()));
  }

  @Test
  void aTokenOfAnotherSecretIsRefused() {
    var text = ofAlpha();
    assertThatThrownBy(() -> tokens(2).caller(text))
        .isInstanceOf(BadToken.class)
        .hasMessage("decrypt token fail");
  }

  @Test
  void aTokenWithAnyOtherCharacterIsRefused() {
    var text = ofAlpha();
    for (int i = 0; i < text.length(); i++) {
      for (char c : "ABab01-_.=".toCharArray()) {
        if (c != text.charAt(i)) {
          var changed = text.substring(0, i) + c + text.substring(i + 1);
          assertThatThrownBy(() -> tokens.caller(changed)).isInstanceOf(BadToken.class);
        }
      }
    }
  }

  @Test
  void whatIsNoTokenIsRefusedAndNeverRepeated() {
    var text = ofAlpha();
    for (var bad :
        List.of(
            "", ".", "a.b", "é", text + "=", text.substring(1), text + "." + text, "." + text)) {
      assertThatThrownBy(() -> tokens.caller(bad))
          .isInstanceOf(BadToken.class)
          .hasMessage("decrypt token fail");
    }
  }

  @Test
  void aTokenOfAProjectThatTheUserLeftIsRefused() throws Exception {
    var text = tokens.issue(People.BOB, new OfProject(People.ALPHA), "password");
    assertThatThrownBy(() -> tokens.caller(text))
        .hasMessage("decrypt token fail: its user has left the project");
    var stranger = tokens.issue(People.BOB, new OfDomain(People.AWAY.id()), "password");
    assertThatThrownBy(() -> tokens.caller(stranger))
        .hasMessage("decrypt token fail: its user has left the domain");
  }

  @Test
  void whatIsChangedInTheDirectoryHoldsForTokensThatWereSeen() throws Exception {
    var directory = People.directory();
    var some = new Tokens(directory, new byte[32], clock);
    var text = some.issue(People.ALICE, new OfProject(People.ALPHA), "password");
    assertThat(some.caller(text).role()).isEqualTo(Role.OPERATOR);
    directory.become(with(Role.READER, 0));
    assertThat(some.caller(text).role()).isEqualTo(Role.READER);
    directory.become(with(Role.READER, 1));
    assertThatThrownBy(() -> some.caller(text))
        .isInstanceOf(BadToken.class)
        .hasMessageContaining("another password, or was disabled");
    var user = directory.now().user(People.ALICE.id()).orElseThrow();
    var next = some.issue(user, new OfProject(People.ALPHA), "password");
    assertThat(some.token(next).generation()).isEqualTo(1);
    var made = some.reissue(next, new OfDomain(People.HOME.id()));
    assertThat(some.caller(made).userName()).isEqualTo("alice");
    directory.become(new Accounts(List.of(), List.of(), List.of(), List.of()));
    assertThatThrownBy(() -> some.caller(made)).hasMessageContaining("its user is gone");
  }

  /** Where alice has this role, and a password of this generation. */
  private static Accounts with(Role role, int generation) {
    var all = People.accounts();
    var alice =
        new User(
            People.ALICE.id(),
            "alice",
            People.HOME.id(),
            Password.plain("alice's secret"),
            People.ALICE.projects(),
            role,
            generation);
    return new Accounts(
        all.domains(), all.projects(), List.of(alice, People.BOB, People.MALLORY), List.of());
  }

  @Test
  void moreTokensThanAreRememberedAreStillGood() throws Exception {
    for (int i = 0; i <= Tokens.REMEMBERED; i++) {
      clock.advance(Duration.ofMillis(1));
      assertThat(tokens.caller(ofAlpha()).userName()).isEqualTo("alice");
    }
  }

  @Test
  void aSecretOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Tokens(People.directory(), new byte[31], clock))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
