package platter.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorizationTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void eachOfTheThreeFormsIsTakenApart() throws Exception {
    var plain =
        Authorization.parse(
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=" + HEX);
    assertThat(plain.scheme()).isEqualTo(new Scheme.Plain());
    assertThat(plain.accessKey()).isEqualTo("AK");
    assertThat(plain.signedHeaders().names()).containsExactly("host", "x-sdk-date");
    assertThat(plain.signature().is(HexFormat.of().parseHex(HEX))).isTrue();
    assertThat(
            Authorization.parse(
                    "SDK-HMAC-SHA256 Credential=AK/20240326///sdk_request,SignedHeaders=host,Signature="
                        + HEX)
                .scheme())
        .isEqualTo(new Scheme.Scoped("20240326///sdk_request"));
    assertThat(
            Authorization.parse(
                    "V11-HMAC-SHA256 Credential=AK/20240326/r-1/evs, SignedHeaders=host, Signature="
                        + HEX)
                .scheme())
        .isEqualTo(new Scheme.Derived("20240326/r-1/evs"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Bearer abc",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 ",
        "SDK-HMAC-SHA256 Access=AK",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host",
        "SDK-HMAC-SHA256 Access=, SignedHeaders=host, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=Host, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=ho st, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=abc",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=HEX0",
        "SDK-HMAC-SHA256 Access=AK, Access=AK, SignedHeaders=host, Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, Credential=AK/20240326/r/s/sdk_request, SignedHeaders=host,"
            + " Signature=HEX",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=HEX, More=1",
        "SDK-HMAC-SHA256 Credential=AK, SignedHeaders=host, Signature=HEX",
        "SDK-HMAC-SHA256 Credential=/20240326/r/s/sdk_request, SignedHeaders=host, Signature=HEX",
        "SDK-HMAC-SHA256 Credential=AK/20240326/r/s, SignedHeaders=host, Signature=HEX",
        "SDK-HMAC-SHA256 Credential=AK/20240326/r/s/t/sdk_request, SignedHeaders=host, Signature=HEX",
        "V11-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=HEX",
        "V11-HMAC-SHA256 Credential=AK/20240326/r/s/sdk_request, SignedHeaders=host, Signature=HEX",
      })
  void anyOtherFormIsRefusedWithAText(String header) {
    assertThatThrownBy(() -> Authorization.parse(header.replace("HEX", HEX)))
        .isInstanceOf(Authorization.Malformed.class)
        .hasMessageMatching(".*(=|header).*")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(HEX));
  }
}
