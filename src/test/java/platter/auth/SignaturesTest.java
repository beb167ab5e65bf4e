package platter.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import platter.auth.AuthException.BadSignature;
import platter.sign.SdkDate;
import platter.sign.Sha256;
import platter.sign.Signer;
import platter.sign.Tastes;
import platter.sign.Vector;

final class SignaturesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T18:20:15Z");
  private static final byte[] NOTHING = {};

  private final TestClock clock = new TestClock(NOW);
  private final Signatures signatures = new Signatures(People.directory(), clock);

  // vectors

  static Stream<Vector> accepted() {
    return Stream.of("published", "signer", "wire", "go_style_computed")
        .flatMap(group -> Vector.group(group).stream());
  }

  static List<Vector> mutations() {
    return Vector.group("mutations");
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void whatTheClientsSignIsAccepted(Vector vector) throws Exception {
    assertThat(verify(vector).projects()).contains(People.BETA);
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void whatWasChangedAfterSigningGetsItsVerdict(Vector vector) throws Exception {
    switch (vector.expected()) {
      case "accept" -> assertThat(verify(vector).userName()).isEqualTo("alice");
      case "reject: signature mismatch" ->
          refused(vector, "verify aksk signature fail, canonicalRequest:" + vector.method() + "|/");
      case "reject: required header missing" ->
          refused(vector, "signed header x-sdk-date is missing");
      case "reject: ak not exist" -> refused(vector, "ak UNKNOWN");
      default -> throw new IllegalStateException(vector.expected());
    }
  }

  private void refused(Vector vector, String detail) {
    if (detail.startsWith("ak ")) {
      assertThatThrownBy(() -> verify(vector))
          .isInstanceOf(BadSignature.class)
          .hasMessageMatching("ak \\S+ not exist");
    } else {
      assertThatThrownBy(() -> verify(vector))
          .isInstanceOf(BadSignature.class)
          .hasMessageStartingWith(detail);
    }
  }

  private Caller verify(Vector vector) throws BadSignature {
    vector.values("x-sdk-date").stream().findFirst().flatMap(SdkDate::parse).ifPresent(clock::set);
    return signatures.verify(
        new Inbound(
            vector.method(), vector.rawPath(), vector.rawQuery(), vector::values, vector::body),
        vector.authorization());
  }

  // one request, changed

  /** A request that can be changed in one place; header names in lower case. */
  private record Sent(
      String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

    Sent with(String name, String... values) {
      var changed = new LinkedHashMap<>(headers);
      changed.put(name, List.of(values));
      return new Sent(method, path, query, changed, body);
    }

    Sent withPath(String changed) {
      return new Sent(method, changed, query, headers, body);
    }

    Sent withQuery(String changed) {
      return new Sent(method, path, changed, headers, body);
    }

    Sent withBody(byte[] changed) {
      return new Sent(method, path, query, headers, changed);
    }

    String header(String name) {
      return headers.getOrDefault(name, List.of()).getFirst();
    }
  }

  private Caller verify(Sent sent) throws BadSignature {
    return signatures.verify(
        new Inbound(
            sent.method(),
            sent.path(),
            sent.query(),
            name -> sent.headers().getOrDefault(name, List.of()),
            sent::body),
        sent.header("authorization"));
  }

  private static Sent signed(
      String method, String path, String query, Map<String, String> headers, byte[] body) {
    var uri = URI.create("http://127.0.0.1:8776" + path + (query.isEmpty() ? "" : "?" + query));
    var all = new HashMap<String, List<String>>();
    all.put("host", List.of("127.0.0.1:8776"));
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    new Signer(People.ACCESS, People.SECRET)
        .sign(method, uri, headers, body, NOW)
        .forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), List.of(value)));
    return new Sent(method, path, query, all, body);
  }

  private static Sent sample() {
    return signed(
        "POST",
        "/v2/" + People.ALPHA + "/cloudvolumes/a%20b",
        "limit=10&name=%C3%A9",
        Map.of("x-project-id", People.ALPHA.text(), "user-agent", "test/1.0"),
        "{\"size\":1}".getBytes(UTF_8));
  }

  @Test
  void aChangeOfAnyOneCharacterIsRefused() throws Exception {
    var sample = sample();
    verify(sample);
    var changed = new ArrayList<Sent>();
    flips(sample.path()).forEach(path -> changed.add(sample.withPath(path)));
    flips(sample.query()).forEach(query -> changed.add(sample.withQuery(query)));
    for (var name : sample.headers().keySet()) {
      flips(sample.header(name)).forEach(value -> changed.add(sample.with(name, value)));
    }
    for (int i = 0; i < sample.body().length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        var body = sample.body().clone();
        body[i] ^= (byte) (1 << bit);
        changed.add(sample.withBody(body));
      }
    }
    assertThat(changed).hasSizeGreaterThan(700);
    for (var one : changed) {
      assertThatThrownBy(() -> verify(one)).as("%s", one).isInstanceOf(BadSignature.class);
    }
  }

  private static Stream<String> flips(String text) {
    return Stream.iterate(0, i -> i < text.length(), i -> i + 1)
        .flatMap(
            i ->
                Stream.of('x', 'y', '1')
                    .filter(c -> c != text.charAt(i))
                    .map(c -> text.substring(0, i) + c + text.substring(i + 1)));
  }

  @Test
  void aCutOffOrLongerPartIsRefused() {
    var sample = sample();
    for (var one :
        List.of(
            sample.withBody(NOTHING),
            sample.withQuery(""),
            sample.withQuery(sample.query() + "&more=1"),
            sample.withPath(sample.path() + "/more"),
            sample.withPath("/"),
            new Sent("PUT", sample.path(), sample.query(), sample.headers(), sample.body()))) {
      assertThatThrownBy(() -> verify(one)).as("%s", one).isInstanceOf(BadSignature.class);
    }
  }

  // any request

  record Asked(
      String method, List<String> path, List<Map.Entry<String, String>> query, byte[] body) {
    String wirePath(long seed) {
      var out = new StringBuilder();
      for (var segment : path) {
        out.append('/').append(Tastes.encode(segment, seed));
      }
      return out.toString();
    }

    String wireQuery(long seed) {
      return String.join(
          "&",
          query.stream()
              .map(e -> Tastes.encode(e.getKey(), seed) + "=" + Tastes.encode(e.getValue(), seed))
              .toList());
    }
  }

  @Property(tries = 400)
  void whatWeSignIsAcceptedInAnyEncoding(
      @ForAll("requests") Asked asked, @ForAll long here, @ForAll long there) throws Exception {
    var sent =
        signed(asked.method(), asked.wirePath(here), asked.wireQuery(here), Map.of(), asked.body());
    assertThat(verify(sent).userName()).isEqualTo("alice");
    var recoded = sent.withPath(asked.wirePath(there)).withQuery(asked.wireQuery(there));
    assertThat(verify(recoded).userName()).isEqualTo("alice");
  }

  @Property(tries = 400)
  void anotherPathOrQueryIsRefused(
      @ForAll("requests") Asked asked, @ForAll("requests") Asked other, @ForAll long seed) {
    var sent =
        signed(asked.method(), asked.wirePath(seed), asked.wireQuery(seed), Map.of(), asked.body());
    if (!asked.path().equals(other.path())) {
      assertThatThrownBy(() -> verify(sent.withPath(other.wirePath(seed))))
          .isInstanceOf(BadSignature.class);
    }
    if (!Set.copyOf(asked.query()).equals(Set.copyOf(other.query()))) {
      assertThatThrownBy(() -> verify(sent.withQuery(other.wireQuery(seed))))
          .isInstanceOf(BadSignature.class);
    }
  }

  @Provide
  Arbitrary<Asked> requests() {
    var text =
        Arbitraries.oneOf(
            Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMinLength(1).ofMaxLength(12),
            Arbitraries.of("a b", "é", "\ud83d\ude80", "%2F", "..", "a+b", "k=v&w", "~*", "存储"));
    var pair = Combinators.combine(text, text).as(Map::entry);
    return Combinators.combine(
            Arbitraries.of("GET", "POST", "PUT", "DELETE"),
            text.list().ofMinSize(1).ofMaxSize(5),
            pair.list().ofMaxSize(5),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(64))
        .as(Asked::new);
  }

  // rules of their own

  @Test
  void aSignatureIsGoodForFifteenMinutesEachWay() throws Exception {
    var sample = sample();
    for (var off : List.of(Signatures.WINDOW, Signatures.WINDOW.negated(), Duration.ZERO)) {
      clock.set(NOW.plus(off));
      assertThatCode(() -> verify(sample)).as("off by %s", off).doesNotThrowAnyException();
    }
    clock.set(NOW.plus(Signatures.WINDOW).plusMillis(1));
    assertThatThrownBy(() -> verify(sample))
        .hasMessage(
            "signature expired, signature time:20261121T182015Z,server time:20261121T183515Z");
    clock.set(NOW.minus(Signatures.WINDOW).minusMillis(1));
    assertThatThrownBy(() -> verify(sample)).hasMessageStartingWith("signature expired");
  }

  @Test
  void aDateThatIsNotSignedProvesNothing() {
    var sample = sample();
    var unsigned = sample.header("authorization").replace(";x-sdk-date", "");
    assertThatThrownBy(() -> verify(sample.with("authorization", unsigned)))
        .hasMessage("X-Sdk-Date must be among the signed headers");
  }

  @Test
  void aDateOfAnotherFormIsRefused() {
    for (var date : List.of("", "20261121", "2026-11-21T18:20Z", "20261321T182015Z")) {
      assertThatThrownBy(() -> verify(sample().with("x-sdk-date", date)))
          .hasMessageStartingWith("X-Sdk-Date must be a time");
    }
  }

  @Test
  void aHashOfTheBodyInAHeaderMustBeTheBodys() throws Exception {
    var body = "{}".getBytes(UTF_8);
    var hashed = signed("POST", "/v1", "", Map.of("x-sdk-content-sha256", Sha256.hex(body)), body);
    verify(hashed);
    assertThatThrownBy(() -> verify(hashed.withBody("[]".getBytes(UTF_8))))
        .hasMessage("X-Sdk-Content-Sha256 is not the SHA-256 of the body");
  }

  @Test
  void aBodyMayBeLeftUnsignedWhenThatIsSigned() throws Exception {
    var unsigned =
        signed("POST", "/v1", "", Map.of("x-sdk-content-sha256", "UNSIGNED-PAYLOAD"), NOTHING);
    verify(unsigned.withBody("anything".getBytes(UTF_8)));
    var smuggled = signed("POST", "/v1", "", Map.of(), "{}".getBytes(UTF_8));
    verify(smuggled.with("x-sdk-content-sha256", "UNSIGNED-PAYLOAD"));
    assertThatThrownBy(
            () ->
                verify(
                    smuggled
                        .with("x-sdk-content-sha256", "UNSIGNED-PAYLOAD")
                        .withBody("[]".getBytes(UTF_8))))
        .hasMessageStartingWith("verify aksk signature fail");
  }

  @Test
  void ofAHeaderThatCameTwiceTheFirstValueOrAllOfThemAreSigned() throws Exception {
    var first = signed("GET", "/v1", "", Map.of("x-tag", "one"), NOTHING);
    verify(first.with("x-tag", "one", "two"));
    assertThatThrownBy(() -> verify(first.with("x-tag", "two", "one")))
        .isInstanceOf(BadSignature.class);
    // Go writes a line for each value: the same text as one value with the next line in it
    var both = signed("GET", "/v1", "", Map.of("x-tag", "one\nx-tag:two"), NOTHING);
    verify(both.with("x-tag", "two", "one"));
  }

  @Test
  void aTextAboutARefusalStaysShort() {
    var wide = sample().withQuery("q=" + "x".repeat(20_000));
    assertThatThrownBy(() -> verify(wide))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(4200).doesNotContain("\n"));
    assertThatThrownBy(
            () ->
                verify(
                    sample()
                        .with(
                            "authorization",
                            "SDK-HMAC-SHA256 Access=a\tb, SignedHeaders=x-sdk-date, Signature="
                                + "0".repeat(64))))
        .hasMessage("ak a?b not exist");
  }

  @Test
  void aSignatureSpeaksForAllProjectsOfItsUser() throws Exception {
    var caller = verify(sample());
    assertThat(caller.scope()).isEmpty();
    assertThat(caller.projects()).containsExactlyInAnyOrder(People.ALPHA, People.BETA);
    assertThat(caller.domainName()).isEqualTo("home");
    assertThat(caller.operator()).isTrue();
  }
}
