package platter.nbd;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The second phase of a connection: requests and replies. One thread at a time serves it. What
 * needs no waiting is done by that thread, in the order it came, and its replies are sent together
 * when no more requests are there; what waits for a disk is done by workers beside it, up to a
 * bound, and each sends its own replies; but who asks one by one is read for by the serving thread.
 * Writes go into the system's memory, and so are no waiting until that is full, which then only
 * this client feels.
 */
final class Transmission implements Turns.Turn {
  private static final int MOST_EXTENTS = 1024;

  /** So long a connection works while others wait for a thread. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Shorter pauses are slept, longer ones are no thread's business. */
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long MOST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A client that comes within so long is waited for awake: to sleep and be woken costs more. */
  private static final long SOON_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** After so many requests in a row that came alone, the next is taken to be alone, too. */
  private static final int ONE_BY_ONE = 16;

  /** Why no more can be done now. */
  private enum Step {
    /** More of the client's bytes are needed. */
    HUNGRY,
    /** Replies have to go first. */
    FULL,
    /** Workers have to end first. */
    BUSY,
    /** The limits of the volume say so. */
    PAUSED
  }

  /** How a turn ends. */
  private enum End {
    OVER,
    UNTIL_READABLE,
    UNTIL_WRITABLE,
    PAUSE,
    YIELD
  }

  private final SocketChannel socket;
  private final Link link;
  private final Export export;
  private final Rules rules;
  private final Throttle throttle;
  private final House house;
  private final Outbox out;
  private final Inbox inbox;
  private final Reads reads;
  private final Errands errands;
  private final Failures failures;

  /** By the nano clock, or {@link Long#MAX_VALUE}. */
  private volatile long deadline = Long.MAX_VALUE;

  /**
   * It has to be asked anew what is owed: to begin with, since others may have been here before.
   */
  private volatile boolean limited = true;

  // from here on of the serving thread only
  private long size;
  private boolean leaving;
  private long pausedUntil;
  private boolean pausing;

  /** The client came soon the last time that it was waited for. */
  private boolean comesSoon;

  /** Requests that came when nothing else was asked. */
  private long inARow;

  /**
   * @param after what to do when all is over and nothing runs any more
   */
  Transmission(
      SocketChannel socket, Agreed agreed, Throttle throttle, House house, Runnable after) {
    boolean structured = agreed.structured();
    this.socket = socket;
    this.link = agreed.link();
    this.export = agreed.export();
    this.rules = new Rules(export.readOnly(), structured, agreed.allocation());
    this.size = agreed.size();
    this.throttle = throttle;
    this.house = house;
    this.failures = new Failures(structured, house.traffic());
    this.out = new Outbox(link, house.buffers());
    this.inbox = new Inbox(link, export, house.buffers(), failures);
    this.errands = new Errands(out, house, failures, () -> over(after));
    this.reads = new Reads(export, structured, out, house, errands, failures);
  }

  private void over(Runnable after) {
    inbox.close();
    reads.close();
    out.close();
    after.run();
  }

  /** The moment, by the nano clock, after which the client has stalled. */
  long deadline() {
    return deadline;
  }

  /** No request is begun any more. The socket is to be shut down, too. */
  void cut() {
    errands.cut();
  }

  /** The limits are other ones now. */
  void limited() {
    limited = true;
  }

  @Override
  public void run(Selector selector) throws IOException {
    var end = End.OVER;
    try {
      errands.wakeUpBy(selector::wakeup);
      var key = socket.register(selector, 0);
      try {
        end = serve(selector, key);
      } finally {
        key.cancel();
        selector.selectNow(); // now it is no longer registered here
      }
    } catch (ViolationException e) {
      Session.LOG.log(System.Logger.Level.INFO, "an NBD client was cut off: " + e.getMessage());
    } catch (IOException e) {
      Session.LOG.log(System.Logger.Level.DEBUG, "an NBD connection broke", e);
    } catch (RuntimeException | Error e) { // whatever it was, its volume has to be let go
      Session.LOG.log(System.Logger.Level.ERROR, "an NBD connection failed", e);
    }
    errands.wakeUpBy(() -> {});
    switch (end) {
      case OVER -> {
        errands.cut();
        errands.release();
      }
      case UNTIL_READABLE -> park(SelectionKey.OP_READ);
      case UNTIL_WRITABLE -> park(SelectionKey.OP_WRITE);
      case PAUSE ->
          house.lot().parkFor(Math.min(pausedUntil - System.nanoTime(), MOST_PAUSE_NANOS), this);
      case YIELD -> house.turns().submit(this);
    }
  }

  private void park(int interest) {
    inbox.rest();
    out.rest();
    house.lot().park(socket, this, interest);
  }

  private End serve(Selector selector, SelectionKey key) throws IOException {
    long began = System.nanoTime();
    while (!errands.isCut()) {
      if (deadline != Long.MAX_VALUE) {
        deadline = Long.MAX_VALUE; // the client has moved; what is done now is the storage's time
      }
      var step = out.isBlocked() ? Step.FULL : leaving ? Step.BUSY : work();
      reads.hand();
      boolean flushed = out.flush();
      boolean ready = true;
      if (!flushed) {
        ready = await(selector, key, SelectionKey.OP_WRITE);
      } else {
        switch (step) {
          case FULL -> {}
          case HUNGRY -> {
            int count = fill();
            if (count < 0) {
              leaving = true;
            } else if (count == 0) {
              ready = await(selector, key, SelectionKey.OP_READ);
            }
          }
          case BUSY -> {
            if (!leaving || !errands.areDone()) {
              deadline = Long.MAX_VALUE; // it is the disk that takes its time
              errands.await(selector, key);
            } else if (!out.isBlocked()) {
              link.bye();
              return End.OVER;
            }
          }
          case PAUSED -> {
            long pause = pausedUntil - System.nanoTime();
            if (pause > NAP_NANOS) {
              deadline = Long.MAX_VALUE;
              if (errands.areDone() && !out.isBlocked()) {
                return End.PAUSE;
              }
              LockSupport.parkNanos(NAP_NANOS);
            } else if (pause > 0) {
              LockSupport.parkNanos(pause);
            }
          }
        }
      }
      if (!ready) {
        return flushed ? End.UNTIL_READABLE : End.UNTIL_WRITABLE;
      }
      if (house.turns().isCrowded() && System.nanoTime() - began > SLICE_NANOS) {
        return End.YIELD;
      }
    }
    return End.OVER;
  }

  /** As {@link Inbox#fill}, of a client that may be back at once. */
  @SuppressWarnings("ThreadPriorityCheck") // whoever wants the processor meanwhile has it
  private int fill() throws IOException {
    int count = inbox.fill();
    if (count == 0 && comesSoon && errands.areAnswered() && house.turns().tryStayAwake()) {
      try {
        long until = System.nanoTime() + SOON_NANOS;
        while (count == 0 && System.nanoTime() < until) {
          Thread.yield();
          count = inbox.fill();
        }
        comesSoon = count > 0;
      } finally {
        house.turns().endStayAwake();
      }
    }
    return count;
  }

  /**
   * Waits for the client.
   *
   * @return false when that takes long, and no worker can have anything to say meanwhile
   */
  private boolean await(Selector selector, SelectionKey key, int interest) throws IOException {
    boolean amidst = interest == SelectionKey.OP_WRITE || inbox.isAmidst() || leaving;
    deadline = amidst ? System.nanoTime() + house.bounds().stall().toNanos() : Long.MAX_VALUE;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
    boolean alone = errands.areDone();
    if (interest == SelectionKey.OP_READ && out.isBlocked()) {
      return true; // a worker, the last one maybe, could send a part of its reply only
    }
    if (alone && house.turns().isCrowded()) {
      return false;
    }
    long began = System.nanoTime();
    if (selector.select(house.turns().lingerMillis()) > 0) {
      selector.selectedKeys().clear();
      comesSoon = System.nanoTime() - began < SOON_NANOS;
      return true;
    }
    return !alone;
  }

  private Step work() throws IOException {
    while (!errands.isCut()) {
      if (inbox.isWriting()) {
        if (!inbox.write()) {
          return Step.HUNGRY;
        }
        if (!inbox.isWriting()) {
          endWrite();
        }
      } else if (reads.isUnderWay()) {
        if (!reads.goOn()) {
          return Step.FULL;
        }
      } else if (leaving) {
        return Step.BUSY;
      } else if (isPaused()) {
        return Step.PAUSED;
      } else if (!inbox.hasRequest()) {
        return Step.HUNGRY;
      } else if (!out.hasRoom(Replies.ERROR_BYTES) || out.isHoldingMany()) {
        return Step.FULL;
      } else if (errands.areMany()) {
        return Step.BUSY;
      } else {
        var request = inbox.request();
        if (!begin(request)) {
          return Step.FULL;
        }
        inbox.remove();
        house.traffic().begun(request);
        if (!throttle.isNone()) {
          long now = System.nanoTime();
          pausedUntil = now + throttle.charge(request.bytesMoved(), now);
          pausing = true;
        }
      }
    }
    return Step.HUNGRY;
  }

  private boolean isPaused() {
    if (limited) {
      limited = false;
      long now = System.nanoTime();
      pausedUntil = now + throttle.owed(now);
      pausing = true;
    }
    if (pausing && pausedUntil - System.nanoTime() <= 0) {
      pausing = false;
    }
    return pausing;
  }

  private Optional<Errno> refusal(Request request) throws IOException {
    if (!Rules.isInside(request, size)) {
      size = export.size(); // it may have grown
    }
    return rules.refusal(request, size);
  }

  /**
   * Begins a request, and does all of it where that needs no waiting.
   *
   * @return false when replies have to be sent before
   */
  private boolean begin(Request request) throws IOException {
    boolean alone = inbox.hasOneRequest() && errands.areAnswered() && out.isOwnEmpty();
    inARow = alone ? inARow + 1 : 0;
    var refused = refusal(request);
    if (request.command() == Protocol.CMD_WRITE) {
      inbox.expect(request, refused);
      if (!inbox.isWriting()) {
        endWrite();
      }
      return true;
    }
    if (refused.isPresent()) {
      failures.answer(out.own(), request, refused.get());
      return true;
    }
    switch (request.command()) {
      case Protocol.CMD_READ -> {
        boolean oneByOne = inARow > ONE_BY_ONE;
        if (oneByOne) {
          deadline = Long.MAX_VALUE; // it may be the disk that takes its time
        }
        return reads.begin(request, oneByOne);
      }
      case Protocol.CMD_DISC -> leaving = true;
      case Protocol.CMD_FLUSH -> errands.hand(request, export::flush);
      case Protocol.CMD_TRIM ->
          errands.hand(
              request,
              () -> {
                export.trim(request.at(), request.length());
                flushIfAsked(request);
              });
      case Protocol.CMD_CACHE ->
          errands.hand(
              request,
              () -> {
                boolean _ = export.cache(request.at(), request.length());
              });
      case Protocol.CMD_WRITE_ZEROES ->
          errands.hand(
              request,
              () -> {
                export.zero(
                    request.at(),
                    request.length(),
                    !request.has(Protocol.CMD_FLAG_NO_HOLE),
                    request.has(Protocol.CMD_FLAG_FAST_ZERO));
                flushIfAsked(request);
              });
      case Protocol.CMD_BLOCK_STATUS -> handBlockStatus(request);
      default -> throw new IllegalStateException("command " + request.command());
    }
    return true;
  }

  private void endWrite() {
    var request = inbox.writing();
    if (inbox.error().isPresent()) {
      failures.answer(out.own(), request, inbox.error().get());
    } else if (request.has(Protocol.CMD_FLAG_FUA)) {
      errands.hand(request, export::flush);
    } else {
      Replies.simple(out.own(), request.cookie(), Optional.empty());
    }
  }

  private void flushIfAsked(Request request) throws IOException {
    if (request.has(Protocol.CMD_FLAG_FUA)) {
      export.flush();
    }
  }

  private void handBlockStatus(Request request) {
    errands.handAnswering(
        request, reply -> Replies.blockStatus(reply, request.cookie(), extents(request)));
  }

  private List<Extent> extents(Request request) throws IOException {
    int most = request.has(Protocol.CMD_FLAG_REQ_ONE) ? 1 : MOST_EXTENTS;
    // more is told in answer to the next question: no extent is longer, and none is cut
    long end = request.at() + Math.min(request.length(), Replies.MOST_EXTENT);
    var extents = new ArrayList<Extent>();
    for (long at = request.at(); at < end && extents.size() < most; ) {
      var extent = export.extentAt(at, end);
      extents.add(extent);
      at += extent.length();
    }
    return extents;
  }
}
