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

/** A cluster that does not answer: a call fails after a while, and goes on when it is back. */
class RbdAwayTest {
  @Test
  void aCallFailsSoThatItIsMadeAgainAndThenSucceeds() throws Exception {
    var place = TestCeph.newPlace();
    long daemon = TestCeph.storageDaemon();
    var id = DriverContract.newId();
    try (var driver = RbdDriver.open(place, new Sharing.Alone(), Guard.NONE)) {
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
          .atMost(Duration.ofMinutes(2))
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
