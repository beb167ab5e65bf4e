package platter.nbd;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import platter.nbd.NbdServer.Settings;

/** A server whose exports a test puts in and takes out. */
final class Served implements AutoCloseable {
  final Map<String, Exports> exports = new ConcurrentHashMap<>();
  final NbdServer server;
  private final Path folder;

  Served(Path folder, Bounds bounds, Optional<Tls> tls) throws IOException {
    this.folder = folder;
    var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var settings =
        new Settings(Optional.of(local), Optional.of(folder.resolve("nbd.sock")), tls, bounds);
    this.server =
        NbdServer.start(
            settings,
            ticket -> {
              var found = exports.get(ticket);
              return found == null ? Optional.empty() : found.find(ticket);
            });
  }

  static Served in(Path folder) throws IOException {
    return new Served(folder, patient(), Optional.empty());
  }

  /** For tests, which may run on a machine that has much else to do. */
  static Bounds patient() {
    return hasty(Duration.ofMinutes(2), Duration.ofMinutes(2));
  }

  static Bounds hasty(Duration handshake, Duration stall) {
    var usual = Bounds.DEFAULT;
    return new Bounds(
        usual.connections(),
        usual.connectionsPerTicket(),
        usual.options(),
        usual.handshakes(),
        handshake,
        stall,
        usual.turns(),
        usual.workers(),
        usual.workersPerConnection(),
        usual.bufferBytes());
  }

  /** A file of zeros, opened anew for each client. */
  Path file(String ticket, long size) throws IOException {
    return file(ticket, size, false, Limits.NONE);
  }

  Path file(String ticket, long size, boolean readOnly, Limits limits) throws IOException {
    var path = folder.resolve(ticket);
    if (!Files.exists(path)) {
      try (var file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength(size);
      }
    }
    exports.put(ticket, _ -> Optional.of(FileExport.of(path, readOnly, false, limits)));
    return path;
  }

  Path socket() {
    return folder.resolve("nbd.sock");
  }

  @Override
  public void close() {
    server.close();
  }
}
