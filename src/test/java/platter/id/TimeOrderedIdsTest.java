package platter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
  private final AtomicLong now =
      new AtomicLong(Instant.parse("2026-11-22T07:00:00Z").toEpochMilli());
  private final TimeOrderedIds ids =
      new TimeOrderedIds(() -> Instant.ofEpochMilli(now.get()), new SecureRandom()::nextLong);

  @Test
  void anIdIsAUuidOfVersionSeven() {
    var id = ids.next();

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now.get());
    assertThat(VolumeId.of(id).text()).hasSize(36);
  }

  @Test
  void laterIdsFollowEarlierOnes() {
    var before = ids.next().toString();
    now.incrementAndGet();

    assertThat(ids.next().toString()).isGreaterThan(before);
  }

  @Test
  void idsOfOneMillisecondDiffer() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(ids.next().toString())).isTrue();
    }
  }
}
