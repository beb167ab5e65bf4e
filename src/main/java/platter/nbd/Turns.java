package platter.nbd;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads for the connections that have something to do: as many as are needed, up to a bound. Each
 * has a selector, so that it can wait for its client without being found by others first; a client
 * that sends one request after the other is answered quickest like this. They are platform threads,
 * because what they call waits in the kernel.
 */
final class Turns implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private static final long LINGER_MILLIS = 1000;
  private static final long CROWDED_MILLIS = 10;

  /** Until a thread asks again for what the system did not give. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final System.Logger LOG = System.getLogger("platter.nbd");

  /** A connection that has something to do. */
  interface Turn {
    /** Works until there is nothing to do, or others have waited for long. */
    void run(Selector selector) throws IOException;
  }

  /** Makes what a thread waits with. */
  interface Selectors {
    Selector open() throws IOException;
  }

  private final int most;
  private final Semaphore waits;
  private final Semaphore awake = new Semaphore(Runtime.getRuntime().availableProcessors() / 2);
  private final Selectors selectors;
  private final ThreadFactory factory;
  private final LinkedBlockingQueue<Turn> queue;
  private final ConcurrentHashMap<Thread, Boolean> threads = new ConcurrentHashMap<>();
  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private volatile boolean closed;

  Turns(int most) {
    this(
        most,
        Selector::open,
        Thread.ofPlatform().name("nbd-turn-", 1).daemon().factory(),
        new LinkedBlockingQueue<>());
  }

  /**
   * @param queue empty
   */
  Turns(int most, Selectors selectors, ThreadFactory factory, LinkedBlockingQueue<Turn> queue) {
    this.queue = queue;
    this.most = most;
    this.waits = new Semaphore(most / 2);
    this.selectors = selectors;
    this.factory = factory;
  }

  /** Gives it a thread, as soon as there is one. */
  void submit(Turn turn) {
    queue.add(turn);
    look();
  }

  /** Begins a thread if more wait for one than threads for them. */
  void look() {
    if (queue.size() > idle.get()) {
      begin();
    }
  }

  private void begin() {
    int now = alive.get();
    while (now < most && !closed) {
      if (alive.compareAndSet(now, now + 1)) {
        boolean started = false;
        try {
          start();
          started = true;
        } catch (RuntimeException | Error e) { // of memory or threads; look comes again
          LOG.log(System.Logger.Level.ERROR, "no thread can be had for NBD connections", e);
        } finally {
          if (!started) {
            alive.decrementAndGet();
          }
        }
        return;
      }
      now = alive.get();
    }
  }

  private void start() {
    var thread = factory.newThread(this::serve);
    threads.put(thread, true);
    try {
      thread.start();
    } catch (RuntimeException | Error e) {
      threads.remove(thread);
      throw e;
    }
  }

  /**
   * Whether a thread may wait for a disk, up to half of all: however long disks take, the others
   * serve who needs none. {@link #endWait} follows.
   */
  boolean tryWait() {
    return waits.tryAcquire();
  }

  void endWait() {
    waits.release();
  }

  /**
   * Whether a thread may wait for its client without sleeping: as many as leave half of the
   * processors to others, and none while somebody waits for a thread. {@link #endStayAwake}
   * follows.
   */
  boolean tryStayAwake() {
    return !isCrowded() && awake.tryAcquire();
  }

  void endStayAwake() {
    awake.release();
  }

  /** Whether somebody waits for a thread. */
  boolean isCrowded() {
    return alive.get() >= most && !queue.isEmpty();
  }

  /** So long a thread waits for a client or a worker that may be back at once. */
  long lingerMillis() {
    return isCrowded() ? CROWDED_MILLIS : LINGER_MILLIS;
  }

  private void serve() {
    try {
      var opened = open();
      if (opened.isPresent()) {
        try (var selector = opened.get()) {
          for (var turn = next(); turn.isPresent(); turn = next()) {
            turn.get().run(selector);
          }
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "a thread for NBD connections ends", e);
    } finally {
      threads.remove(Thread.currentThread());
      alive.decrementAndGet();
      if (!queue.isEmpty()) {
        begin(); // it came while this one was leaving
      }
    }
  }

  /** Asks until there is one: too many files may be open. Empty when all is over. */
  private Optional<Selector> open() {
    boolean told = false;
    while (!closed) {
      try {
        return Optional.of(selectors.open());
      } catch (IOException | OutOfMemoryError e) {
        if (!told) {
          LOG.log(System.Logger.Level.ERROR, "a thread for NBD connections has to wait", e);
        }
        told = true;
        LockSupport.parkNanos(AGAIN_NANOS);
      }
    }
    return Optional.empty();
  }

  private Optional<Turn> next() {
    idle.incrementAndGet();
    try {
      return closed
          ? Optional.empty()
          : Optional.ofNullable(queue.poll(IDLE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException _) {
      return Optional.empty(); // by close
    } finally {
      idle.decrementAndGet();
      look(); // who came when this one had something already, and still seemed to wait
    }
  }

  /** When no connection is open any more. */
  @Override
  public void close() {
    closed = true;
    threads.keySet().forEach(Thread::interrupt);
  }
}
