package platter.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A signature in a header: exactly 64 characters of lower-case hex, and nothing like them. */
final class SignatureTest {
  @Property
  void whatWasComputedIsFoundAgain(
      @ForAll @Size(32) byte[] bytes, @ForAll @IntRange(max = 255) int at) {
    var text = "Signature=" + HexFormat.of().formatHex(bytes);
    var read = Signature.parse(text, 10).orElseThrow();
    assertThat(read.is(bytes)).isTrue();
    var other = bytes.clone();
    other[at / 8] ^= (byte) (1 << at % 8);
    assertThat(read.is(other)).isFalse();
  }

  @Property
  void oneOtherCharacterIsTooMuch(@ForAll @IntRange(max = 63) int at, @ForAll char c) {
    var text = new StringBuilder("0123456789abcdef".repeat(4));
    text.setCharAt(at, c);
    boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    assertThat(Signature.parse(text.toString(), 0).isPresent()).isEqualTo(hex);
  }

  @Property
  void soIsAnotherLength(@ForAll @IntRange(max = 200) int length) {
    assertThat(Signature.parse("0".repeat(length), 0).isPresent()).isEqualTo(length == 64);
  }
}
