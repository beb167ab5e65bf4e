package platter.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.net.URLEncoder;
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
        .or(() -> socket.map(path -> "nbd+unix:///?socket=" + encoded(path)));
  }

  /** Slashes stay, for those who read it. */
  private static String encoded(Path path) {
    return URLEncoder.encode(path.toString(), UTF_8).replace("+", "%20").replace("%2F", "/");
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
          return hostOf(base);
        });
  }

  /** By hand: names with an underscore, as containers have them, are none to {@code URI}. */
  private static String hostOf(String base) {
    var authority = base.substring(base.indexOf("//") + 2);
    if (authority.startsWith("[")) {
      return authority.substring(1, authority.indexOf(']'));
    }
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
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
    return socket.map(path -> "nbd+unix:///" + ticket + "?socket=" + encoded(path));
  }
}
