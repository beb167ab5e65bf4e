package platter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import platter.id.JobId;
import platter.id.JobIds;

class MomentsTest {
  private static JobId at(long millis) {
    return new JobIds(() -> Instant.ofEpochMilli(millis), () -> 7, 0).next();
  }

  @Test
  void whoAsksForOneAfterTheOtherIsNearWithTheSecond() {
    var moments = new Moments();
    long begin = 1_800_000_000_000L;
    assertThat(moments.isNear(at(begin))).isFalse();
    for (int i = 1; i < 100; i++) {
      assertThat(moments.isNear(at(begin + i * 100L))).isTrue();
    }
  }

  @Test
  void someWhoDoSoAtTheSameTimeDoNotDisturbEachOther() {
    var moments = new Moments();
    long begin = 1_800_000_000_000L;
    for (int i = 0; i < 100; i++) {
      for (int who = 0; who < 4; who++) {
        // a quarter of what is kept lies between them
        boolean near = moments.isNear(at(begin + i * 100L + who * 128L * 100_004));
        assertThat(near).isEqualTo(i > 0);
      }
    }
  }

  @Test
  void theFirstMomentThereIsIsOneToo() {
    var moments = new Moments();
    boolean _ = moments.isNear(at(0));
    assertThat(moments.isNear(at(0))).isTrue();
    assertThat(moments.isNear(at(128))).isTrue();
    assertThat(new Moments().isNear(new JobId("f".repeat(32)))).isFalse();
  }

  @Test
  void whoAsksAtRandomIsNotNear() {
    var moments = new Moments();
    int near = 0;
    var random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      near += moments.isNear(at(1_800_000_000_000L + random.nextInt(10_000_000) * 10L)) ? 1 : 0;
    }
    assertThat(near).isLessThan(100);
  }
}
