package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentTest {
  private static final Instant NOW = Instant.parse("2026-11-21T18:20:15Z");
  private static final ZoneId ZONE = ZoneId.of("+01:00");

  @ParameterizedTest
  @CsvSource({
    "0s, 2026-11-21T18:20:15Z",
    "30m, 2026-11-21T17:50:15Z",
    "2h, 2026-11-21T16:20:15Z",
    "7d, 2026-11-14T18:20:15Z",
    "18:20, 2026-11-21T17:20:00Z",
    "18:20:15, 2026-11-21T17:20:15Z",
    "2026-11-20, 2026-11-19T23:00:00Z",
    "2026-11-20T08:00, 2026-11-20T07:00:00Z",
    "2026-11-20 08:00, 2026-11-20T07:00:00Z",
    "2026-11-20T08:00:00.123Z, 2026-11-20T08:00:00.123Z",
    "2026-11-20T08:00:00-05:00, 2026-11-20T13:00:00Z"
  })
  void aTimeIsReadAsPeopleWriteIt(String text, Instant then) {
    assertThat(Moment.of(text, NOW, ZONE).instant()).isEqualTo(then);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2", "-1h", "1w", "9999999d", "25:00", "2026-13-01"})
  void whatIsNoTimeIsToldWithExamples(String text) {
    assertThatThrownBy(() -> Moment.of(text, NOW, ZONE))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is no time")
        .hasMessageContaining("2h (ago)");
  }
}
