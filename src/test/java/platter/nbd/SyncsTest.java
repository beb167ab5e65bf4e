package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SyncsTest {
  @Test
  void whoAsksWhileOneRunsWaitsForTheNextAndAllWhoWaitShareIt() throws Exception {
    var runs = new AtomicInteger();
    var first = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    var syncs =
        new Syncs(
            () -> {
              if (runs.incrementAndGet() == 1) {
                first.countDown();
                pass(gate);
              }
            });
    var threads = new ArrayList<Thread>();
    threads.add(flushing(syncs));
    first.await();
    for (int i = 0; i < 50; i++) {
      threads.add(flushing(syncs));
    }
    for (var thread : threads.subList(1, threads.size())) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    gate.countDown();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(runs).hasValue(2);
  }

  private static Thread flushing(Syncs syncs) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                syncs.flush();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private static void pass(CountDownLatch gate) throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void afterOneHasFailedNoneSucceeds() throws IOException {
    var runs = new AtomicInteger();
    var syncs =
        new Syncs(
            () -> {
              if (runs.incrementAndGet() == 2) {
                throw new IOException("a broken disk");
              }
            });
    syncs.flush();
    syncs.check();
    assertThatThrownBy(syncs::flush).hasMessage("a broken disk");
    assertThatThrownBy(syncs::flush).hasMessageContaining("earlier sync failed");
    assertThatThrownBy(syncs::check).hasMessageContaining("sync failed");
    assertThat(runs).hasValue(2);
  }
}
