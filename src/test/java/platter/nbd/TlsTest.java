package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final int SIZE = 4_000_000;
  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir Path folder;

  /** A key with a certificate that it signed itself, made by the JDK's keytool. */
  private KeyStore identity(String name) throws Exception {
    var store = folder.resolve(name + ".p12");
    var made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    assertThat(made.waitFor()).isZero();
    return KeyStore.getInstance(store.toFile(), PASSWORD);
  }

  private Path pem(String name, String kind, byte[] bytes) throws IOException {
    var text = Base64.getMimeEncoder().encodeToString(bytes);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  private Tls tls(KeyStore server, KeyStore client) throws Exception {
    return Tls.of(
        pem("server.pem", "CERTIFICATE", server.getCertificate("server").getEncoded()),
        pem("key.pem", "PRIVATE KEY", server.getKey("server", PASSWORD).getEncoded()),
        pem("clients.pem", "CERTIFICATE", client.getCertificate("client").getEncoded()));
  }

  private static SSLContext context(KeyStore own, KeyStore trusted)
      throws GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void overTlsAllIsTheSameAndBeforeItNothingIsTold() throws Exception {
    var server = identity("server");
    var client = identity("client");
    try (var served = new Served(folder, Served.patient(), Optional.of(tls(server, client)))) {
      served.file("ticket", SIZE);
      try (var connection = NbdClient.connect(served.server).greet(3)) {
        for (int option : new int[] {2 + 1, 6, 8, 9, 4711}) {
          assertThat(connection.ask(option, NbdClient.wanted("ticket")).type())
              .isEqualTo(Protocol.REP_ERR_TLS_REQD);
        }
        assertThat(connection.go("ticket")).isEqualTo(Protocol.REP_ERR_TLS_REQD);
        connection.startTls(context(client, server));
        assertThat(connection.ask(Protocol.OPT_STARTTLS).type())
            .isEqualTo(Protocol.REP_ERR_INVALID);
        connection.agreeAllocation("ticket");
        assertThat(connection.go("ticket")).isEqualTo(Protocol.REP_ACK);
        var random = new Random(1);
        for (int length : new int[] {1, 4096, 16_385, 100_000, 2_000_000}) {
          var data = new byte[length];
          random.nextBytes(data);
          assertThat(connection.write(Protocol.CMD_FLAG_FUA, 77, data)).isZero();
          assertThat(connection.read(77, length)).isEqualTo(data);
        }
        served.server.drop("ticket");
        assertThat(connection.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aClientWithoutACertificateOrWithAnothersIsNotLetIn() throws Exception {
    var server = identity("server");
    var client = identity("client");
    var stranger = identity("stranger");
    var none = KeyStore.getInstance("PKCS12");
    none.load(null, null);
    try (var served = new Served(folder, Served.patient(), Optional.of(tls(server, client)))) {
      served.file("ticket", SIZE);
      for (var own : new KeyStore[] {stranger, none}) {
        try (var connection = NbdClient.connect(served.server).greet(3)) {
          assertThatThrownBy(
                  () -> {
                    connection.startTls(context(own, server));
                    connection.go("ticket");
                  })
              .isInstanceOf(IOException.class);
        }
      }
      try (var connection = NbdClient.connect(served.server).greet(3)) {
        connection.option(Protocol.OPT_STARTTLS);
        assertThat(connection.optionReply().type()).isEqualTo(Protocol.REP_ACK);
        connection.raw(new byte[1000]); // no TLS
        assertThat(connection.isEnded()).isTrue();
      }
    }
  }

  /** Sends what is written while it holds all at once, when it lets go. */
  private static final class Holding extends Socket {
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean holds;

    void hold() {
      holds = true;
    }

    void letGo() throws IOException {
      holds = false;
      super.getOutputStream().write(held.toByteArray());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      var real = super.getOutputStream();
      return new OutputStream() {
        @Override
        public void write(int one) throws IOException {
          write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          (holds ? held : real).write(bytes, from, length);
        }
      };
    }
  }

  @Test
  void aRequestThatComesTogetherWithNewKeysIsAnswered() throws Exception {
    var server = identity("server");
    var client = identity("client");
    try (var served = new Served(folder, Served.patient(), Optional.of(tls(server, client)));
        var socket = new Holding()) {
      served.file("ticket", SIZE);
      try (var connection =
          NbdClient.connect(socket, served.server.address().orElseThrow()).greet(3)) {
        connection.startTls(context(client, server));
        assertThat(connection.go("ticket")).isEqualTo(Protocol.REP_ACK);
        assertThat(connection.read(0, 10)).containsOnly(0);
        socket.hold();
        connection.renewKeys();
        assertThat(socket.held.size()).as("the wish for new keys").isPositive();
        connection.send(0, Protocol.CMD_READ, 7, 0, 10);
        socket.letGo();
        assertThat(connection.reply(Protocol.CMD_READ, 0, 10).cookie()).isEqualTo(7);
        assertThat(connection.read(0, 100_000)).containsOnly(0);
      }
    }
  }

  @Test
  void withoutTlsOnlyLoopbackIsServed() {
    assertThatThrownBy(
            () ->
                new NbdServer.Settings(
                    Optional.of(new InetSocketAddress("0.0.0.0", 0)),
                    Optional.empty(),
                    Optional.empty(),
                    Bounds.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs TLS");
  }
}
