package platter.nbd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import platter.nbd.NbdServer.Settings;

/**
 * A server in a process of its own, to be measured and killed: each file of a folder is an export
 * of its name. {@code ServeFolder FOLDER tcp|UNIX-SOCKET [CERTIFICATES KEY AUTHORITIES]} prints the
 * port and serves until it is killed.
 */
final class ServeFolder {
  private ServeFolder() {}

  public static void main(String... args)
      throws IOException, GeneralSecurityException, InterruptedException {
    var folder = Path.of(args[0]);
    boolean tcp = args[1].equals("tcp");
    var settings =
        new Settings(
            tcp
                ? Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                : Optional.empty(),
            tcp ? Optional.empty() : Optional.of(Path.of(args[1])),
            args.length > 2
                ? Optional.of(Tls.of(Path.of(args[2]), Path.of(args[3]), Path.of(args[4])))
                : Optional.empty(),
            Served.patient());
    var server = NbdServer.start(settings, ticket -> open(folder, ticket));
    System.out.println(server.address().map(InetSocketAddress::getPort).orElse(0));
    new CountDownLatch(1).await();
  }

  private static Optional<Export> open(Path folder, String ticket) throws IOException {
    if (!ticket.matches("[a-z0-9-]+") || !Files.exists(folder.resolve(ticket))) {
      return Optional.empty();
    }
    boolean readOnly = ticket.startsWith("ro-");
    return Optional.of(FileExport.of(folder.resolve(ticket), readOnly, false, Limits.NONE));
  }
}
