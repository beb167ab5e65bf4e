package platter.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.auth.DerivedAKSKSigner;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import platter.auth.AuthException.BadSignature;

/** The derived form, signed by the real SDK; the older form, signed by a second computation. */
final class OtherSchemesTest {
  private static final String DATE = "20261121T182015Z";

  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T18:20:15Z"));
  private final Signatures signatures = new Signatures(People.directory(), clock);

  private Caller verify(
      String method, String path, String query, Map<String, String> headers, String body)
      throws BadSignature {
    var lower = new HashMap<String, List<String>>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), List.of(value)));
    return signatures.verify(
        new Inbound(
            method,
            path,
            query,
            name -> lower.getOrDefault(name, List.of()),
            () -> body.getBytes(UTF_8)),
        lower.getOrDefault("authorization", List.of("")).getFirst());
  }

  // V11-HMAC-SHA256

  private static Map<String, String> signedBySdk(String region, String service) {
    var credentials = new BasicCredentials().withAk(People.ACCESS).withSk(People.SECRET);
    credentials.setDerivedPredicate(_ -> true);
    credentials.processDerivedAuthParams(service, region);
    var request =
        HttpRequest.newBuilder()
            .withEndpoint("https://evs.region-1.example.com")
            .withPath("/v2/" + People.ALPHA + "/cloudvolumes/detail")
            .withMethod(HttpMethod.POST)
            .withContentType("application/json")
            .addQueryParam("name", List.of("a b~é"))
            .addQueryParam("limit", List.of("10"))
            .addHeader("X-Sdk-Date", DATE)
            .addHeader("X-Project-Id", People.ALPHA.text())
            .withBodyAsString("{\"size\":1}")
            .build();
    var headers = new HashMap<String, String>();
    headers.put("X-Sdk-Date", DATE);
    headers.put("X-Project-Id", People.ALPHA.text());
    headers.putAll(DerivedAKSKSigner.getInstance().sign(request, credentials));
    return headers;
  }

  private Caller verifyDerived(Map<String, String> headers, String body) throws BadSignature {
    return verify(
        "POST",
        "/v2/" + People.ALPHA + "/cloudvolumes/detail",
        "name=a%20b~%C3%A9&limit=10",
        headers,
        body);
  }

  @Test
  void theDerivedSignatureOfTheJavaSdkIsAccepted() throws Exception {
    for (var region : List.of("region-1", "region-2")) {
      var headers = signedBySdk(region, "evs");
      assertThat(headers.get("Authorization"))
          .startsWith(
              "V11-HMAC-SHA256 Credential=" + People.ACCESS + "/20261121/" + region + "/evs, ");
      assertThat(verifyDerived(headers, "{\"size\":1}").userName()).isEqualTo("alice");
    }
  }

  @Test
  void aDerivedSignatureForAnotherScopeOrBodyIsRefused() {
    var headers = signedBySdk("region-1", "evs");
    assertThatThrownBy(() -> verifyDerived(headers, "{\"size\":2}"))
        .hasMessageStartingWith("verify aksk signature fail");
    headers.compute("Authorization", (_, value) -> value.replace("region-1", "region-2"));
    assertThatThrownBy(() -> verifyDerived(headers, "{\"size\":1}"))
        .hasMessageStartingWith("verify aksk signature fail");
  }

  // SDK-HMAC-SHA256 Credential=

  private static byte[] hmac(byte[] key, String text) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "any"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  /** Signs what the arguments say, word by word; knows nothing of the code under test. */
  private static Map<String, String> older(
      String scope,
      String method,
      String canonicalPath,
      String canonicalQuery,
      Map<String, String> canonicalHeaders,
      String payload)
      throws Exception {
    var lines = new StringBuilder();
    var sorted = new TreeMap<>(canonicalHeaders);
    sorted.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
    var names = String.join(";", sorted.keySet());
    var canonical =
        String.join("\n", method, canonicalPath, canonicalQuery, lines, names, sha256(payload));
    var toSign = String.join("\n", "SDK-HMAC-SHA256", DATE, scope, sha256(canonical));
    byte[] key = ("SDK" + People.SECRET).getBytes(UTF_8);
    for (var part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    var headers = new HashMap<>(canonicalHeaders);
    headers.put(
        "authorization",
        "SDK-HMAC-SHA256 Credential="
            + People.ACCESS
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(hmac(key, toSign)));
    return headers;
  }

  @ParameterizedTest
  @CsvSource({
    "20261121/eu-de/evs/sdk_request",
    "20261121///sdk_request",
    "20261121/eu-de//sdk_request"
  })
  void theOlderFormIsAcceptedForAnyRegionAndService(String scope) throws Exception {
    var headers =
        older(
            scope,
            "GET",
            "/v2/x/cloudvolumes/",
            "aKey=1&limit=10&Name=a%20b",
            Map.of("host", "evs.example", "x-sdk-date", DATE, "user-agent", "a b"),
            "");
    headers.put("user-agent", "a \t  b"); // is folded
    assertThat(
            verify("GET", "/v2/x/cloudvolumes", "limit=10&Name=a+b&aKey=1", headers, "").userName())
        .isEqualTo("alice");
    headers.put("user-agent", "ab");
    assertThatThrownBy(
            () -> verify("GET", "/v2/x/cloudvolumes", "limit=10&Name=a+b&aKey=1", headers, ""))
        .hasMessageStartingWith("verify aksk signature fail, canonicalRequest:GET|/v2/x/");
  }

  @Test
  void aPostWithoutABodyMaySignItsQueryInTheBodysPlace() throws Exception {
    var scope = "20261121/eu-de/evs/sdk_request";
    var named = Map.of("host", "evs.example", "x-sdk-date", DATE);
    var asBody = older(scope, "POST", "/v2/x/action/", "", named, "a=1&name=a+b%2F");
    assertThat(verify("POST", "/v2/x/action", "name=a+b%2F&a=1", asBody, "").userName())
        .isEqualTo("alice");
    var asQuery = older(scope, "POST", "/v2/x/action/", "a=1&name=a%20b%2F", named, "");
    assertThat(verify("POST", "/v2/x/action", "name=a+b%2F&a=1", asQuery, "").userName())
        .isEqualTo("alice");
    assertThatThrownBy(() -> verify("POST", "/v2/x/action", "name=a&a=1", asBody, ""))
        .isInstanceOf(BadSignature.class);
    assertThatThrownBy(
            () -> verify("POST", "/v2/x/action", "name=a+b%2F&a=1", asBody, "{\"size\":1}"))
        .isInstanceOf(BadSignature.class);
  }

  @Test
  void theDayOfTheScopeIsTheDayOfTheDate() throws Exception {
    var headers =
        older(
            "20261120/eu-de/evs/sdk_request",
            "GET",
            "/v1/",
            "",
            Map.of("host", "evs.example", "x-sdk-date", DATE),
            "");
    assertThatThrownBy(() -> verify("GET", "/v1", "", headers, ""))
        .hasMessage("the day in Credential= is not the day of X-Sdk-Date");
  }
}
