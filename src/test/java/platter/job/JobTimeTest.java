package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobTimeTest {
  @Test
  void itWritesWhatTheFormatterOfTheJdkWrites() {
    var formatter =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long millis = random.nextLong(Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli());
      assertThat(JobTime.text(millis)).isEqualTo(formatter.format(Instant.ofEpochMilli(millis)));
    }
    assertThat(JobTime.text(0)).isEqualTo("1970-01-01T00:00:00.000Z");
  }
}
