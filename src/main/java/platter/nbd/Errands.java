package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a connection has workers do, because it waits for a disk: each sends its own reply, and
 * wakes the serving thread when that has something to do. The last of all who hold the connection
 * ends it.
 */
final class Errands {
  /** Something that waits for a disk. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** The same, which writes its reply itself. */
  @FunctionalInterface
  interface Answering {
    void run(ByteBuffer reply) throws IOException;
  }

  private final Outbox out;
  private final House house;
  private final Failures failures;
  private final Runnable over;

  /** The connection itself, until it is over, and each worker. */
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Workers who have not begun to send. */
  private final AtomicInteger working = new AtomicInteger();

  private volatile boolean cut;

  /** The serving thread waits for a worker to end. */
  private volatile boolean waitsForWorker;

  private volatile Runnable wakeUp = () -> {};

  /**
   * @param over run when the connection is over and nothing of it runs any more
   */
  Errands(Outbox out, House house, Failures failures, Runnable over) {
    this.out = out;
    this.house = house;
    this.failures = failures;
    this.over = over;
  }

  /** No request is begun any more. */
  void cut() {
    cut = true;
  }

  boolean isCut() {
    return cut;
  }

  /** How the serving thread of now is woken up. */
  void wakeUpBy(Runnable how) {
    wakeUp = how;
  }

  /**
   * Whether no worker is about. {@link Outbox#isBlocked} has to be asked afterwards: a worker sends
   * first, maybe not all, and leaves then.
   */
  boolean areDone() {
    return holders.get() == 1;
  }

  /** Whether the client waits for no worker: it cannot have all its replies while there is one. */
  boolean areAnswered() {
    return working.get() == 0;
  }

  /** Whether no more may be handed over now. */
  boolean areMany() {
    return holders.get() > house.bounds().workersPerConnection();
  }

  void hand(Request request, Work work) {
    hand(
        request,
        house.buffers().takeLeast(),
        reply -> {
          work.run();
          Replies.simple(reply, request.cookie(), Optional.empty());
        });
  }

  /** With an answer of up to {@link Buffers#LEAST_BYTES}. */
  void handAnswering(Request request, Answering work) {
    hand(request, house.buffers().takeLeast(), work);
  }

  private void hand(Request request, ByteBuffer reply, Answering work) {
    hand(
        reply,
        () -> {
          try {
            work.run(reply);
          } catch (IOException | RuntimeException | Error e) {
            failures.answer(reply.clear(), request, e);
          }
        });
  }

  /**
   * @param replies a buffer of the house's, which is given back
   * @param work writes whole replies to it, and does not fail
   */
  void hand(ByteBuffer replies, Runnable work) {
    holders.incrementAndGet();
    working.incrementAndGet();
    try {
      house
          .workers()
          .execute(
              () -> {
                work.run();
                working.decrementAndGet(); // before the client can know, and ask for more
                sendAndRelease(replies);
              });
    } catch (RuntimeException | Error e) { // no memory for a thread
      holders.decrementAndGet();
      working.decrementAndGet();
      house.buffers().giveBack(replies);
      throw e;
    }
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

  /** By the serving thread: waits for a worker to end, but not long. */
  void await(Selector selector, SelectionKey key) throws IOException {
    int before = holders.get();
    waitsForWorker = true;
    try {
      if (holders.get() >= before && before > 1) {
        key.interestOps(0);
        selector.select(house.turns().lingerMillis());
        selector.selectedKeys().clear();
      }
    } finally {
      waitsForWorker = false;
    }
  }

  /** By each worker at its end, and once for the connection. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      over.run();
    }
  }
}
