package platter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of an answer: the library no longer looks at them, so these are looked at here. */
final class AnswerTest {
  @Test
  void aHeaderIsAdded() {
    assertThat(Answer.empty(204).withHeader("Location", "http://[::1]:80/v3/a~b?c").headers())
        .containsExactly(Map.entry("Location", "http://[::1]:80/v3/a~b?c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\tb", "a\u0000", "ä", "\u007f"})
  void aValueThatIsMoreThanAHeaderIsABug(String value) {
    assertThatThrownBy(() -> Answer.empty(204).withHeader("Location", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Location");
  }
}
