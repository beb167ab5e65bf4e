package platter.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Counts jobs as they end. */
final class Ended {
  private static final long STALLED_SECONDS = 120;

  private volatile CountDownLatch left = new CountDownLatch(0);

  void expect(int jobs) {
    left = new CountDownLatch(jobs);
  }

  void one() {
    left.countDown();
  }

  void await() throws InterruptedException {
    if (!left.await(STALLED_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(left.getCount() + " jobs do not end");
    }
  }
}
