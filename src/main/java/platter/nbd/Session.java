package platter.nbd;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One client, from its first byte to its last. */
final class Session implements Handshake.Door {
  static final System.Logger LOG = System.getLogger("platter.nbd");

  private final SocketChannel socket;
  private final Optional<Tls> tls;
  private final Exports exports;
  private final Tickets tickets;
  private final House house;
  private final Consumer<Session> after;
  private final long handshakeDeadline;
  private final CountDownLatch ended = new CountDownLatch(1);

  // set by the handshake's thread, and read by whoever ends the session
  private volatile Optional<String> ticket = Optional.empty();
  private volatile Optional<Export> export = Optional.empty();
  private volatile Optional<Transmission> transmission = Optional.empty();
  private volatile boolean cut;

  /**
   * @param after told when it is over
   */
  Session(
      SocketChannel socket,
      Optional<Tls> tls,
      Exports exports,
      Tickets tickets,
      House house,
      Consumer<Session> after) {
    this.socket = socket;
    this.tls = tls;
    this.exports = exports;
    this.tickets = tickets;
    this.house = house;
    this.after = after;
    this.handshakeDeadline = System.nanoTime() + house.bounds().handshake().toNanos();
  }

  /** Negotiates on the caller's thread, and goes on on others. */
  void begin() {
    boolean served = false;
    try {
      var agreed = new Handshake(socket, tls, this, house.bounds().options()).run();
      if (agreed.isPresent()) {
        serve(agreed.get());
        served = true;
      }
    } catch (ViolationException e) {
      LOG.log(System.Logger.Level.INFO, "an NBD client was refused: " + e.getMessage());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "an NBD handshake broke", e);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "an NBD handshake failed", e);
    } finally {
      if (!served) {
        end();
      }
    }
  }

  private void serve(Agreed agreed) throws IOException {
    var throttle =
        tickets
            .throttle(agreed.ticket(), agreed.export(), System.nanoTime())
            .orElseThrow(() -> new IllegalStateException("it has not entered"));
    socket.configureBlocking(false);
    var serving = new Transmission(socket, agreed, throttle, house, this::end);
    transmission = Optional.of(serving);
    if (cut) {
      serving.cut(); // it came while there was no transmission to tell
    }
    house.turns().submit(serving);
  }

  /** By which it has its volume open, if it has. */
  Optional<String> ticket() {
    return ticket;
  }

  @Override
  public Optional<Export> look(String name) {
    try {
      return exports.find(name);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a volume cannot be opened", e);
      return Optional.empty();
    }
  }

  @Override
  public Handshake.Entry enter(String name) {
    if (!tickets.enter(name, this)) {
      return new Handshake.Entry.Crowded();
    }
    ticket = Optional.of(name);
    export = look(name);
    if (export.isEmpty()) {
      ticket = Optional.empty();
      tickets.leave(name, this, System.nanoTime());
      return new Handshake.Entry.Unknown();
    }
    return new Handshake.Entry.Open(export.get());
  }

  /** Whether its client has been given more time than it may take. */
  boolean isLate(long now) {
    long deadline = transmission.map(Transmission::deadline).orElse(handshakeDeadline);
    return deadline != Long.MAX_VALUE && now - deadline > 0;
  }

  /** Ends it at once: what has not begun will not begin. */
  void cut() {
    cut = true;
    transmission.ifPresent(Transmission::cut);
    hangUp();
    shut(SocketChannel::shutdownOutput);
  }

  /**
   * Ends it when all that was read has been answered. What is still in the system's queue is not
   * read any more.
   */
  void hangUp() {
    shut(SocketChannel::shutdownInput);
  }

  /** One half of a connection is closed. */
  private interface Half {
    SocketChannel shut(SocketChannel socket) throws IOException;
  }

  private void shut(Half half) {
    try {
      var _ = half.shut(socket);
    } catch (ClosedChannelException | NotYetConnectedException _) {
      // so it is over
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "an NBD connection had ended before it was cut", e);
    }
  }

  /** The limits of its volume are other ones now. */
  void limited() {
    var name = ticket;
    var open = export;
    if (name.isPresent() && open.isPresent()) {
      var _ = tickets.throttle(name.get(), open.get(), System.nanoTime());
      transmission.ifPresent(Transmission::limited);
    }
  }

  /** When nothing of it runs any more, or when it could not even begin. */
  void end() {
    try {
      if (export.isPresent()) {
        export.get().close();
      }
    } catch (IOException | RuntimeException | Error e) { // and the connection ends all the same
      LOG.log(System.Logger.Level.WARNING, "a volume cannot be closed", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "while closing an NBD connection", e);
    }
    ticket.ifPresent(name -> tickets.leave(name, this, System.nanoTime()));
    after.accept(this);
    ended.countDown();
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    return ended.await(nanos, TimeUnit.NANOSECONDS);
  }
}
