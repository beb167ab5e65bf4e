package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int PATIENCE_SECONDS = 60;
  private static final ThreadFactory FACTORY = Thread.ofPlatform().daemon().factory();

  private static boolean comes(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoComesWhileTheOnlyThreadTakesSomethingElseGetsAThreadToo() {
    var taken = new CountDownLatch(1);
    var submitted = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    var both = new CountDownLatch(1);
    var queue =
        new LinkedBlockingQueue<Turns.Turn>() {
          @Override
          public Turns.@Nullable Turn poll(long time, TimeUnit unit) throws InterruptedException {
            var one = super.poll(time, unit);
            if (taken.getCount() > 0) { // the thread stands still right after it has the first one
              taken.countDown();
              assertThat(comes(submitted)).isTrue();
            }
            return one;
          }
        };
    try (var turns = new Turns(2, Selector::open, FACTORY, queue)) {
      turns.submit(
          _ -> {
            assertThat(comes(second)).isTrue();
            both.countDown();
          });
      assertThat(comes(taken)).isTrue();
      turns.submit(_ -> second.countDown());
      submitted.countDown();
      assertThat(comes(both)).isTrue();
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
            FACTORY,
            new LinkedBlockingQueue<>())) {
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
              return FACTORY.newThread(work);
            },
            new LinkedBlockingQueue<>())) {
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

  @Test
  void halfOfTheProcessorsAreLeftByThoseWhoWaitAwake() {
    try (var turns = new Turns(2)) {
      int half = Runtime.getRuntime().availableProcessors() / 2;
      for (int i = 0; i < half; i++) {
        assertThat(turns.tryStayAwake()).isTrue();
      }
      assertThat(turns.tryStayAwake()).isFalse();
      if (half > 0) {
        turns.endStayAwake();
        assertThat(turns.tryStayAwake()).isTrue();
      }
    }
  }
}
