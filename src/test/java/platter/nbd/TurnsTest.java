package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int TRIES = 20_000;
  private static final int PATIENCE_SECONDS = 60;

  private static boolean comes(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoComesWhileTheOnlyThreadTakesSomethingElseGetsAThreadToo() {
    try (var turns = new Turns(2)) {
      for (int i = 0; i < TRIES; i++) {
        var second = new CountDownLatch(1);
        var both = new CountDownLatch(1);
        turns.submit(
            _ -> {
              assertThat(comes(second)).isTrue();
              both.countDown();
            });
        turns.submit(_ -> second.countDown());
        assertThat(comes(both)).as("try %d", i).isTrue();
      }
    }
  }

  @Test
  void aThreadWaitsUntilThereIsASelectorAndBeginsNoOther() {
    var askers = Collections.synchronizedSet(new HashSet<Thread>());
    var left = new CountDownLatch(3);
    var done = new CountDownLatch(1);
    try (var turns =
        new Turns(
            10,
            () -> {
              askers.add(Thread.currentThread());
              left.countDown();
              if (left.getCount() > 0) {
                throw new IOException("too many open files");
              }
              return Selector.open();
            },
            Thread.ofPlatform().daemon().factory())) {
      turns.submit(_ -> done.countDown());
      assertThat(comes(done)).isTrue();
      assertThat(askers).hasSize(1);
    }
  }

  @Test
  void aThreadThatCannotBeginIsAskedForAgain() {
    var none = new AtomicBoolean(true);
    var done = new CountDownLatch(2);
    try (var turns =
        new Turns(
            1,
            Selector::open,
            work -> {
              if (none.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return Thread.ofPlatform().daemon().unstarted(work);
            })) {
      turns.submit(_ -> done.countDown());
      assertThat(done.getCount()).isEqualTo(2);
      turns.look();
      turns.submit(_ -> done.countDown());
      assertThat(comes(done)).isTrue();
    }
  }

  @Test
  void aTurnThatFailsEndsNoOther() {
    var kinds = new ArrayList<Throwable>();
    kinds.add(new IllegalStateException("a mistake"));
    kinds.add(new StackOverflowError("a mistake"));
    try (var turns = new Turns(1)) {
      for (var kind : kinds) {
        var done = new CountDownLatch(1);
        turns.submit(
            _ -> {
              switch (kind) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(kind);
              }
            });
        turns.submit(_ -> done.countDown());
        assertThat(comes(done)).isTrue();
      }
    }
  }
}
