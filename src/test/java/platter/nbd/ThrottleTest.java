package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void withoutLimitsNothingIsOwed() {
    var throttle = new Throttle();
    assertThat(throttle.isNone()).isTrue();
    assertThat(throttle.charge(1L << 40, 0)).isZero();
    assertThat(throttle.owed(0)).isZero();
  }

  @Test
  void whatIsOwedIsToldWithoutBeingCounted() {
    var throttle = new Throttle();
    throttle.limit(new Limits(10, 0), 0);
    assertThat(throttle.isNone()).isFalse();
    assertThat(throttle.charge(0, 0)).isZero();
    assertThat(throttle.charge(0, 0)).isEqualTo(SECOND / 10);
    assertThat(throttle.owed(0)).isEqualTo(SECOND / 10);
    assertThat(throttle.owed(0)).isEqualTo(SECOND / 10);
    assertThat(throttle.owed(SECOND / 20)).isEqualTo(SECOND / 20);
    assertThat(throttle.owed(SECOND)).isZero();
  }

  @Test
  void theLongerOfTheTwoWaitsCounts() {
    var throttle = new Throttle();
    throttle.limit(new Limits(1, 1 << 20), 0);
    assertThat(throttle.charge(5 << 20, 0)).isEqualTo(4 * SECOND);
    assertThat(throttle.charge(0, 0)).isEqualTo(4 * SECOND);
  }

  @Test
  void otherLimitsHoldAtOnceAndADebtIsPaidByTheNewRate() {
    var throttle = new Throttle();
    throttle.limit(new Limits(10, 0), 0);
    for (int i = 0; i < 11; i++) {
      throttle.charge(0, 0);
    }
    assertThat(throttle.owed(0)).isEqualTo(SECOND);
    throttle.limit(new Limits(10, 0), 0);
    assertThat(throttle.owed(0)).as("the same limits change nothing").isEqualTo(SECOND);
    throttle.limit(new Limits(100, 1 << 20), 0);
    assertThat(throttle.owed(0)).isEqualTo(SECOND / 10);
    throttle.limit(Limits.NONE, 0);
    assertThat(throttle.owed(0)).isZero();
    assertThat(throttle.isNone()).isTrue();
  }

  @Test
  void lowerLimitsGiveNoNewBurst() {
    var throttle = new Throttle();
    throttle.limit(new Limits(1000, 0), 0);
    for (int i = 0; i < 100; i++) {
      assertThat(throttle.charge(0, 0)).isZero();
    }
    throttle.limit(new Limits(100, 0), 0);
    assertThat(throttle.charge(0, 0)).isEqualTo(SECOND / 100);
  }
}
