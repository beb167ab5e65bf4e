package platter.attachment;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where this node's NBD server listens.
 *
 * @param tls whether its TCP wants TLS
 */
public record NbdAddress(Optional<InetSocketAddress> tcp, Optional<Path> socket, boolean tls) {
  public static final NbdAddress NOWHERE =
      new NbdAddress(Optional.empty(), Optional.empty(), false);

  boolean isNowhere() {
    return tcp.isEmpty() && socket.isEmpty();
  }

  /** For humans; empty when it is nowhere. */
  public Optional<String> text() {
    return tcp.map(
            address ->
                (tls ? "nbds://" : "nbd://")
                    + bracketed(address.getAddress().getHostAddress())
                    + ":"
                    + address.getPort())
        .or(() -> socket.map(path -> "nbd+unix:///?socket=" + path));
  }

  private static String bracketed(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /**
   * The host that a client connects to.
   *
   * @param base of the call that asks: who listens everywhere is where the caller found it
   */
  Optional<String> host(String base) {
    return tcp.map(
        address -> {
          if (!address.getAddress().isAnyLocalAddress()) {
            return address.getAddress().getHostAddress();
          }
          var host = URI.create(base).getHost();
          return host == null ? "127.0.0.1" : host.replaceAll("^\\[|]$", "");
        });
  }

  /** Such as {@code nbd://127.0.0.1:10809/TICKET}. */
  Optional<String> uri(String base, String ticket) {
    return host(base)
        .map(
            host ->
                (tls ? "nbds://" : "nbd://")
                    + bracketed(host)
                    + ":"
                    + tcp.orElseThrow().getPort()
                    + "/"
                    + ticket);
  }

  /** Such as {@code nbd+unix:///TICKET?socket=/run/platter.sock}. */
  Optional<String> socketUri(String ticket) {
    return socket.map(path -> "nbd+unix:///" + ticket + "?socket=" + path);
  }
}
