package platter.iam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.auth.AuthException.BadToken;
import platter.auth.People;
import platter.auth.TestClock;
import platter.auth.TokenScope;
import platter.auth.Tokens;
import platter.error.IamException;
import platter.http.Answer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

@Tag("slow-hashes")
final class TokensApiTest {
  private static final String BASE = "http://127.0.0.1:8776";
  private static final Instant NOW = Instant.parse("2026-11-21T18:20:15.123Z");

  private final TestClock clock = new TestClock(NOW);
  private final Tokens tokens = new Tokens(People.directory(), new byte[32], clock);
  private final TokensApi api =
      new TokensApi(
          People.directory(),
          tokens,
          (text, _) -> tokens.revoked(Set.of(Tokens.digest(text))),
          new Catalog("region-1"));

  private static final String ALICE =
      """
      {"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"alice",
      "password":"alice's secret","domain":{"name":"home"}}}}SCOPE}}\
      """;

  private Answer login(String scope) {
    return create(ALICE.replace("SCOPE", scope.isEmpty() ? "" : ",\"scope\":" + scope));
  }

  private Answer create(String body) {
    return api.create(body.getBytes(UTF_8), false, BASE);
  }

  private IamException refused(String body) {
    return catchThrowableOfType(IamException.class, () -> create(body));
  }

  private static String subject(Answer answer) {
    assertThat(answer.headers()).extracting(Map.Entry::getKey).containsExactly("X-Subject-Token");
    return answer.headers().getFirst().getValue();
  }

  private static JsonNode body(Answer answer) {
    return Json.read(answer.body());
  }

  @Test
  void theBodiesOfTheDocumentationAreRead() {
    for (var example :
        List.of(
            "iamKeystoneCreateUserTokenByPassword.request",
            "iamKeystoneCreateUserTokenByPassword.2.request")) {
      var body = new String(Example.bytes(example), UTF_8);
      var error = refused(body);
      assertThat(error.status()).isEqualTo(401);
      var mine =
          body.replace("IAMUser", "alice")
              .replace("IAMPassword", "alice's secret")
              .replace("IAMDomain", "home")
              .replace("cn-north-1", "region-1");
      assertThat(create(mine).status()).isEqualTo(201);
    }
  }

  @Test
  void aTokenOfAProjectIsDescribedAsDocumented() throws BadToken {
    var body = ALICE.replace("SCOPE", ",\"scope\":{\"project\":{\"name\":\"region-1\"}}");
    var answer = api.create(body.getBytes(UTF_8), true, BASE);
    assertThat(answer.status()).isEqualTo(201);
    Example.assertShape(body(answer), "iamKeystoneCreateUserTokenByPassword.response");
    assertThat(tokens.caller(subject(answer)).scope()).contains(People.ALPHA);
    var token = body(answer).get("token");
    assertThat(token.get("expires_at").asString()).isEqualTo("2026-11-22T18:20:15.123000Z");
    assertThat(token.get("issued_at").asString()).isEqualTo("2026-11-21T18:20:15.123000Z");
    assertThat(token.get("project").get("id").asString()).isEqualTo(People.ALPHA.text());
    assertThat(token.get("catalog").isEmpty()).isTrue();
  }

  @Test
  void aTokenOfTheDomainIsDescribedAsDocumented() throws BadToken {
    var answer = login("{\"domain\":{\"name\":\"home\"}}");
    Example.assertShape(body(answer), "iamKeystoneCreateUserTokenByPassword.2.response");
    assertThat(tokens.caller(subject(answer)).projects()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"project\":{\"id\":\"051375756c80d5eb2ff0c014498645fb\"}}|region-1",
        "{\"project\":{\"name\":\"region-1\"}}|region-1",
        "{\"project\":{\"name\":\"region-1_beta\",\"domain\":{\"name\":\"home\"}}}|region-1_beta",
        "{\"project\":{\"name\":\"region-1\",\"domain\":{\"id\":\"d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0\"}}}|region-1",
        "{\"domain\":{\"id\":\"d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0\"}}|home",
        "{\"unscoped\":{}}|home",
        "{}|home",
        "null|home",
      })
  void aScopeIsNamedByIdOrByName(String scope, String name) {
    var token = body(login(scope)).get("token");
    boolean ofDomain = name.equals("home");
    assertThat(token.has("domain")).isEqualTo(ofDomain);
    assertThat(token.has("project")).isEqualTo(!ofDomain);
    assertThat(token.get(ofDomain ? "domain" : "project").get("name").asString()).isEqualTo(name);
  }

  @Test
  void withoutAScopeTheTokenIsTheDomains() {
    assertThat(body(login("")).get("token").get("domain").get("name").asString()).isEqualTo("home");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"project\":{\"id\":\"ffffffffffffffffffffffffffffffff\"}}",
        "{\"project\":{\"id\":\"00000000000000000000000000000000\"}}",
        "{\"project\":{\"id\":\"no id at all\"}}",
        "{\"project\":{\"name\":\"nowhere\"}}",
        "{\"project\":{\"name\":\"region-1\",\"domain\":{\"name\":\"away\"}}}",
        "{\"project\":{\"name\":\"region-1\",\"domain\":{\"name\":\"nowhere\"}}}",
        "{\"domain\":{\"name\":\"away\"}}",
        "{\"domain\":{\"name\":\"nowhere\"}}",
      })
  void aForeignScopeAndOneThatDoesNotExistAreRefusedAlike(String scope) {
    var error = catchThrowableOfType(IamException.class, () -> login(scope));
    assertThat(error).hasMessage("You have no right to do this action");
    assertThat(error.status()).isEqualTo(403);
  }

  @Test
  void aWrongPasswordAndAnUnknownUserAreRefusedAlike() {
    var right = ALICE.replace("SCOPE", "");
    for (var wrong :
        List.of(
            right.replace("alice's secret", "other"),
            right.replace("\"alice\"", "\"nobody\""),
            right.replace("\"home\"", "\"away\""),
            right.replace("\"home\"", "\"nowhere\""))) {
      assertError(refused(wrong), "iamKeystoneCreateUserTokenByPassword.401.error.response");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"auth\":1}",
        "{\"auth\":{}}",
        "{\"auth\":{\"identity\":{}}}",
        "{\"auth\":{\"identity\":{\"methods\":[]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"totp\"]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[1]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\",\"token\"]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{"
            + "\"name\":\"alice\",\"password\":\"p\"}}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{"
            + "\"name\":\"alice\",\"password\":1,\"domain\":{\"name\":\"home\"}}}}}}",
      })
  void aBodyOfAnotherFormIsRefused(String body) {
    assertError(refused(body), "iamKeystoneCreateUserTokenByPassword.400.error.response");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "{\"project\":{}}",
        "{\"project\":{\"id\":1}}",
        "{\"OS-TRUST:trust\":{\"id\":\"x\"}}",
        "{\"project\":{\"name\":\"region-1\"},\"domain\":{\"name\":\"home\"}}",
      })
  void aScopeOfAnotherFormIsRefused(String scope) {
    var error = catchThrowableOfType(IamException.class, () -> login(scope));
    assertThat(error.status()).isEqualTo(400);
  }

  private static void assertError(IamException error, String example) {
    var expected = Example.read(example).get("error");
    assertThat(error.status()).isEqualTo(expected.get("code").asInt());
    assertThat(error.getMessage()).isEqualTo(expected.get("message").asString());
    assertThat(error.title()).isEqualTo(expected.get("title").asString());
  }

  @Test
  void aTokenBuysATokenOfAnotherScopeButNoLongerLife() throws BadToken {
    var first = subject(login(""));
    clock.advance(Duration.ofHours(1));
    var answer = create(byToken(first, "{\"project\":{\"name\":\"region-1_beta\"}}"));
    assertThat(tokens.caller(subject(answer)).scope()).contains(People.BETA);
    var token = body(answer).get("token");
    assertThat(token.get("methods").get(0).asString()).isEqualTo("token");
    assertThat(token.get("expires_at").asString()).isEqualTo("2026-11-22T18:20:15.123000Z");
  }

  @Test
  void aBadTokenBuysNothing() {
    var error = refused(byToken("junk", "{}"));
    assertThat(error).hasMessage("The X-Auth-Token is invalid!");
    assertThat(error.status()).isEqualTo(401);
  }

  private static String byToken(String token, String scope) {
    return "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":\""
        + token
        + "\"}},\"scope\":"
        + scope
        + "}}";
  }

  @Test
  void aTokenIsShownToItsOwnerAsWhenItWasMade() throws BadToken {
    var made = login("{\"domain\":{\"name\":\"home\"}}");
    var text = subject(made);
    var shown = api.show(tokens.caller(text), Optional.of(text), false, BASE);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(body(shown)).isEqualTo(body(made));
    assertThat(subject(shown)).isEqualTo(text);
    Example.assertShape(body(shown), "iamKeystoneValidateToken.response");
  }

  @Test
  void anUnknownAnExpiredAndAForeignTokenAreNotFound() throws BadToken {
    var bobs =
        tokens.caller(tokens.issue(People.BOB, new TokenScope.OfProject(People.BETA), "password"));
    var foreign =
        tokens.issue(People.MALLORY, new TokenScope.OfProject(People.FOREIGN), "password");
    var old = tokens.issue(People.BOB, new TokenScope.OfProject(People.BETA), "password");
    var shown = api.show(bobs, Optional.of(old), false, BASE);
    assertThat(shown.status()).isEqualTo(200);
    clock.advance(Tokens.LIFE);
    for (var text : List.of("junk", foreign, old)) {
      var error =
          catchThrowableOfType(
              IamException.class, () -> api.show(bobs, Optional.of(text), false, BASE));
      assertError(error, "iamKeystoneValidateToken.404.error.response");
    }
    clock.set(NOW);
    var error =
        catchThrowableOfType(
            IamException.class, () -> api.show(bobs, Optional.of(foreign), false, BASE));
    assertError(error, "iamKeystoneValidateToken.404.error.response");
  }

  @Test
  void thePasswordOfARequestIsNotPrinted() {
    var request = TokenRequest.read(ALICE.replace("SCOPE", "").getBytes(UTF_8));
    assertThat(request.toString()).contains("alice").doesNotContain("secret");
  }
}
