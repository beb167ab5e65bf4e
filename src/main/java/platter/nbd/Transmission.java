package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The second phase of a connection: requests and replies. One thread at a time serves it. What
 * needs no waiting is done by that thread, in the order it came, and its replies are sent together
 * when no more requests are there; what waits for a disk is done by workers beside it, up to a
 * bound, and each sends its own reply. Writes go into the system's memory, and so are no waiting
 * until that is full, which then only this client feels.
 */
final class Transmission implements Turns.Turn {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int USUAL_IN_BYTES = 64 << 10;
  private static final int LONG_IN_BYTES = 256 << 10;

  /** Reads up to this size go into the buffer of gathered replies. */
  private static final int SHORT_READ_BYTES = 256 << 10;

  /** Reads up to this size are done by a worker when they have to wait. */
  private static final int WORKER_READ_BYTES = 4 << 20;

  private static final int LEAST_PIECE_BYTES = 4096;
  private static final int MOST_EXTENTS = 1024;

  /** So long a thread waits for a client that may be back at once. */
  private static final long LINGER_MILLIS = 1000;

  /** So long a connection works while others wait for a thread. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Shorter pauses are slept, longer ones are no thread's business. */
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long MOST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int KNOWN_FLAGS =
      Protocol.CMD_FLAG_FUA
          | Protocol.CMD_FLAG_NO_HOLE
          | Protocol.CMD_FLAG_DF
          | Protocol.CMD_FLAG_REQ_ONE
          | Protocol.CMD_FLAG_FAST_ZERO;

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
  private final boolean structured;
  private final boolean allocation;
  private final Throttle throttle;
  private final House house;
  private final Outbox out;

  /** What to do when all is over and nothing runs any more. */
  private final Runnable after;

  /** The connection itself, until it is over, and each worker. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private volatile boolean cut;

  /**
   * It has to be asked anew what is owed: to begin with, since others may have been here before.
   */
  private volatile boolean limited = true;

  /** By the nano clock, or {@link Long#MAX_VALUE}. */
  private volatile long deadline = Long.MAX_VALUE;

  private final AtomicBoolean failed = new AtomicBoolean();

  /** The serving thread waits for a worker to end. */
  private volatile boolean waitsForWorker;

  private volatile Runnable wakeUp = () -> {};

  // from here on of the serving thread only
  private ByteBuffer in = NOTHING;
  private long size;
  private boolean leaving;
  private long pausedUntil;
  private boolean pausing;

  /** A write whose payload is coming. */
  private Request writing = new Request(0, Protocol.CMD_WRITE, 0, 0, 0);

  private long payloadLeft;
  private Optional<Errno> writeError = Optional.empty();

  /** A read that is answered in pieces. */
  private Request reading = new Request(0, Protocol.CMD_READ, 0, 0, 0);

  private long readLeft;

  Transmission(
      SocketChannel socket, Agreed agreed, Throttle throttle, House house, Runnable after) {
    this.socket = socket;
    this.link = agreed.link();
    this.export = agreed.export();
    this.size = agreed.size();
    this.structured = agreed.structured();
    this.allocation = agreed.allocation();
    this.throttle = throttle;
    this.house = house;
    this.out = new Outbox(link, house.buffers());
    this.after = after;
  }

  /** The moment, by the nano clock, after which the client has stalled. */
  long deadline() {
    return deadline;
  }

  /** No request is begun any more. The socket is to be shut down, too. */
  void cut() {
    cut = true;
  }

  /** The limits are other ones now. */
  void limited() {
    limited = true;
  }

  @Override
  public void run(Selector selector) throws IOException {
    var end = End.OVER;
    try {
      wakeUp = selector::wakeup;
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
    wakeUp = () -> {};
    switch (end) {
      case OVER -> {
        cut = true;
        release();
      }
      case UNTIL_READABLE -> park(SelectionKey.OP_READ);
      case UNTIL_WRITABLE -> park(SelectionKey.OP_WRITE);
      case PAUSE ->
          house.lot().parkFor(Math.min(pausedUntil - System.nanoTime(), MOST_PAUSE_NANOS), this);
      case YIELD -> house.turns().submit(this);
    }
  }

  private void park(int interest) {
    if (!in.hasRemaining() && in.capacity() > 0) {
      house.buffers().giveBack(in);
      in = NOTHING;
    }
    out.rest();
    house.lot().park(socket, this, interest);
  }

  private End serve(Selector selector, SelectionKey key) throws IOException {
    long began = System.nanoTime();
    while (!cut) {
      var step = out.isBlocked() ? Step.FULL : leaving ? Step.BUSY : work();
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
            if (!leaving || holders.get() > 1) {
              awaitWorker(selector, key);
            } else if (!out.isBlocked()) { // asked after the holders: a worker sends, then leaves
              link.bye();
              return End.OVER;
            }
          }
          case PAUSED -> {
            long pause = pausedUntil - System.nanoTime();
            if (pause > NAP_NANOS) {
              deadline = Long.MAX_VALUE;
              if (holders.get() == 1 && !out.isBlocked()) {
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

  private int fill() throws IOException {
    if (in.capacity() == 0) {
      in = house.buffers().take(USUAL_IN_BYTES).orElseGet(house.buffers()::takeLeast).flip();
    }
    if (in.hasRemaining()) {
      in.compact();
    } else {
      in.clear();
    }
    try {
      return link.read(in);
    } finally {
      in.flip();
    }
  }

  /**
   * Waits for the client.
   *
   * @return false when that takes long, and no worker can have anything to say meanwhile
   */
  private boolean await(Selector selector, SelectionKey key, int interest) throws IOException {
    boolean amidst =
        interest == SelectionKey.OP_WRITE || in.hasRemaining() || payloadLeft > 0 || leaving;
    deadline = amidst ? System.nanoTime() + house.bounds().stall().toNanos() : Long.MAX_VALUE;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
    boolean alone = holders.get() == 1;
    if (interest == SelectionKey.OP_READ && out.isBlocked()) {
      return true; // a worker, the last one maybe, could send a part of its reply only
    }
    if (alone && house.turns().isCrowded()) {
      return false;
    }
    if (selector.select(LINGER_MILLIS) > 0) {
      selector.selectedKeys().clear();
      return true;
    }
    return !alone;
  }

  private void awaitWorker(Selector selector, SelectionKey key) throws IOException {
    deadline = Long.MAX_VALUE; // it is the disk that takes its time
    int before = holders.get();
    waitsForWorker = true;
    try {
      if (holders.get() >= before && before > 1) {
        key.interestOps(0);
        selector.select(LINGER_MILLIS);
        selector.selectedKeys().clear();
      }
    } finally {
      waitsForWorker = false;
    }
  }

  private Step work() throws IOException {
    while (!cut) {
      if (payloadLeft > 0) {
        if (!takePayload()) {
          return Step.HUNGRY;
        }
      } else if (readLeft > 0) {
        if (!readPiece()) {
          return Step.FULL;
        }
      } else if (leaving) {
        return Step.BUSY;
      } else if (isPaused()) {
        return Step.PAUSED;
      } else if (in.remaining() < Protocol.REQUEST_BYTES) {
        return Step.HUNGRY;
      } else if (!out.hasRoom(Replies.ERROR_BYTES)) {
        return Step.FULL;
      } else if (holders.get() > house.bounds().workersPerConnection()) {
        return Step.BUSY;
      } else {
        var request = Request.read(in);
        if (!begin(request)) {
          return Step.FULL;
        }
        in.position(in.position() + Protocol.REQUEST_BYTES);
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

  /**
   * Begins a request, and does all of it where that needs no waiting.
   *
   * @return false when replies have to be sent before
   */
  private boolean begin(Request request) throws IOException {
    var refused = refusal(request);
    if (request.command() == Protocol.CMD_WRITE) {
      writing = request;
      payloadLeft = request.length();
      writeError = refused;
      if (payloadLeft == 0) {
        endWrite();
      } else if (payloadLeft > USUAL_IN_BYTES) {
        growIn();
      }
      return true;
    }
    if (refused.isPresent()) {
      answerError(request, refused.get());
      return true;
    }
    switch (request.command()) {
      case Protocol.CMD_READ -> {
        return beginRead(request);
      }
      case Protocol.CMD_DISC -> leaving = true;
      case Protocol.CMD_FLUSH -> hand(request, export::flush);
      case Protocol.CMD_TRIM ->
          hand(
              request,
              () -> {
                export.trim(request.at(), request.length());
                flushIfAsked(request);
              });
      case Protocol.CMD_CACHE -> hand(request, () -> export.cache(request.at(), request.length()));
      case Protocol.CMD_WRITE_ZEROES ->
          hand(
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

  /** Why a request is not even begun: section "Request types" and "Error values". */
  private Optional<Errno> refusal(Request request) throws IOException {
    int command = request.command();
    if (command > Protocol.CMD_BLOCK_STATUS) {
      return Optional.of(Errno.EINVAL);
    }
    if (!flagsFit(request)) {
      return Optional.of(Errno.EINVAL);
    }
    if (request.writes() && export.readOnly()) {
      return Optional.of(Errno.EPERM);
    }
    if (!request.hasRange()) {
      return Optional.empty();
    }
    boolean payload = command == Protocol.CMD_READ || command == Protocol.CMD_WRITE;
    if (request.length() == 0
        || (payload && request.length() > Protocol.MAX_PAYLOAD_BYTES)
        || (command == Protocol.CMD_BLOCK_STATUS && !allocation)) {
      return Optional.of(Errno.EINVAL);
    }
    if (!isInside(request)) {
      boolean wantsSpace = command == Protocol.CMD_WRITE || command == Protocol.CMD_WRITE_ZEROES;
      return Optional.of(wantsSpace ? Errno.ENOSPC : Errno.EINVAL);
    }
    return Optional.empty();
  }

  private boolean flagsFit(Request request) {
    int command = request.command();
    return (request.flags() & ~KNOWN_FLAGS) == 0
        && (!request.has(Protocol.CMD_FLAG_NO_HOLE) || command == Protocol.CMD_WRITE_ZEROES)
        && (!request.has(Protocol.CMD_FLAG_FAST_ZERO) || command == Protocol.CMD_WRITE_ZEROES)
        && (!request.has(Protocol.CMD_FLAG_REQ_ONE) || command == Protocol.CMD_BLOCK_STATUS)
        && (!request.has(Protocol.CMD_FLAG_DF) || (command == Protocol.CMD_READ && structured));
  }

  private boolean isInside(Request request) throws IOException {
    if (request.at() < 0) {
      return false;
    }
    if (request.at() <= size - request.length()) {
      return true;
    }
    size = export.size(); // it may have grown
    return request.at() <= size - request.length();
  }

  private void answerError(Request request, Errno error) {
    Replies.error(out.own(), request.cookie(), isStructured(request), error);
  }

  private boolean isStructured(Request request) {
    return structured
        && (request.command() == Protocol.CMD_READ
            || request.command() == Protocol.CMD_BLOCK_STATUS);
  }

  private Errno errno(Throwable e) {
    if (e instanceof RefusedException refused) {
      return refused.errno();
    }
    if (!failed.getAndSet(true)) { // once: a broken disk fails all of them
      Session.LOG.log(System.Logger.Level.WARNING, "a volume's request failed", e);
    }
    return Errno.EIO;
  }

  // writes

  /** Takes what is here of a payload, in pieces as large as the buffer. */
  private boolean takePayload() {
    // without what the buffer has beyond a power of 2, so that blocks stay whole
    int wanted = (int) Math.min(payloadLeft, in.capacity() - Buffers.HEAD_BYTES);
    if (in.remaining() < wanted && writeError.isEmpty()) {
      return false;
    }
    int length = Math.min(wanted, in.remaining());
    if (length <= 0) {
      return false;
    }
    int end = in.limit();
    int next = in.position() + length;
    if (writeError.isEmpty()) {
      in.limit(next);
      try {
        export.write(in, writing.at() + writing.length() - payloadLeft);
      } catch (IOException e) {
        writeError = Optional.of(errno(e));
      }
      in.limit(end);
    }
    in.position(next);
    payloadLeft -= length;
    if (payloadLeft == 0) {
      endWrite();
    }
    return true;
  }

  private void endWrite() {
    var request = writing;
    if (writeError.isPresent()) {
      answerError(request, writeError.get());
    } else if (request.has(Protocol.CMD_FLAG_FUA)) {
      hand(request, export::flush);
    } else {
      Replies.simple(out.own(), request.cookie(), Optional.empty());
    }
  }

  private void growIn() {
    if (in.capacity() < LONG_IN_BYTES) {
      house
          .buffers()
          .take(LONG_IN_BYTES)
          .ifPresent(
              larger -> {
                var smaller = in;
                in = larger.put(in.duplicate()).flip();
                house.buffers().giveBack(smaller);
              });
    }
  }

  // reads

  private boolean beginRead(Request request) throws IOException {
    int length = (int) request.length();
    int head = Replies.headBytes(structured);
    if (length > SHORT_READ_BYTES) {
      reading = request;
      readLeft = length;
      return true;
    }
    if (!out.hasRoom(head + length)) {
      if (!out.isOwnEmpty()) {
        return false;
      }
      out.grow(length);
      if (!out.hasRoom(head + length)) { // there is no larger one now
        reading = request;
        readLeft = length;
        return true;
      }
    }
    var own = out.own();
    int start = own.position();
    try {
      own.position(start + head).limit(start + head + length);
      if (export.readNow(own, request.at())) {
        own.limit(own.capacity()).position(start);
        Replies.dataHead(own, request.cookie(), structured, request.at(), length, true);
        own.position(start + head + length);
        return true;
      }
    } catch (IOException e) {
      own.limit(own.capacity()).position(start);
      answerError(request, errno(e));
      return true;
    }
    own.limit(own.capacity()).position(start);
    if (!handRead(request)) {
      reading = request;
      readLeft = length;
    }
    return true;
  }

  /** Gives a read to a worker, if there is memory for it. */
  private boolean handRead(Request request) {
    int length = (int) request.length();
    if (length > WORKER_READ_BYTES) {
      return false;
    }
    var taken = house.buffers().take(length);
    if (taken.isEmpty()) {
      return false;
    }
    hand(
        request,
        taken.get(),
        buffer -> {
          int head = Replies.headBytes(structured);
          export.read(buffer.position(head).limit(head + length), request.at());
          buffer.position(0);
          Replies.dataHead(buffer, request.cookie(), structured, request.at(), length, true);
          buffer.position(head + length);
        });
    return true;
  }

  /**
   * Answers a part of a long read. Without structured replies, or when the client wants one chunk,
   * the length and the success of all are told before; then a late error can only end the
   * connection.
   *
   * @return false when replies have to be sent before
   */
  private boolean readPiece() throws IOException {
    var request = reading;
    boolean begun = readLeft < request.length();
    boolean whole = !structured || request.has(Protocol.CMD_FLAG_DF);
    int head = whole && begun ? 0 : Replies.headBytes(structured);
    if (out.isOwnEmpty()) {
      out.grow(SHORT_READ_BYTES);
    }
    var own = out.own();
    int length = (int) Math.min(readLeft, own.remaining() - head);
    if (length < Math.min(readLeft, LEAST_PIECE_BYTES)) {
      return false;
    }
    int start = own.position();
    long at = request.at() + request.length() - readLeft;
    try {
      own.position(start + head).limit(start + head + length);
      if (!export.readNow(own, at)) {
        var rest = new Request(request.flags(), Protocol.CMD_READ, request.cookie(), at, readLeft);
        if (!(whole && begun) && length < request.length()) {
          own.limit(own.capacity()).position(start);
          if (begun && start > 0) {
            return false; // the chunks before it go first: a worker's is the last one
          }
          if (handRead(rest)) {
            readLeft = 0;
            return true;
          }
          own.position(start + head).limit(start + head + length);
        }
        export.read(own.position(start + head), at);
      }
    } catch (IOException e) {
      own.limit(own.capacity()).position(start);
      if (whole && begun) {
        throw e;
      }
      readLeft = 0;
      answerError(request, errno(e));
      return true;
    }
    own.limit(own.capacity()).position(start);
    if (head > 0) {
      Replies.dataHead(
          own,
          request.cookie(),
          structured,
          at,
          whole ? request.length() : length,
          whole || length == readLeft);
    }
    own.position(start + head + length);
    if (whole && !begun && length < readLeft) {
      out.hold(); // the rest has no head of its own
    } else if (whole && begun && length == readLeft) {
      out.endHold();
    }
    readLeft -= length;
    return true;
  }

  // what workers do

  /** Something that waits for a disk. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /** The same, which writes its reply itself. */
  @FunctionalInterface
  private interface Answering {
    void run(ByteBuffer reply) throws IOException;
  }

  private void flushIfAsked(Request request) throws IOException {
    if (request.has(Protocol.CMD_FLAG_FUA)) {
      export.flush();
    }
  }

  private void hand(Request request, Work work) {
    hand(
        request,
        house.buffers().takeLeast(),
        reply -> {
          work.run();
          Replies.simple(reply, request.cookie(), Optional.empty());
        });
  }

  private void handBlockStatus(Request request) {
    hand(
        request,
        house.buffers().takeLeast(),
        reply -> Replies.blockStatus(reply, request.cookie(), extents(request)));
  }

  private void hand(Request request, ByteBuffer reply, Answering work) {
    holders.incrementAndGet();
    try {
      house.workers().execute(() -> doAndAnswer(request, reply, work));
    } catch (RuntimeException | Error e) { // no memory for a thread
      holders.decrementAndGet();
      house.buffers().giveBack(reply);
      throw e;
    }
  }

  private void doAndAnswer(Request request, ByteBuffer reply, Answering work) {
    try {
      work.run(reply);
    } catch (IOException | RuntimeException | Error e) {
      Replies.error(reply.clear(), request.cookie(), isStructured(request), errno(e));
    }
    sendAndRelease(reply);
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

  private void sendAndRelease(ByteBuffer replies) {
    boolean sent = true;
    try {
      sent = out.send(replies.flip());
    } catch (IOException _) {
      cut = true; // the client is gone, as the serving thread will find out
    } catch (RuntimeException | Error e) {
      cut = true;
      Session.LOG.log(System.Logger.Level.ERROR, "an NBD reply cannot be sent", e);
    } finally {
      release();
      if (!sent || waitsForWorker || cut) {
        wakeUp.run();
      }
    }
  }

  private void release() {
    if (holders.decrementAndGet() == 0) {
      if (in.capacity() > 0) {
        house.buffers().giveBack(in);
      }
      out.close();
      after.run();
    }
  }
}
