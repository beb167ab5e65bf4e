package platter.nbd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves many exports on one port and one UNIX socket. Each client says which one it wants. */
public final class NbdServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final long WORKER_IDLE_SECONDS = 30;

  /** So long the last requests may take when the server stops. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

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
  private volatile boolean closed;

  private NbdServer(Settings settings, Exports exports) throws IOException {
    var bounds = settings.bounds();
    this.settings = settings;
    this.exports = exports;
    this.tickets = new Tickets(bounds.connectionsPerTicket());
    this.workers = workers(bounds.workers());
    var turns = new Turns(bounds.turns());
    this.house =
        new House(bounds, new Buffers(bounds.bufferBytes()), turns, new Lot(turns), workers);
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

  /** Listens when it returns. */
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

  private static void removeLeftOver(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException(path + " is served by another process: " + probe.isConnected());
    } catch (ConnectException _) {
      Files.delete(path);
    }
  }

  private void listen(ServerSocketChannel door, SocketAddress address, Optional<Tls> tls)
      throws IOException {
    doors.add(door);
    if (address instanceof InetSocketAddress) {
      door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    }
    door.bind(address, BACKLOG);
    Thread.ofPlatform().name("nbd-accept").daemon().start(() -> accept(door, tls));
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

  private void accept(ServerSocketChannel door, Optional<Tls> tls) {
    while (!closed) {
      try {
        var socket = door.accept();
        if (sessions.size() >= settings.bounds().connections()) {
          socket.close();
        } else {
          welcome(socket, tls);
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) { // too many open files, as a rule
        Session.LOG.log(System.Logger.Level.WARNING, "an NBD client cannot be let in", e);
        pause(100);
      }
    }
  }

  private void welcome(SocketChannel socket, Optional<Tls> tls) throws IOException {
    try {
      if (socket.getLocalAddress() instanceof InetSocketAddress) {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
    } catch (IOException _) {
      socket.close(); // its client has left
      return;
    }
    var session = new Session(socket, tls, exports, tickets, house, sessions::remove);
    sessions.add(session);
    Thread.ofVirtual().name("nbd-handshake").start(session::begin);
    if (closed) {
      session.cut();
    }
  }

  /** Cuts off who takes more time than it may. */
  private void watch() {
    var bounds = settings.bounds();
    long every = Math.min(bounds.handshake().toMillis(), bounds.stall().toMillis()) / 4;
    while (!closed) {
      pause(Math.clamp(every, 10, 1000));
      long now = System.nanoTime();
      for (var session : sessions) {
        if (session.isLate(now)) {
          Session.LOG.log(System.Logger.Level.INFO, "an NBD client was cut off: it has stalled");
          session.cut();
        }
      }
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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

  /**
   * Ends the connections of a name, after all that has come from them was answered, and waits for
   * that. For clients that connect again by themselves, and so learn the new size: qemu with {@code
   * reconnect-delay}. For all others, a lost connection is a lost disk.
   */
  public void reconnect(String ticket) {
    var open = tickets.of(ticket);
    open.forEach(Session::hangUp);
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
   * From now on the connections of a name may reach to the volume's present end. The protocol has
   * no way to tell them: the kernel's client is told on its host, qemu after {@link #reconnect}.
   */
  public void grown(String ticket) {
    tickets.of(ticket).forEach(Session::measure);
  }

  /** Answers what has come, then ends all connections. */
  @Override
  public void close() {
    closed = true;
    for (var door : doors) {
      try {
        door.close();
      } catch (IOException e) {
        Session.LOG.log(System.Logger.Level.WARNING, "while closing an NBD socket", e);
      }
    }
    settings.unix().ifPresent(NbdServer::delete);
    sessions.forEach(Session::hangUp);
    long until = System.nanoTime() + FAREWELL.toNanos();
    try {
      for (var session : sessions) {
        if (!session.awaitEnd(Math.max(0, until - System.nanoTime()))) {
          session.cut();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    awaitEnd(List.copyOf(sessions));
    house.turns().close();
    house.lot().close();
    workers.shutdown();
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      Session.LOG.log(System.Logger.Level.WARNING, "while removing an NBD socket", e);
    }
  }
}
