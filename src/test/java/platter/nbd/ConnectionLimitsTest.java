package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.Protocol.*;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is held to, by what its connections do. */
class ConnectionLimitsTest {
  private static final int SIZE = 8 << 20;

  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void start() throws IOException {
    served = Served.in(folder);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private void serve(String ticket, Export export) {
    served.exports.put(ticket, _ -> Optional.of(export));
  }

  @Test
  void theLimitsOfATicketHoldForAllItsConnectionsTogether() throws IOException {
    served.file("limited", SIZE, false, new Limits(500, 0));
    long began = System.nanoTime();
    try (var one = NbdClient.open(served.server, "limited");
        var other = NbdClient.open(served.server, "limited")) {
      for (int i = 0; i < 100; i++) {
        assertThat(one.read(0, 1)).hasSize(1);
        assertThat(other.read(0, 1)).hasSize(1);
      }
    }
    // 50 at once, and one in two milliseconds after them; the last two are not waited for
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(280));
  }

  @Test
  void whoComesBackPaysFirstWhatHeOwes() throws IOException {
    served.file("limited", SIZE, false, new Limits(10, 0));
    long began = System.nanoTime();
    for (int i = 0; i < 6; i++) {
      try (var client = NbdClient.open(served.server, "limited")) {
        assertThat(client.read(0, 1)).hasSize(1);
      }
    }
    // one at once, one on credit, and one in 100 milliseconds after them
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(390));
  }

  @Test
  void otherLimitsHoldForWhoIsConnected() throws IOException {
    var limits = new AtomicReference<>(Limits.NONE);
    serve(
        "odd",
        new Odd() {
          @Override
          public Limits limits() {
            return limits.get();
          }
        });
    served.server.limited("nobody");
    try (var client = NbdClient.open(served.server, "odd")) {
      assertThat(client.read(0, 1)).hasSize(1);
      limits.set(new Limits(100, 0));
      served.server.limited("odd");
      long began = System.nanoTime();
      for (int i = 0; i < 60; i++) {
        assertThat(client.read(0, 1)).hasSize(1);
      }
      // 10 at once, and one in 10 milliseconds after them; the last one is not waited for
      assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(480));

      limits.set(new Limits(0, 1));
      served.server.limited("odd");
      assertThat(client.read(0, 3 << 20)).as("on credit of a month").hasSize(3 << 20);
      client.send(0, CMD_READ, 5, 0, 1);
      limits.set(Limits.NONE);
      served.server.limited("odd");
      assertThat(client.reply(CMD_READ, 0, 1).cookie()).isEqualTo(5);
    }
  }
}
