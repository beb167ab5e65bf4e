package platter.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class PercentTest {
  @Property
  void whatIsWrittenInAnyTasteComesOutTheSame(@ForAll("texts") String text, @ForAll long seed) {
    assertThat(part(Tastes.encode(text, seed))).isEqualTo(Tastes.strict(text));
    assertThat(part(text.replace("%", "%25"))).isEqualTo(Tastes.strict(text));
  }

  @Property
  void theCanonicalFormIsItsOwnCanonicalForm(@ForAll("texts") String text) {
    var once = part(text);
    assertThat(part(once)).isEqualTo(once);
    assertThat(path(path(text))).isEqualTo(path(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange('\0', '\ud7ff'),
        Arbitraries.strings().ascii(),
        Arbitraries.strings().withChars("%2fF/+*~ é存\ud83d\ude80").filter(PercentTest::isWhole));
  }

  private static boolean isWhole(String text) {
    return new String(text.getBytes(UTF_8), UTF_8).equals(text);
  }

  @Test
  void aSlashOfThePathStaysAndAnEncodedOneStaysEncoded() {
    assertThat(path("/v1/a%2fb/c d/é")).isEqualTo("/v1/a%2Fb/c%20d/%C3%A9");
  }

  @Test
  void aPercentSignWithoutTwoHexDigitsStandsForItself() {
    assertThat(part("%")).isEqualTo("%25");
    assertThat(part("%4")).isEqualTo("%254");
    assertThat(part("%4g")).isEqualTo("%254g");
    assertThat(part("%41")).isEqualTo("A");
  }

  @Test
  void aPlusSignIsASpaceOnlyForTheOlderClients() {
    assertThat(Percent.part("a+b", 0, 3, false)).isEqualTo("a%2Bb");
    assertThat(Percent.part("a+b", 0, 3, true)).isEqualTo("a%20b");
  }

  private static String part(String raw) {
    return Percent.part(raw, 0, raw.length(), false);
  }

  private static String path(String raw) {
    var out = new StringBuilder();
    Percent.path(out, raw);
    return out.toString();
  }
}
