package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.driver.DriverContract;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.error.BackendException;

/**
 * A cluster that does not answer: a call fails after a while, and goes on when it is back. The
 * cluster is this test's own: how long a full machine takes to have it back is nobody else's
 * matter.
 */
class RbdAwayTest {
  /** On a full machine a request may time out more than once after the cluster is back. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Test
  void aCallFailsSoThatItIsMadeAgainAndThenSucceeds() throws Exception {
    var id = DriverContract.newId();
    try (var cluster = TestCeph.own();
        var driver = RbdDriver.open(cluster.place(), new Sharing.Alone(), Guard.NONE)) {
      long daemon = cluster.storageDaemon();
      signal("-STOP", daemon);
      try {
        assertThatThrownBy(() -> driver.ensure(id, DriverContract.GIB))
            .isInstanceOfAny(
                BackendException.Indeterminate.class, BackendException.Unavailable.class)
            .hasMessageContaining(id.text());
      } finally {
        signal("-CONT", daemon);
      }
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(BackendException.class)
          .untilAsserted(() -> driver.ensure(id, DriverContract.GIB));
      assertThat(driver.inspect(id).orElseThrow().bytes()).isEqualTo(DriverContract.GIB);
    }
  }

  private static void signal(String which, long process) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", which, Long.toString(process)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
