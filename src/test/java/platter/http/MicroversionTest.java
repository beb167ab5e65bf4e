package platter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.error.ApiException;

class MicroversionTest {
  private static Microversion of(String header) {
    return Microversion.of(Optional.of(header));
  }

  @Test
  void withoutAHeaderItIsTheLowest() {
    assertThat(Microversion.of(Optional.empty())).isEqualTo(new Microversion(0, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "volume 3.0 | 0",
        "volume 3.50 | 50",
        "volume   3.7 | 7",
        "volume latest | 50",
        "block-storage 3.9 | 9",
        "compute 2.90, volume 3.12 | 12",
        "volume 3.12,compute 2.90 | 12",
      })
  void itIsTheOneOfTheVolumeService(String header, int minor) {
    assertThat(of(header)).isEqualTo(new Microversion(minor, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute 2.90", "", "volume", "myvolume 3.99"})
  void otherServicesAreNotMeant(String header) {
    assertThat(of(header).asked()).isFalse();
  }

  /** One pattern over the whole header took a minute for this. */
  @Test
  void aLongHeaderIsReadAtOnce() {
    var spaces = " ".repeat(60 << 10);
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(of("volume" + spaces + "3.7").minor()).isEqualTo(7);
          assertThat(of("compute" + spaces + "y" + spaces).asked()).isFalse();
          assertThat(of(spaces.replace(' ', ',')).asked()).isFalse();
          assertThatThrownBy(() -> of("volume x" + spaces + "y")).isInstanceOf(ApiException.class);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "volume 3.51, EVS.5406",
    "volume 2.50, EVS.5406",
    "volume 9999.0, EVS.5406",
    "volume 3, EVS.1070",
    "volume 3.x, EVS.1070",
    "volume -3.0, EVS.1070",
    "volume 99999999999.0, EVS.1070",
  })
  void whatIsNotOfferedIsRefused(String header, String code) {
    assertThatThrownBy(() -> of(header))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code().code()).isEqualTo(code));
  }
}
