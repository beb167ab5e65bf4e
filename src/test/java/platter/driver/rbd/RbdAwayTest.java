package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.driver.Blocks;
import platter.driver.DriverContract;
import platter.driver.Guard;
import platter.driver.Location;
import platter.driver.Sharing;
import platter.error.BackendException;
import platter.id.VolumeId;

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
      var served = DriverContract.newId();
      driver.ensure(served, DriverContract.GIB);
      var asked = new AtomicInteger();
      var blocks =
          open( // not closed: that would wait for the cluster
              driver,
              served,
              () -> {
                asked.incrementAndGet();
                throw new BackendException.Unavailable("it is served elsewhere", new IOException());
              });
      var bytes = ByteBuffer.allocateDirect(4096);
      blocks.write(bytes, 0);
      var patient = open(driver, served, Guard.NONE);
      var written = new CompletableFuture<Boolean>();
      long daemon = cluster.storageDaemon();
      signal("-STOP", daemon);
      try {
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    patient.write(ByteBuffer.allocateDirect(4096), 8192);
                    written.complete(true);
                  } catch (IOException e) {
                    written.completeExceptionally(e);
                  }
                });
        assertThatThrownBy(() -> driver.ensure(id, DriverContract.GIB))
            .isInstanceOfAny(
                BackendException.Indeterminate.class, BackendException.Unavailable.class)
            .hasMessageContaining(id.text());
        // a write that was not answered is not made again where another node may serve by now
        assertThatThrownBy(() -> blocks.write(bytes.clear(), 0))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("served elsewhere");
        assertThat(asked).hasValue(1);
      } finally {
        signal("-CONT", daemon);
      }
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(BackendException.class)
          .untilAsserted(() -> driver.ensure(id, DriverContract.GIB));
      assertThat(driver.inspect(id).orElseThrow().bytes()).isEqualTo(DriverContract.GIB);
      // a disk waits, also when the lock of the pool could not be renewed meanwhile
      assertThat(written.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Blocks open(RbdDriver driver, VolumeId id, Guard guard) throws BackendException {
    return switch (driver.locate(id)) {
      case Location.InFile _ -> throw new AssertionError("a cluster has no files");
      case Location.InBlocks(var opener) -> opener.open(guard);
    };
  }

  private static void signal(String which, long process) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", which, Long.toString(process)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
