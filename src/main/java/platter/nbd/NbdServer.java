package platter.nbd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import platter.metric.Metrics;
import platter.metric.Text;

/** Serves many exports on one port and one UNIX socket. Each client says which one it wants. */
public final class NbdServer implements AutoCloseable, Metrics.Source {
  private static final int BACKLOG = 1024;

  /** A connection that is idle is asked after a minute whether the host is there, six times. */
  private static final Map<String, Integer> KEEP_ALIVE =
      Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 6);

  private static final long WORKER_IDLE_SECONDS = 30;

  /** So long the last requests may take when connections are ended. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** So long it is waited for those that were cut off then: a disk may never answer. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private static final Duration PAUSE_OF_ACCEPT = Duration.ofMillis(100);

  /** Of a file's mode, by stat(2): its kind, and that of a socket. */
  private static final int KIND = 0170000;

  private static final int SOCKET = 0140000;

  /**
   * Where it listens.
   *
   * @param tcp port 0 for a free one; other than loopback only with TLS
   * @param unix a path of up to about 100 characters; a left-over of a dead server is replaced
   * @param tls on each connection over TCP
   */
  public record Settings(
      Optional<InetSocketAddress> tcp, Optional<Path> unix, Optional<Tls> tls, Bounds bounds) {
    public Settings {
      if (tcp.isPresent() && tls.isEmpty() && !isLoopback(tcp.get())) {
        throw new IllegalArgumentException(
            "NBD on " + tcp.get() + " needs TLS: without it only a loopback address is served");
      }
    }

    private static boolean isLoopback(InetSocketAddress address) {
      return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }
  }

  private final Settings settings;
  private final Exports exports;
  private final Tickets tickets;
  private final ThreadPoolExecutor workers;
  private final House house;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final List<ServerSocketChannel> doors = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private NbdServer(Settings settings, Exports exports) throws IOException {
    var bounds = settings.bounds();
    this.settings = settings;
    this.exports = exports;
    this.tickets = new Tickets(bounds.connectionsPerTicket());
    this.workers = workers(bounds.workers());
    var turns = new Turns(bounds.turns());
    this.house =
        new House(
            bounds,
            new Buffers(bounds.bufferBytes()),
            turns,
            new Lot(turns),
            workers,
            new Traffic());
  }

  /** Threads that are made when none is free, up to a bound; then work waits in their queue. */
  private static ThreadPoolExecutor workers(int most) {
    var queue =
        new LinkedTransferQueue<Runnable>() {
          @Override
          public boolean offer(Runnable work) {
            return tryTransfer(work);
          }
        };
    return new ThreadPoolExecutor(
        0,
        most,
        WORKER_IDLE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        Thread.ofPlatform().name("nbd-worker-", 1).daemon().factory(),
        (work, _) -> queue.put(work));
  }

  @Override
  public void tell(Text text) {
    text.gauge("platter_nbd_connections", "NBD connections that are open.", sessions.size());
    text.gauge(
        "platter_nbd_exports",
        "Tickets by which volumes are open over NBD.",
        (double)
            sessions.stream().flatMap(session -> session.ticket().stream()).distinct().count());
    house.traffic().tell(text);
  }

  /**
   * Listens when it returns.
   *
   * @throws IllegalArgumentException when something else is where its UNIX socket is to be
   */
  public static NbdServer start(Settings settings, Exports exports) throws IOException {
    var server = new NbdServer(settings, exports);
    try {
      if (settings.tcp().isPresent()) {
        server.listen(ServerSocketChannel.open(), settings.tcp().get(), settings.tls());
      }
      if (settings.unix().isPresent()) {
        removeLeftOver(settings.unix().get());
        server.listen(
            ServerSocketChannel.open(StandardProtocolFamily.UNIX),
            UnixDomainSocketAddress.of(settings.unix().get()),
            Optional.empty());
      }
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    Thread.ofPlatform().name("nbd-watch").daemon().start(server::watch);
    return server;
  }

  /** Only a socket that nobody serves: any file refuses a connection as such a one does. */
  private static void removeLeftOver(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw new IllegalArgumentException(path + " is there and is no socket, so it is left alone");
    }
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IllegalArgumentException(
          path + " is served by another process: " + probe.isConnected());
    } catch (ConnectException _) {
      Files.delete(path);
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    var unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
    return unix
        ? ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & KIND) == SOCKET
        : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther();
  }

  private void listen(ServerSocketChannel door, SocketAddress address, Optional<Tls> tls)
      throws IOException {
    doors.add(door);
    if (address instanceof InetSocketAddress) {
      door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    }
    door.bind(address, BACKLOG);
    var handshakes = new Semaphore(settings.bounds().handshakes());
    Thread.ofPlatform().name("nbd-accept").daemon().start(() -> accept(door, tls, handshakes));
  }

  /** Where it listens on TCP. */
  public Optional<InetSocketAddress> address() throws IOException {
    for (var door : doors) {
      if (door.getLocalAddress() instanceof InetSocketAddress address) {
        return Optional.of(address);
      }
    }
    return Optional.empty();
  }

  private void accept(ServerSocketChannel door, Optional<Tls> tls, Semaphore handshakes) {
    while (isOpen()) {
      try {
        var socket = door.accept();
        try {
          welcome(socket, tls, handshakes);
        } catch (IOException | RuntimeException | Error e) {
          socket.close();
          throw e;
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException | RuntimeException | Error e) { // too many open files, as a rule
        Session.LOG.log(System.Logger.Level.WARNING, "an NBD client cannot be let in", e);
        pause(PAUSE_OF_ACCEPT.toMillis());
      }
    }
  }

  private void welcome(SocketChannel socket, Optional<Tls> tls, Semaphore handshakes)
      throws IOException {
    if (sessions.size() >= settings.bounds().connections() || !handshakes.tryAcquire()) {
      socket.close();
      return;
    }
    boolean begun = false;
    try {
      begun = begin(socket, tls, handshakes::release);
    } finally {
      if (!begun) {
        handshakes.release();
      }
    }
  }

  /**
   * A host that lost its power says nothing, and the system would wait for two hours. The options
   * are found by their names: a runtime that was cut down may have no module jdk.net.
   */
  static void noticeDeath(SocketChannel socket) throws IOException {
    for (var option : socket.supportedOptions()) {
      var value = KEEP_ALIVE.get(option.name());
      if (value != null) {
        set(socket, option, value);
      }
    }
  }

  private static <T> void set(SocketChannel socket, SocketOption<T> option, Object value)
      throws IOException {
    socket.setOption(option, option.type().cast(value));
  }

  /** Returns false when its client has left. */
  private boolean begin(SocketChannel socket, Optional<Tls> tls, Runnable negotiated)
      throws IOException {
    try {
      if (socket.getLocalAddress() instanceof InetSocketAddress) {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        noticeDeath(socket);
      }
    } catch (IOException _) {
      socket.close();
      return false;
    }
    house.traffic().connected();
    var session = new Session(socket, tls, exports, tickets, house, sessions::remove);
    sessions.add(session);
    try {
      Thread.ofVirtual().name("nbd-handshake").start(() -> negotiate(session, negotiated));
    } catch (RuntimeException | Error e) { // no memory
      session.end();
      throw e;
    }
    if (!isOpen()) {
      session.cut();
    }
    return true;
  }

  private static void negotiate(Session session, Runnable negotiated) {
    try {
      session.begin();
    } finally {
      negotiated.run();
    }
  }

  private void watch() {
    var bounds = settings.bounds();
    long every = Math.min(bounds.handshake().toMillis(), bounds.stall().toMillis()) / 4;
    while (isOpen()) {
      pause(Math.clamp(every, 10, 1000));
      try {
        look(System.nanoTime());
      } catch (RuntimeException | Error e) {
        Session.LOG.log(System.Logger.Level.ERROR, "while looking after NBD connections", e);
      }
    }
  }

  /** Cuts off who takes more time than it may. */
  private void look(long now) {
    for (var session : sessions) {
      if (session.isLate(now)) {
        Session.LOG.log(System.Logger.Level.INFO, "an NBD client was cut off: it has stalled");
        session.cut();
      }
    }
    tickets.forget(now);
    house.turns().look();
  }

  /** Until the server closes, at most. */
  private void pause(long millis) {
    try {
      boolean _ = closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  /**
   * Cuts the connections that were opened by a name, and waits until none of their writes can land
   * any more. Who has ended the name before, knows that nobody comes back by it. On a name that is
   * still good, it makes clients connect again.
   */
  public void drop(String ticket) {
    var open = tickets.of(ticket);
    open.forEach(Session::cut);
    awaitEnd(open);
  }

  private static void awaitEnd(List<Session> open) {
    boolean interrupted = false;
    for (var session : open) {
      while (true) {
        try {
          session.awaitEnd();
          break;
        } catch (InterruptedException _) {
          interrupted = true; // and still nobody may think that it has ended
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the connections of a name after all that was read from them has been answered, or after a
   * short time, and does not wait for that. For clients that connect again by themselves, ask again
   * what was not answered, and so learn the new size: qemu with {@code reconnect-delay}. For all
   * others, a lost connection is a lost disk.
   */
  public void reconnect(String ticket) {
    var open = tickets.of(ticket);
    open.forEach(Session::hangUp);
    Thread.ofVirtual().name("nbd-reconnect").start(() -> end(open));
  }

  /** Lets them end what was begun, then cuts them off; what the kernel holds even then, is told. */
  private static void end(List<Session> open) {
    open.forEach(Session::hangUp);
    if (haveEnded(open, FAREWELL)) {
      return;
    }
    open.stream().filter(session -> !session.hasEnded()).forEach(Session::cut);
    if (!haveEnded(open, LAST_WAIT)) {
      Session.LOG.log(
          System.Logger.Level.WARNING,
          "{0} NBD connections were cut off, and a request of theirs does not end",
          open.stream().filter(session -> !session.hasEnded()).count());
    }
  }

  private static boolean haveEnded(List<Session> open, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    try {
      for (var session : open) {
        if (!session.awaitEnd(until - System.nanoTime())) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Holds the connections of a name to the limits that their volume has now; waits for nothing. */
  public void limited(String ticket) {
    tickets.of(ticket).forEach(Session::limited);
  }

  /** Answers what was read, then ends all connections; waits for that a few seconds at most. */
  @Override
  public void close() {
    closed.countDown();
    doors.forEach(NbdServer::close);
    end(List.copyOf(sessions));
    house.turns().close();
    house.lot().close();
    workers.shutdown();
  }

  /** With the socket that it bound, but no other: that may be another server's. */
  private static void close(ServerSocketChannel door) {
    if (!door.isOpen()) {
      return;
    }
    try (door) {
      if (door.getLocalAddress() instanceof UnixDomainSocketAddress bound) {
        Files.deleteIfExists(bound.getPath()); // before, so that it is not the next one's
      }
    } catch (IOException e) {
      Session.LOG.log(System.Logger.Level.WARNING, "while closing an NBD socket", e);
    }
  }
}
