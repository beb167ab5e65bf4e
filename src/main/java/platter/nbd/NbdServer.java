package platter.nbd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Until the NBD server is merged: takes its port, and lets nobody in. */
public final class NbdServer implements AutoCloseable {
  public record Settings(
      Optional<InetSocketAddress> tcp, Optional<Path> unix, Optional<Tls> tls, Bounds bounds) {}

  private final Optional<ServerSocketChannel> door;

  private NbdServer(Optional<ServerSocketChannel> door) {
    this.door = door;
  }

  public static NbdServer start(Settings settings, Exports exports) throws IOException {
    if (settings.tcp().isEmpty()) {
      return new NbdServer(Optional.empty());
    }
    var door = ServerSocketChannel.open();
    try {
      return new NbdServer(Optional.of(door.bind(settings.tcp().get())));
    } catch (IOException e) {
      door.close();
      throw e;
    }
  }

  public Optional<InetSocketAddress> address() throws IOException {
    return door.isEmpty()
        ? Optional.empty()
        : Optional.of((InetSocketAddress) door.get().getLocalAddress());
  }

  public void drop(String ticket) {}

  public void reconnect(String ticket) {}

  public void grown(String ticket) {}

  @Override
  public void close() {
    try {
      if (door.isPresent()) {
        door.get().close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
