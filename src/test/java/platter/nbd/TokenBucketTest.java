package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void aBurstPassesAndThenTheRateHolds() {
    var bucket = new TokenBucket(100, 10, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(bucket.take(1, 0)).isZero();
    }
    assertThat(bucket.take(1, 0)).isEqualTo(SECOND / 100);
    assertThat(bucket.take(1, 0)).as("a debt adds up").isEqualTo(SECOND / 50);
    assertThat(bucket.take(1, SECOND)).as("a rest fills it").isZero();
  }

  @Test
  void aRestNeverGivesMoreThanABurst() {
    var bucket = new TokenBucket(100, 10, 0);
    assertThat(bucket.take(11, 3600 * SECOND)).isEqualTo(SECOND / 100);
  }

  @Test
  void whatIsLargerThanTheBurstPassesAndIsPaidFor() {
    var bucket = new TokenBucket(1 << 20, 1 << 20, 0);
    assertThat(bucket.take(32 << 20, 0)).isEqualTo(31 * SECOND);
  }

  @Test
  void overALongTimeTheRateIsExact() {
    var bucket = new TokenBucket(777, 1, 5);
    long now = 5;
    long taken = 0;
    while (now < 100 * SECOND) {
      now += bucket.take(3, now);
      taken += 3;
    }
    assertThat(taken).isBetween(77_690L, 77_710L);
  }

  @Test
  void aClockThatSeemsToStepBackGivesNothing() {
    var bucket = new TokenBucket(1, 1, SECOND);
    assertThat(bucket.take(1, 0)).isZero();
    assertThat(bucket.take(1, 0)).isEqualTo(SECOND);
  }
}
