package platter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import platter.sign.Signer;

final class AuthenticatorTest {
  private static final Instant NOW = Instant.parse("2026-11-21T18:20:15Z");

  private final TestClock clock = new TestClock(NOW);
  private final Tokens tokens = new Tokens(People.directory(), new byte[32], clock);
  private final Authenticator authenticator = new Authenticator(People.directory(), tokens, clock);

  private Caller call(Map<String, String> headers) throws AuthException {
    var lower = new HashMap<String, List<String>>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), List.of(value)));
    return authenticator.authenticate(
        new Inbound(
            "GET", "/v1", "", name -> lower.getOrDefault(name, List.of()), () -> new byte[0]));
  }

  private static Map<String, String> signed() {
    var headers = new HashMap<String, String>(Map.of("Host", "evs.example"));
    headers.putAll(
        new Signer(People.ACCESS, People.SECRET)
            .sign("GET", URI.create("http://evs.example/v1"), Map.of(), new byte[0], NOW));
    return headers;
  }

  @Test
  void aTokenWinsOverASignature() throws Exception {
    var headers = signed();
    assertThat(call(headers).userName()).isEqualTo("alice");
    var bobs = tokens.issue(People.BOB, new TokenScope.OfProject(People.BETA), "password");
    headers.put("X-Auth-Token", bobs);
    assertThat(call(headers).userName()).isEqualTo("bob");
    headers.put("X-Auth-Token", "junk");
    assertThatThrownBy(() -> call(headers)).isInstanceOf(AuthException.BadToken.class);
  }

  @Test
  void nothingAndASecurityTokenAloneAreNoCredentials() {
    for (var headers : List.of(Map.<String, String>of(), Map.of("X-Security-Token", "x"))) {
      assertThatThrownBy(() -> call(headers)).isInstanceOf(AuthException.NoCredentials.class);
    }
  }

  @Test
  void anAuthorizationOfAnotherKindIsRefusedWithAText() {
    assertThatThrownBy(() -> call(Map.of("Authorization", "Bearer abc")))
        .isInstanceOf(AuthException.BadSignature.class)
        .hasMessageContaining("SDK-HMAC-SHA256");
  }
}
