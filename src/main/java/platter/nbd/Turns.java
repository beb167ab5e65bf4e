package platter.nbd;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for the connections that have something to do: as many as are needed, up to a bound. Each
 * has a selector, so that it can wait for its client without being found by others first; a client
 * that sends one request after the other is answered quickest like this. They are platform threads,
 * because what they call waits in the kernel.
 */
final class Turns implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;
  private static final System.Logger LOG = System.getLogger("platter.nbd");

  /** A connection that has something to do. */
  interface Turn {
    /** Works until there is nothing to do, or others have waited for long. */
    void run(Selector selector) throws IOException;
  }

  private final int most;
  private final LinkedBlockingQueue<Turn> queue = new LinkedBlockingQueue<>();
  private final ConcurrentHashMap<Thread, Boolean> threads = new ConcurrentHashMap<>();
  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile boolean closed;

  Turns(int most) {
    this.most = most;
  }

  /** Gives it a thread, as soon as there is one. */
  void submit(Turn turn) {
    queue.add(turn);
    if (queue.size() > idle.get()) {
      begin();
    }
  }

  private void begin() {
    int now = alive.get();
    while (now < most && !closed) {
      if (alive.compareAndSet(now, now + 1)) {
        var thread =
            Thread.ofPlatform()
                .name("nbd-turn-" + numbers.incrementAndGet())
                .daemon()
                .unstarted(this::serve);
        threads.put(thread, true);
        thread.start();
        return;
      }
      now = alive.get();
    }
  }

  /** Whether somebody waits for a thread. */
  boolean isCrowded() {
    return alive.get() >= most && !queue.isEmpty();
  }

  private void serve() {
    try (var selector = Selector.open()) {
      for (var turn = next(); turn.isPresent(); turn = next()) {
        turn.get().run(selector);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a thread for NBD connections ends", e);
    } finally {
      threads.remove(Thread.currentThread());
      alive.decrementAndGet();
      if (!queue.isEmpty()) {
        begin(); // it came while this one was leaving
      }
    }
  }

  private java.util.Optional<Turn> next() {
    idle.incrementAndGet();
    try {
      return closed
          ? java.util.Optional.empty()
          : java.util.Optional.ofNullable(queue.poll(IDLE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException _) {
      return java.util.Optional.empty(); // by close
    } finally {
      idle.decrementAndGet();
    }
  }

  /** When no connection is open any more. */
  @Override
  public void close() {
    closed = true;
    threads.keySet().forEach(Thread::interrupt);
  }
}
