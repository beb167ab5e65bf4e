package platter.driver.rbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.driver.dir.DirDriverKillTest;
import platter.driver.dir.DirDriverKillTest.Said;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * Kill -9 in the middle of Ceph's own steps: what was acknowledged holds, the rest can be ended.
 */
class RbdKillTest {
  private static final int ROUNDS = Integer.getInteger("platter.kills", 3);
  private static final int MAX_LINES = 80;

  @Test
  void whatWasAcknowledgedHoldsAndWhatWasBegunCanBeEnded() throws Exception {
    var place = TestCeph.newPlace();
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("RbdKillTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    var said = new HashMap<VolumeId, Said>();
    for (int round = 0; round < ROUNDS; round++) {
      runAndKill(place, random.nextLong(), 1 + random.nextInt(MAX_LINES), said);
      compare(place, said);
    }
    assertThat(said).isNotEmpty();
  }

  private static RbdDriver open(String place) throws BackendException {
    return RbdDriver.open(place, new Sharing.Alone(), Guard.NONE);
  }

  private static void runAndKill(String place, long seed, int lines, Map<VolumeId, Said> said)
      throws Exception {
    var child = DirDriverKillTest.java(RbdKilledWriter.class, List.of(place, Long.toString(seed)));
    try (var out = child.inputReader(UTF_8)) {
      DirDriverKillTest.read(out, lines, said);
      assertThatThrownBy(() -> open(place)).isInstanceOf(BackendException.Busy.class);
      child.toHandle().destroyForcibly(); // unlike the process's own, it leaves the pipe readable
      DirDriverKillTest.read(out, Integer.MAX_VALUE, said);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void compare(String place, Map<VolumeId, Said> said) throws Exception {
    try (var driver = open(place);
        var outside = Pool.connect(Place.of(place))) {
      var held =
          DriverContract.volumes(driver).stream().collect(Collectors.toMap(Fact::id, Fact::bytes));
      assertThat(said.keySet()).containsAll(held.keySet());
      said.forEach(
          (id, what) ->
              assertThat(held.getOrDefault(id, 0L))
                  .as("%s after %s", id, what)
                  .isIn(what.did(), what.tried()));
      for (var unsure : said.entrySet()) { // what was begun can be ended by repeating it, at once
        var id = unsure.getKey();
        long wish = unsure.getValue().tried();
        if (unsure.getValue().did() == wish) {
          continue;
        }
        if (wish == 0) {
          driver.retire(id);
        } else if (held.containsKey(id)) {
          driver.grow(id, wish);
        } else {
          driver.ensure(id, wish);
        }
        unsure.setValue(new Said(wish, wish));
      }
      var there =
          DriverContract.volumes(driver).stream().collect(Collectors.toMap(Fact::id, Fact::bytes));
      said.forEach((id, what) -> assertThat(there.getOrDefault(id, 0L)).isEqualTo(what.did()));
      Awaitility.await()
          .atMost(Duration.ofSeconds(90)) // a dead client may be taken for alive for half a minute
          .untilAsserted(() -> assertThat(outside.trash()).isEmpty());
    }
  }
}
