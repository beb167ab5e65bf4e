package platter.nbd;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where connections are that have nothing to do: one thread watches all of them, and gives each a
 * turn when its client comes back, or when its time has come.
 */
final class Lot implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("platter.nbd");

  /** After a failure. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long BASE = System.nanoTime();

  /**
   * @param interest of {@link SelectionKey}
   */
  private record Parked(SocketChannel socket, Turns.Turn turn, int interest) {}

  /**
   * @param at by the nano clock
   */
  private record Waiting(Turns.Turn turn, long at) {}

  private final Turns turns;
  private final Selector selector;
  private final ConcurrentLinkedQueue<Parked> coming = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Waiting> sleepy = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Waiting> sleeping =
      new PriorityQueue<>(Comparator.comparingLong(one -> one.at() - BASE));

  /** Have left the selector and wait to be given a turn; of the watching thread. */
  private final ArrayDeque<Turns.Turn> ready = new ArrayDeque<>();

  private volatile boolean closed;

  Lot(Turns turns) throws IOException {
    this.turns = turns;
    this.selector = Selector.open();
    Thread.ofPlatform().name("nbd-lot").daemon().start(this::watch);
  }

  /** Until the socket is ready. It is registered with no other selector by now. */
  void park(SocketChannel socket, Turns.Turn turn, int interest) {
    coming.add(new Parked(socket, turn, interest));
    selector.wakeup();
  }

  void parkFor(long nanos, Turns.Turn turn) {
    sleepy.add(new Waiting(turn, System.nanoTime() + nanos));
    selector.wakeup();
  }

  private void watch() {
    while (!closed) {
      try {
        select();
      } catch (IOException | RuntimeException | Error e) { // none is forgotten: it goes on
        LOG.log(System.Logger.Level.ERROR, "while watching idle NBD connections", e);
        LockSupport.parkNanos(AGAIN_NANOS);
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "while closing a selector", e);
    }
  }

  private void select() throws IOException {
    var first = sleeping.peek();
    long wait = first == null ? 0 : first.at() - System.nanoTime();
    if (first == null) {
      selector.select();
    } else if (wait > 0) {
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)));
    } else {
      selector.selectNow();
    }
    leave();
    enter();
    for (var one = sleepy.peek(); one != null; one = sleepy.peek()) {
      sleeping.add(one);
      sleepy.remove();
    }
    long now = System.nanoTime();
    for (var one = sleeping.peek(); one != null && one.at() - now <= 0; one = sleeping.peek()) {
      ready.add(one.turn());
      sleeping.remove();
    }
    for (var one = ready.peek(); one != null; one = ready.peek()) {
      turns.submit(one);
      ready.remove();
    }
  }

  /** Their keys are gone when they leave, or their sockets could not be closed. */
  private void leave() throws IOException {
    while (!selector.selectedKeys().isEmpty()) {
      for (var keys = selector.selectedKeys().iterator(); keys.hasNext(); keys.remove()) {
        var key = keys.next();
        ready.add((Turns.Turn) key.attachment());
        key.cancel();
      }
      selector.selectNow();
    }
  }

  private void enter() {
    for (var one = coming.peek(); one != null; one = coming.peek()) {
      try {
        one.socket().register(selector, one.interest(), one.turn());
      } catch (IOException | RuntimeException e) { // it was closed
        ready.add(one.turn()); // which finds out
      }
      coming.remove();
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
