package platter.sim;

import org.junit.jupiter.api.Test;

/**
 * Some hundred seeds' days. {@code -Dplatter.seed=N} repeats one, {@code -Dplatter.seeds=COUNT}
 * runs more of them; {@code scripts/simulate} runs new ones for as long as it is let.
 */
class SimulationTest {
  private static final int SEEDS = 200;

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
