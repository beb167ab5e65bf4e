package platter.cli;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What the commands know of Cinder's attachments, and the lines by which a host opens one. */
final class Attachments {
  static final String PATH = "/v3/{project_id}/attachments";
  static final String MICROVERSION = "3.44";

  /** What virtio tells a guest of a disk's serial number. */
  private static final int SERIAL = 20;

  /** The end of an id that no other has: ids of the same minute begin alike. */
  private static final int TAIL = 12;

  /** Which client opens the volume on the host. */
  enum Client {
    qemu,
    libvirt,
    nbd_client,
    rbd,
    other;

    String wireName() {
      return name().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** As it is typed: with a dash. */
    @Override
    public String toString() {
      return wireName();
    }
  }

  /** How a host opens a volume, as the server says. */
  record Connection(JsonNode info) {
    String text(String name) {
      return info.path(name).asString("");
    }

    /** Under which a guest finds it. */
    String serial() {
      return end(SERIAL);
    }

    /** For a name in qemu. */
    String tail() {
      return end(TAIL);
    }

    private String end(int digits) {
      var id = text("volume_id").replace("-", "");
      return id.substring(id.length() - digits);
    }

    /** What follows the line of a blockdev. */
    String qemuDevice(String node) {
      return " -device virtio-blk-pci,drive=" + node + ",serial=" + serial();
    }
  }

  private Attachments() {}

  /** Those of a volume that is named by its id. */
  static List<JsonNode> of(Api api, String wish, String volume) {
    return api.versioned(
            wish,
            "GET",
            PATH + "/detail?volume_id=" + Api.encoded(volume),
            new byte[0],
            MICROVERSION)
        .json()
        .path("attachments")
        .valueStream()
        .toList();
  }

  /** For {@code qemu-system-…}: two options. */
  static String qemu(JsonNode connection) {
    var opened = new Connection(connection);
    var node = "platter-" + opened.tail();
    var line = new StringBuilder();
    if (connection.path("tls").asBoolean(false)) {
      line.append("-object tls-creds-x509,id=platter-tls,endpoint=client,dir=/etc/pki/qemu ");
    }
    line.append("-blockdev driver=nbd,node-name=").append(node);
    if (connection.has("host")) {
      line.append(",server.type=inet,server.host=")
          .append(text(connection, "host"))
          .append(",server.port=")
          .append(text(connection, "port"));
    } else {
      line.append(",server.type=unix,server.path=").append(text(connection, "socket"));
    }
    line.append(",export=").append(text(connection, "export"));
    if (connection.path("tls").asBoolean(false)) {
      line.append(",tls-creds=platter-tls");
    }
    line.append(",reconnect-delay=30,discard=unmap");
    if (isReadOnly(connection)) {
      line.append(",read-only=on");
    }
    return line.append(opened.qemuDevice(node)).toString();
  }

  private static boolean isReadOnly(JsonNode connection) {
    return text(connection, "access_mode").equals("ro");
  }

  private static String text(JsonNode connection, String name) {
    return connection.path(name).asString("");
  }

  /** The disk of a domain, for {@code virsh attach-device}. */
  static List<String> libvirt(JsonNode connection) {
    boolean tcp = connection.has("host");
    var host =
        tcp
            ? "<host name='%s' port='%s'/>"
                .formatted(escaped(text(connection, "host")), text(connection, "port"))
            : "<host transport='unix' socket='%s'/>".formatted(escaped(text(connection, "socket")));
    var tls = connection.path("tls").asBoolean(false) ? " tls='yes'" : "";
    return List.of(
        "<disk type='network' device='disk'>",
        "  <driver name='qemu' type='raw' discard='unmap'/>",
        "  <source protocol='nbd' name='%s'%s>".formatted(text(connection, "export"), tls),
        "    " + host,
        "    <reconnect delay='30'/>",
        "  </source>",
        "  <target dev='vdb' bus='virtio'/>",
        "  <serial>"
            + new Connection(connection).serial()
            + "</serial>"
            + (isReadOnly(connection) ? "<readonly/>" : ""),
        "</disk>");
  }

  /** For XML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }

  /** For a Linux host with the nbd module. */
  static String nbdClient(JsonNode connection) {
    var where =
        connection.has("host")
            ? text(connection, "host") + " " + text(connection, "port")
            : "-unix " + text(connection, "socket");
    var tls =
        connection.path("tls").asBoolean(false)
            ? " -enable-tls -certfile client-cert.pem -keyfile client-key.pem -cacertfile ca-cert.pem"
            : "";
    return "sudo nbd-client %s -N %s /dev/nbd0%s%s"
        .formatted(
            where, text(connection, "export"), isReadOnly(connection) ? " -readonly" : "", tls);
  }

  /** For tools of libnbd, such as {@code nbdinfo} and {@code nbdcopy}. */
  static String uri(JsonNode connection) {
    return connection.has("uri") ? text(connection, "uri") : text(connection, "socket_uri");
  }
}
