package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import platter.attachment.NbdAddress;
import platter.nbd.Bounds;
import platter.nbd.Exports;
import platter.nbd.NbdServer;
import platter.nbd.Tls;

/**
 * Where volumes are served to hosts.
 *
 * @param listen on TCP
 * @param socket a UNIX socket, beside it or alone
 * @param tls a folder with {@code ca-cert.pem}, {@code server-cert.pem} and {@code server-key.pem},
 *     as qemu has them: then TCP wants TLS
 */
record NbdSettings(Listen listen, Optional<Path> socket, Optional<Path> tls) {
  /** The port that is registered for NBD. */
  static final int PORT = 10809;

  /** Where it listens on TCP. */
  sealed interface Listen {
    /** Only there. */
    record At(InetSocketAddress address) implements Listen {}

    /** On loopback, on the port of the last time or the usual one, else on a free one. */
    record Anywhere() implements Listen {}

    record Nowhere() implements Listen {}
  }

  /** What cannot be together, a line each. */
  List<String> problems() {
    var problems = new ArrayList<String>();
    if (listen instanceof Listen.At(var address)
        && tls.isEmpty()
        && !address.getAddress().isLoopbackAddress()) {
      problems.add(
          "nbd_listen: "
              + address
              + " is not loopback, and so needs nbd_tls: whoever sees a ticket can read and write"
              + " its volume");
    }
    return problems;
  }

  /** Whether volumes are served at all. */
  boolean on() {
    return socket.isPresent() || !(listen instanceof Listen.Nowhere);
  }

  /** A server that listens, and where. */
  record Running(NbdServer server, NbdAddress address) {}

  /**
   * @param portFile remembers the port, so that clients find it again after a restart
   * @throws IllegalArgumentException when it cannot listen, with a sentence for the operator
   */
  Running start(Path portFile, Exports exports) throws IOException {
    var material = tls.map(NbdSettings::read);
    return switch (listen) {
      case Listen.Nowhere _ -> start(Optional.empty(), material, exports);
      case Listen.At(var address) -> {
        try {
          yield start(Optional.of(address), material, exports);
        } catch (BindException e) {
          throw new IllegalArgumentException(
              "nbd_listen: cannot listen on " + address + ": " + e.getMessage(), e);
        }
      }
      case Listen.Anywhere _ -> startAnywhere(portFile, material, exports);
    };
  }

  private Running startAnywhere(Path portFile, Optional<Tls> material, Exports exports)
      throws IOException {
    var ports = new LinkedHashSet<Integer>();
    lastPort(portFile).ifPresent(ports::add);
    ports.add(PORT);
    ports.add(0);
    for (int port : ports) {
      try {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var running = start(Optional.of(address), material, exports);
        int taken = running.address().tcp().orElseThrow().getPort();
        if (taken != port || lastPort(portFile).isEmpty()) {
          DataFolder.write(portFile, (taken + "\n").getBytes(UTF_8));
        }
        return running;
      } catch (BindException e) {
        // somebody else has it: the next one
      }
    }
    throw new IllegalArgumentException("nbd_listen: there is no free port on loopback");
  }

  private static Optional<Integer> lastPort(Path portFile) {
    try {
      return Optional.of(Integer.valueOf(Files.readString(portFile).strip()))
          .filter(port -> port > 0 && port < 65_536);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Running start(Optional<InetSocketAddress> tcp, Optional<Tls> material, Exports exports)
      throws IOException {
    var server =
        NbdServer.start(new NbdServer.Settings(tcp, socket, material, Bounds.DEFAULT), exports);
    return new Running(server, new NbdAddress(server.address(), socket, material.isPresent()));
  }

  private static Tls read(Path folder) {
    try {
      return Tls.of(
          folder.resolve("server-cert.pem"),
          folder.resolve("server-key.pem"),
          folder.resolve("ca-cert.pem"));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "nbd_tls: server-cert.pem, server-key.pem and ca-cert.pem of "
              + folder
              + " cannot be used: "
              + e,
          e);
    }
  }
}
