package platter.cli;

import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * The lines by which a host opens an image of a Ceph pool itself. It needs the cluster's
 * configuration and the key of the user, which are the operator's to give.
 */
final class CephLines {
  private final Connection connection;
  private final String pool;
  private final String namespace;
  private final String image;
  private final String user;

  CephLines(JsonNode info) {
    connection = new Connection(info);
    var name = connection.text("name").split("/", -1);
    pool = name[0];
    namespace = name.length > 2 ? name[1] : "";
    image = name[name.length - 1];
    user = connection.text("auth_username");
  }

  private record Monitor(String host, String port) {}

  private List<Monitor> monitors() {
    var hosts = connection.info().path("hosts");
    var ports = connection.info().path("ports");
    return IntStream.range(0, hosts.size())
        .mapToObj(i -> new Monitor(hosts.path(i).asString(""), ports.path(i).asString("")))
        .toList();
  }

  /** For {@code qemu-system-…}: two options. */
  String qemu() {
    var line = new StringBuilder("-blockdev driver=rbd,node-name=").append(connection.qemuNode());
    line.append(",pool=").append(pool);
    if (!namespace.isEmpty()) {
      line.append(",namespace=").append(namespace);
    }
    line.append(",image=").append(image).append(",user=").append(user);
    var monitors = monitors();
    for (int i = 0; i < monitors.size(); i++) {
      var host = monitors.get(i).host().replaceAll("[\\[\\]]", "");
      line.append(
          ",server.%d.host=%s,server.%d.port=%s".formatted(i, host, i, monitors.get(i).port()));
    }
    return line.append(",discard=unmap").append(connection.qemuDevice()).toString();
  }

  /** The disk of a domain, for {@code virsh attach-device}. */
  List<String> libvirt() {
    var hosts =
        monitors().stream()
            .map(
                one ->
                    "<host name='%s' port='%s'/>"
                        .formatted(Connection.escape(one.host()), one.port()))
            .toList();
    return List.of(
        "<disk type='network' device='disk'>",
        "  <driver name='qemu' type='raw' discard='unmap'/>",
        "  <auth username='%s'><secret type='ceph' usage='client.%s'/></auth>"
            .formatted(Connection.escape(user), Connection.escape(user)),
        "  <source protocol='rbd' name='%s'>".formatted(connection.escaped("name")),
        "    " + String.join("", hosts),
        "  </source>",
        "  <target dev='vdb' bus='virtio'/>",
        "  <serial>" + connection.serial() + "</serial>",
        "</disk>");
  }

  /** For a Linux host with the rbd module. */
  String kernel() {
    return "sudo rbd map %s --id %s".formatted(connection.text("name"), user);
  }
}
