package platter.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation sees it: an engine that leaves out one of its duties does not get through. */
class MutantsTest {
  private static final int SEEDS = 300;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void anEngineThatLeavesOutADutyIsFound(Mutant mutant) {
    var found = firstFailure(mutant);
    assertThat(found).as("%s in %d seeds", mutant, SEEDS).isPresent();
  }

  private static Optional<String> firstFailure(Mutant mutant) {
    try (var seeds = new Seeds(mutant)) {
      for (int seed = mutant.seed(); seed < mutant.seed() + SEEDS; seed++) {
        try {
          seeds.run(seed);
        } catch (AssertionError e) {
          return String.valueOf(e.getMessage()).lines().findFirst();
        }
      }
      return Optional.empty();
    }
  }
}
