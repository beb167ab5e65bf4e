package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.Cli;
import platter.TestServer;

/** {@code platter volume attach} and {@code detach}. */
class AttachCommandsTest {
  private TestServer server = TestServer.start();
  private Cli alice = Cli.alice(server);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void attachPrintsReadyLinesForEachClient() {
    var id = server.alice().volume("db", 10);
    var said = alice.run("volume", "attach", "db", "--host", "h1", "--device", "/dev/vdb").exits(0);
    var shown =
        server
            .alice()
            .get("/v2/{project_id}/cloudvolumes/" + id)
            .has("volume.status", "in-use")
            .has("volume.attachments[0].host_name", "h1")
            .has("volume.attachments[0].device", "/dev/vdb")
            .hasNull("volume.attachments[0].server_id");
    var lines = said.lines();
    assertThat(lines.getFirst())
        .isEqualTo("Attached: " + shown.text("volume.attachments[0].attachment_id"));
    var node = "platter-" + id.substring(24);
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "  -blockdev driver=nbd,node-name="
                            + node
                            + ",server.type=inet,server.host=127.0.0.1,server.port=\\d+"
                            + ",export=[0-9a-f]{40},reconnect-delay=30,discard=unmap"
                            + " -device virtio-blk-pci,drive="
                            + node
                            + ",serial="
                            + id.replace("-", "").substring(12)))
        .anySatisfy(
            line -> assertThat(line).matches("  +<source protocol='nbd' name='[0-9a-f]{40}'>"))
        .anySatisfy(line -> assertThat(line).matches("  +<host name='127.0.0.1' port='\\d+'/>"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("  sudo nbd-client 127.0.0.1 \\d+ -N [0-9a-f]{40} /dev/nbd0"))
        .anySatisfy(line -> assertThat(line).matches("  nbd://127\\.0\\.0\\.1:\\d+/[0-9a-f]{40}"));

    alice.run("volume", "attach", "db").exits(1);
    assertThat(alice.run("volume", "detach", "db").exits(0).out()).startsWith("Detached: ");
    assertThat(server.alice().statusOf(id)).isEqualTo("available");
    assertThat(alice.run("volume", "detach", "db").exits(1).err()).contains("it is not attached");
  }

  @Test
  void oneClientGetsItsLineAloneAndJsonIsTheServersOwn() {
    var id = server.alice().volume("db", 10);
    var qemu = alice.run("volume", "attach", "db", "--client", "qemu", "--read-only").exits(0);
    assertThat(qemu.out()).contains(",read-only=on").doesNotContain("nbd-client", "libvirt");
    assertThat(alice.run("volume", "extend", "db", "20").exits(0).err()).contains("block_resize");
    alice.run("volume", "detach", "db", "--cut").exits(0);
    var json =
        alice
            .run("volume", "attach", id, "--client", "nbd-client", "-o", "json")
            .exits(0)
            .json()
            .path("attachment");
    assertThat(json.path("status").asString("")).isEqualTo("attached");
    assertThat(json.at("/connection_info/client").asString("")).isEqualTo("nbd-client");
    assertThat(json.at("/connection_info/export").asString("")).hasSize(40);
    assertThat(alice.run("volume", "detach", id, "-o", "json").exits(0).json().path("attachments"))
        .isEmpty();
    assertThat(alice.run("volume", "attach", "db", "--client", "windows").exits(2).err())
        .containsIgnoringWhitespaces("one of qemu, libvirt, nbd-client, rbd, other, not windows");
  }

  @Test
  void detachWaitsForTheClientAndCutDoesNot() throws IOException {
    server.alice().volume("db", 10);
    var ticket =
        alice
            .run("volume", "attach", "db", "-o", "json")
            .exits(0)
            .json()
            .at("/attachment/connection_info/export")
            .asString("");
    try (var export = server.open(ticket).orElseThrow()) {
      var refused = alice.run("volume", "detach", "db", "--wait", "0").exits(1);
      assertThat(refused.err()).contains("is connected").contains("--cut");
      assertThat(export.size()).isEqualTo(10L << 30);
      alice.run("volume", "detach", "db", "--cut").exits(0);
    }
    assertThat(server.open(ticket)).isEmpty();
  }

  @Test
  void aSocketAloneIsWhereTheLinesPoint(@TempDir Path folder) {
    stop();
    var socket = folder.resolve("nbd.sock");
    server = TestServer.with(Map.of("nbd_listen", "off", "nbd_socket", socket.toString())).run();
    alice = Cli.alice(server);
    server.alice().volume("db", 10);
    var said = alice.run("volume", "attach", "db").exits(0);
    assertThat(said.out())
        .contains("server.type=unix,server.path=" + socket + ",export=")
        .contains("<host transport='unix' socket='" + socket + "'/>")
        .contains("sudo nbd-client -unix " + socket + " -N ")
        .contains("nbd+unix:///")
        .contains("?socket=" + socket);
  }

  @Test
  void thePortStaysThatOfTheFirstStart() throws IOException {
    try (var _ = new NoUsualPort();
        var own = TestServer.start()) {
      own.alice().volume("db", 10);
      var port = Files.readString(own.data().resolve("nbd-node-1.port")).strip();
      own.stop();
      own.run();
      assertThat(Cli.alice(own).run("volume", "attach", "db").exits(0).out())
          .contains("nbd://127.0.0.1:" + port + "/");
    }
  }

  /** Nobody gets the port of NBD, so a server has one that nobody else asks for. */
  private static final class NoUsualPort implements AutoCloseable {
    private final ServerSocket taken = new ServerSocket();

    NoUsualPort() throws IOException {
      try {
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 10809));
      } catch (BindException _) { // another server has it already
        taken.close();
      }
    }

    @Override
    public void close() throws IOException {
      taken.close();
    }
  }
}
