package platter.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The lines by which a host opens a volume that Platter's NBD server serves. */
final class NbdLines {
  private final Connection connection;

  NbdLines(JsonNode info) {
    connection = new Connection(info);
  }

  private boolean isTcp() {
    return connection.has("host");
  }

  /** For {@code qemu-system-…}: two options. */
  String qemu() {
    var line = new StringBuilder();
    if (connection.isTls()) {
      line.append("-object tls-creds-x509,id=platter-tls,endpoint=client,dir=/etc/pki/qemu ");
    }
    line.append("-blockdev driver=nbd,node-name=").append(connection.qemuNode());
    if (isTcp()) {
      line.append(",server.type=inet,server.host=")
          .append(connection.text("host"))
          .append(",server.port=")
          .append(connection.text("port"));
    } else {
      line.append(",server.type=unix,server.path=").append(connection.text("socket"));
    }
    line.append(",export=").append(connection.text("export"));
    if (connection.isTls()) {
      line.append(",tls-creds=platter-tls");
    }
    return line.append(",reconnect-delay=30,discard=unmap")
        .append(connection.ifReadOnly(",read-only=on"))
        .append(connection.qemuDevice())
        .toString();
  }

  /** The disk of a domain, for {@code virsh attach-device}. */
  List<String> libvirt() {
    var host =
        isTcp()
            ? "<host name='%s' port='%s'/>"
                .formatted(connection.escaped("host"), connection.escaped("port"))
            : "<host transport='unix' socket='%s'/>".formatted(connection.escaped("socket"));
    return List.of(
        "<disk type='network' device='disk'>",
        "  <driver name='qemu' type='raw' discard='unmap'/>",
        "  <source protocol='nbd' name='%s'%s>"
            .formatted(connection.escaped("export"), connection.isTls() ? " tls='yes'" : ""),
        "    " + host,
        "    <reconnect delay='30'/>",
        "  </source>",
        "  <target dev='vdb' bus='virtio'/>",
        "  <serial>" + connection.serial() + "</serial>" + connection.ifReadOnly("<readonly/>"),
        "</disk>");
  }

  /** For a Linux host with the nbd module. */
  String kernel() {
    var where =
        isTcp()
            ? connection.text("host") + " " + connection.text("port")
            : "-unix " + connection.text("socket");
    var tls =
        connection.isTls()
            ? " -enable-tls -certfile client-cert.pem -keyfile client-key.pem -cacertfile ca-cert.pem"
            : "";
    return "sudo nbd-client %s -N %s /dev/nbd0%s%s"
        .formatted(where, connection.text("export"), connection.ifReadOnly(" -readonly"), tls);
  }

  /** For tools of libnbd, such as {@code nbdinfo} and {@code nbdcopy}. */
  String uri() {
    return connection.text(connection.has("uri") ? "uri" : "socket_uri");
  }
}
