package platter.sim;

import org.junit.jupiter.api.Test;

/**
 * Some hundred seeds' days. {@code -Dplatter.seed=N} repeats one, {@code -Dplatter.seeds=COUNT}
 * runs more of them; {@code scripts/simulate} runs new ones for as long as it is let.
 */
class SimulationTest {
  private static final int SEEDS = 200;

  /**
   * What they found: a retried create whose snapshot was gone; a cancelled retry that left what a
   * stuck job had left; twice a delete that was begun, its cancel not having been heard of; an undo
   * of a job that was just collected.
   */
  private static final long[] FOUND = {-1435205221, -287497304, 1957436031, -593153758, 647424723};

  @Test
  void whatWasFoundOnceIsMended() {
    try (var seeds = new Seeds()) {
      for (long seed : FOUND) {
        seeds.run(seed);
      }
    }
  }

  @Test
  void whateverGoesWrongNothingThatWasToldTurnsOutToBeUntrue() {
    var one = Long.getLong("platter.seed");
    try (var seeds = new Seeds()) {
      if (one != null) {
        seeds.run(one);
        return;
      }
      for (int seed = 1; seed <= Integer.getInteger("platter.seeds", SEEDS); seed++) {
        seeds.run(seed);
      }
    }
  }
}
