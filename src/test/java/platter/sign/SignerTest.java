package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SignerTest {
  private static final Instant AT = Instant.parse("2024-03-26T10:11:12Z");

  static List<Vector> signer() {
    return Vector.group("signer");
  }

  static List<Vector> wire() {
    return Vector.group("wire");
  }

  @ParameterizedTest
  @MethodSource("signer")
  void aRequestIsSignedAsTheJavaSdkSignsIt(Vector vector) {
    var date = vector.values("x-sdk-date").getFirst();
    var signed =
        new Signer(vector.accessKey(), vector.secret())
            .sign(
                vector.method(),
                URI.create(vector.url()),
                vector.headers(),
                vector.body(),
                SdkDate.parse(date).orElseThrow());
    assertThat(signed)
        .containsExactly(
            Map.entry("X-Sdk-Date", date), Map.entry("Authorization", vector.authorization()));
  }

  @Test
  void thePublishedExampleComesOutStepByStep() throws Exception {
    var vector = Vector.group("published").getFirst();
    var canonical =
        CanonicalRequest.of(
            Rules.CURRENT,
            new WireRequest(vector.method(), vector.rawPath(), vector.rawQuery(), vector::values),
            SignedHeaders.parse(vector.signedHeaders()).orElseThrow(),
            Sha256.hex(vector.body()));
    assertThat(canonical).isEqualTo(vector.canonicalRequest());
    var toSign =
        StringToSign.of(new Scheme.Plain(), vector.values("x-sdk-date").getFirst(), canonical);
    assertThat(toSign).asString(UTF_8).isEqualTo(vector.stringToSign());
    assertThat(SigningKey.of(vector.secret()).signHex(toSign)).isEqualTo(vector.signature());
  }

  @ParameterizedTest
  @MethodSource("wire")
  void theCanonicalRequestIsRebuiltFromTheWire(Vector vector) throws Exception {
    var authorization = Authorization.parse(vector.authorization());
    var canonical =
        CanonicalRequest.of(
            Rules.CURRENT,
            new WireRequest(vector.method(), vector.rawPath(), vector.rawQuery(), vector::values),
            authorization.signedHeaders(),
            Sha256.hex(vector.body()));
    assertThat(canonical).isEqualTo(vector.canonicalRequest());
    assertThat(
            StringToSign.of(
                authorization.scheme(), vector.values("x-sdk-date").getFirst(), canonical))
        .asString(UTF_8)
        .isEqualTo(vector.stringToSign());
  }

  @Test
  void thePortIsSignedOnlyWhereItTravels() {
    var signer = new Signer("AK", "SK");
    var plain = signer.sign("GET", URI.create("http://evs.example/v1"), Map.of(), new byte[0], AT);
    assertThat(
            signer.sign("GET", URI.create("http://evs.example:80/v1"), Map.of(), new byte[0], AT))
        .isEqualTo(plain);
    assertThat(
            signer.sign("GET", URI.create("http://evs.example:81/v1"), Map.of(), new byte[0], AT))
        .isNotEqualTo(plain);
  }

  @Test
  void aUriWithoutAPathIsTheRoot() {
    var signer = new Signer("AK", "SK");
    assertThat(signer.sign("GET", URI.create("http://evs.example"), Map.of(), new byte[0], AT))
        .isEqualTo(
            signer.sign("GET", URI.create("http://evs.example/"), Map.of(), new byte[0], AT));
  }
}
