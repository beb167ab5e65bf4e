package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import platter.api.Answer;
import platter.api.Client;
import platter.driver.WrittenInOrder;

/** A volume of a running service, as a host has it: by its ticket, over NBD. */
final class AttachedVolume implements AutoCloseable {
  private static final int CHUNK_BYTES = 4 << 20;
  private static final int FLUSH_EVERY = 8;
  private static final String CLOUDSNAPSHOTS = "/v2/{project_id}/cloudsnapshots";

  private final String volume;
  private final NbdClient client;
  private int written;

  private AttachedVolume(String volume, NbdClient client) {
    this.volume = volume;
    this.client = client;
  }

  /** Attaches a volume, and connects. */
  static AttachedVolume of(Client caller, String volume) throws IOException {
    return connected(volume, attach(caller, volume));
  }

  /** Returns the attachment, which is attached. */
  static Answer attach(Client caller, String volume) {
    var version = Map.of("OpenStack-API-Version", "volume 3.44");
    var body =
        "{\"attachment\": {\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"h\"}}}"
            .formatted(volume);
    var attachments = "/v3/{project_id}/attachments";
    var made = caller.call("POST", attachments, body, version).is(202);
    var action = attachments + "/" + made.text("attachment.id") + "/action";
    caller.call("POST", action, "{\"os-complete\": null}", version).is(204);
    return made;
  }

  static AttachedVolume connected(String volume, Answer attachment) throws IOException {
    var info = "attachment.connection_info.";
    var address =
        new InetSocketAddress(attachment.text(info + "host"), attachment.at(info + "port").asInt());
    var client = NbdClient.connect(address).greet(3);
    assertThat(client.go(attachment.text(info + "export"))).isEqualTo(Protocol.REP_ACK);
    return new AttachedVolume(volume, client);
  }

  /** Fills it as {@link WrittenInOrder} wants it. */
  AttachedVolume filled() throws IOException {
    var before = WrittenInOrder.before();
    for (int at = 0; at < before.length; at += CHUNK_BYTES) {
      var chunk = Arrays.copyOfRange(before, at, at + CHUNK_BYTES);
      assertThat(client.write(0, at, chunk)).isZero();
    }
    client.flush();
    return this;
  }

  void write(long at, ByteBuffer block) throws IOException {
    var bytes = new byte[block.remaining()];
    block.get(bytes);
    assertThat(client.write(0, at, bytes)).isZero();
    if (++written % FLUSH_EVERY == 0) {
      client.flush();
    }
  }

  NbdClient client() {
    return client;
  }

  String id() {
    return volume;
  }

  static Answer snapshot(Client caller, String volume) {
    return caller
        .post(CLOUDSNAPSHOTS, "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
        .is(202);
  }

  static Answer show(Client caller, String snapshot) {
    return caller.get(CLOUDSNAPSHOTS + "/" + snapshot).is(200);
  }

  static String job(Answer answer) {
    return answer.header("X-Platter-Job").orElseThrow();
  }

  /** What lies on the storage under the id of a snapshot. */
  static WrittenInOrder.Reading content(Path storage, String snapshot) {
    var file =
        storage.resolve("snapshots/kept/" + snapshot.substring(34) + "/" + snapshot + ".raw");
    return (at, length) -> {
      var bytes = new byte[length];
      try (var read = new RandomAccessFile(file.toFile(), "r")) {
        read.seek(at);
        read.readFully(bytes);
      }
      return bytes;
    };
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
