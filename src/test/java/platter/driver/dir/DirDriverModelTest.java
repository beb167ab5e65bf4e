package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.error.BackendException;
import platter.id.VolumeId;

/** Any sequence of calls, with reopening in between, leaves what a simple map says. */
class DirDriverModelTest {
  private static final long MIB = 1L << 20;

  sealed interface Step {
    record Ensure(VolumeId id, long bytes) implements Step {}

    record Grow(VolumeId id, long bytes) implements Step {}

    record Retire(VolumeId id) implements Step {}

    record Reopen() implements Step {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    var ids = Arbitraries.integers().between(1, 4).map(DriverContract::id);
    var bytes = Arbitraries.longs().between(1, 5).map(n -> n * MIB);
    return Arbitraries.<Step>frequencyOf(
            net.jqwik.api.Tuple.of(4, Combinators.combine(ids, bytes).as(Step.Ensure::new)),
            net.jqwik.api.Tuple.of(4, Combinators.combine(ids, bytes).as(Step.Grow::new)),
            net.jqwik.api.Tuple.of(3, ids.map(Step.Retire::new)),
            net.jqwik.api.Tuple.of(1, Arbitraries.create(Step.Reopen::new)))
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 60)
  void theStorageHoldsWhatTheModelSays(@ForAll("steps") List<Step> steps) throws Exception {
    var root = Files.createTempDirectory("platter-model");
    var model = new TreeMap<VolumeId, Long>();
    var driver = Nodes.alone(root);
    try {
      for (var step : steps) {
        switch (step) {
          case Step.Ensure(var id, var bytes) -> ensure(driver, model, id, bytes);
          case Step.Grow(var id, var bytes) -> grow(driver, model, id, bytes);
          case Step.Retire(var id) -> {
            driver.retire(id);
            model.remove(id);
          }
          case Step.Reopen() -> {
            driver.close();
            driver = Nodes.alone(root);
          }
        }
        assertThat(held(driver)).isEqualTo(model);
      }
    } finally {
      driver.close();
      delete(root);
    }
  }

  private static void ensure(
      DirDriver driver, SortedMap<VolumeId, Long> model, VolumeId id, long bytes)
      throws BackendException {
    if (model.getOrDefault(id, bytes) == bytes) {
      driver.ensure(id, bytes);
      model.put(id, bytes);
    } else {
      assertThatThrownBy(() -> driver.ensure(id, bytes))
          .isInstanceOf(BackendException.Conflict.class);
    }
  }

  private static void grow(
      DirDriver driver, SortedMap<VolumeId, Long> model, VolumeId id, long bytes)
      throws BackendException {
    if (model.containsKey(id)) {
      model.merge(id, bytes, Math::max);
      assertThat(driver.grow(id, bytes)).isEqualTo(model.get(id));
    } else {
      assertThatThrownBy(() -> driver.grow(id, bytes))
          .isInstanceOf(BackendException.NotFound.class);
    }
  }

  private static SortedMap<VolumeId, Long> held(DirDriver driver) throws BackendException {
    return DriverContract.volumes(driver).stream()
        .collect(Collectors.toMap(Fact::id, Fact::bytes, (a, b) -> a + b, TreeMap::new));
  }

  static void delete(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
