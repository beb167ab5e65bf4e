package platter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import platter.sign.Signer;

final class LockoutsTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String LOCKED = "AK access failed to reach the limit,forbidden";
  private static final String OTHER = "OTHERKEY";

  private final TestClock clock = new TestClock(NOON);
  private final Signatures signatures =
      new Signatures(
          new Directory(
              new Accounts(
                  List.of(People.HOME),
                  List.of(
                      new Project(People.ALPHA, "region-1", People.HOME.id()),
                      new Project(People.BETA, "region-1_beta", People.HOME.id())),
                  List.of(People.ALICE),
                  List.of(
                      new AccessKey(People.ACCESS, "right", People.ALICE.id()),
                      new AccessKey(
                          OTHER,
                          "right",
                          People.ALICE.id(),
                          OptionalLong.of(NOON.plus(Duration.ofHours(1)).toEpochMilli()))))),
          clock);

  private Caller call(String access, String secret) throws AuthException {
    var headers = new HashMap<String, List<String>>(Map.of("host", List.of("evs.example")));
    new Signer(access, secret)
        .sign("GET", URI.create("http://evs.example/v1"), Map.of(), new byte[0], clock.instant())
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
    return signatures.verify(
        new Inbound(
            "GET", "/v1", "", name -> headers.getOrDefault(name, List.of()), () -> new byte[0]),
        headers.getOrDefault("authorization", List.of("")).getFirst());
  }

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      refused(People.ACCESS, "wrong", "verify aksk signature fail");
    }
  }

  private void refused(String access, String secret, String detail) {
    assertThatThrownBy(() -> call(access, secret))
        .isInstanceOf(AuthException.BadSignature.class)
        .hasMessageStartingWith(detail);
  }

  @Test
  void fiveBadSignaturesLockTheKeyForFiveMinutesAlsoForItsOwner() throws Exception {
    fails(5);
    refused(People.ACCESS, "right", LOCKED);
    refused(People.ACCESS, "wrong", LOCKED);
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    refused(People.ACCESS, "right", LOCKED);
    clock.advance(Duration.ofMillis(1));
    assertThat(call(People.ACCESS, "right").userName()).isEqualTo("alice");
  }

  @Test
  void afterALockFiveMoreAreNeededForTheNext() throws Exception {
    fails(5);
    clock.advance(Duration.ofMinutes(5));
    fails(4);
    call(People.ACCESS, "right");
  }

  @Test
  void aRightSignatureBeforeTheFifthForgetsTheBadOnes() throws Exception {
    for (int i = 0; i < 3; i++) {
      fails(4);
      call(People.ACCESS, "right");
    }
  }

  @Test
  void badOnesThatAreFarApartLockNothing() throws Exception {
    for (int i = 0; i < 7; i++) {
      fails(1);
      clock.advance(Duration.ofMinutes(5));
    }
    call(People.ACCESS, "right");
  }

  @Test
  void aLockIsOfOneKeyAndUnknownKeysHaveNone() throws Exception {
    fails(5);
    assertThat(call(OTHER, "right").userName()).isEqualTo("alice");
    for (int i = 0; i < 7; i++) {
      refused("NOKEY", "right", "ak NOKEY not exist");
    }
  }

  @Test
  void aKeyIsGoodUntilItExpires() throws Exception {
    clock.advance(Duration.ofHours(1).minusMillis(1));
    call(OTHER, "right");
    clock.advance(Duration.ofMillis(1));
    refused(OTHER, "right", "ak OTHERKEY not exist");
    call(People.ACCESS, "right");
  }
}
