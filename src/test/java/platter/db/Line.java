package platter.db;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** The network between one client and a PostgreSQL, which a test cuts and mends. */
public final class Line implements AutoCloseable {
  private final ServerSocket listening;
  private final String url;
  private final int serverPort;
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private volatile State state = State.OPEN;
  private volatile Held held = new Held("", new CountDownLatch(0), new CountDownLatch(0));

  private enum State {
    OPEN,
    /** What is sent is lost, and nobody is told. */
    SILENT,
    /** Whoever sends or connects is told at once. */
    REFUSING
  }

  /** An answer to a commit that is kept back. */
  private record Held(String sql, CountDownLatch committed, CountDownLatch released) {}

  private Line(String url) throws IOException {
    this.url = url;
    serverPort = Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
    listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** A line to that database; its URL is one of {@link TestPostgres}. */
  public static Line to(String url) {
    try {
      return new Line(url);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the database, over this line. SQL travels as text, see {@link #holdCommitOf}. */
  public String url() {
    return url.replace(":" + serverPort + "/", ":" + listening.getLocalPort() + "/")
        + "&prepareThreshold=0";
  }

  /** Like a network that drops everything: what is open now never works again. */
  public void hang() {
    state = State.SILENT;
    wires.forEach(wire -> wire.dead = true);
  }

  /** Like a host that is up and has nobody listening. */
  public void refuse() {
    state = State.REFUSING;
    wires.forEach(Wire::reset);
  }

  /** New connections work again. */
  public void mend() {
    state = State.OPEN;
  }

  /** From now on the server hears of a commit after such a statement, and its answer waits. */
  public void holdCommitOf(String sql) {
    held = new Held(sql, new CountDownLatch(1), new CountDownLatch(1));
  }

  /** Waits until one was sent. */
  public void awaitHeld() throws InterruptedException {
    held.committed.await();
  }

  public void release() {
    held.released.countDown();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var wire = new Wire(listening.accept(), state);
        wires.add(wire);
        switch (state) {
          case OPEN -> wire.connect();
          case SILENT -> {} // never answered
          case REFUSING -> wire.reset();
        }
      } catch (IOException e) {
        // closed, or the server does not run
      }
    }
  }

  /** One connection. */
  private final class Wire {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean dead;
    private volatile boolean holding;
    private boolean about;

    Wire(Socket client, State state) {
      this.client = client;
      dead = state == State.SILENT;
    }

    void connect() throws IOException {
      try {
        server.connect(new java.net.InetSocketAddress(listening.getInetAddress(), serverPort));
      } catch (IOException e) {
        reset();
        throw e;
      }
      Thread.ofVirtual().start(() -> pump(client, server, true));
      Thread.ofVirtual().start(() -> pump(server, client, false));
    }

    private void pump(Socket from, Socket to, boolean toServer) {
      var some = new byte[65_536];
      try {
        var in = from.getInputStream();
        var out = to.getOutputStream();
        for (int n = in.read(some); n > 0; n = in.read(some)) {
          if (toServer) {
            watch(new String(some, 0, n, ISO_8859_1));
          } else if (holding) {
            held.committed.countDown();
            held.released.await();
            holding = false;
          }
          if (!dead) {
            out.write(some, 0, n);
          }
        }
      } catch (IOException e) {
        // the other end was closed
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        if (!dead) {
          close();
        }
      }
    }

    private void watch(String sent) {
      about |= !held.sql.isEmpty() && sent.contains(held.sql);
      if (about && sent.contains("COMMIT")) {
        holding = true;
        about = false;
      }
    }

    void reset() {
      try {
        client.setSoLinger(true, 0);
        server.setSoLinger(true, 0);
      } catch (IOException e) {
        // closed already
      }
      close();
    }

    void close() {
      wires.remove(this);
      try (client;
          server) {
        // both
      } catch (IOException e) {
        // closed already
      }
    }
  }

  @Override
  public void close() {
    release();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    wires.forEach(Wire::close);
  }
}
