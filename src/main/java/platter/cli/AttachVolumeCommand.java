package platter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** {@code platter volume attach}. */
@Command(
    name = "attach",
    sortOptions = false,
    description = "Attach a volume, and print the lines by which a host opens it.",
    footer = {
      "",
      "Whoever has the lines can open the volume, until it is detached.",
      "With -o json: the attachment as the server shows it, with connection_info.",
      "",
      "Example:  platter volume attach db-1 --client qemu"
    })
final class AttachVolumeCommand implements Callable<Integer> {
  private static final String WISH = "the volume was not attached";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VOLUME", description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Option(names = "--read-only", order = 1, description = "The host cannot write.")
  private boolean readOnly;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      order = 2,
      converter = Attachments.Client.Reader.class,
      description =
          "What opens it: qemu, libvirt, nbd-client, rbd (the host opens the image of the Ceph pool"
              + " itself) or other. Then only its line is printed, and the server knows how it learns"
              + " that the volume has grown.")
  private Attachments.@Nullable Client client;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      order = 3,
      description = "Where, for those who look at the volume. Default: this host")
  private @Nullable String host;

  @Option(
      names = "--server",
      paramLabel = "UUID",
      order = 4,
      description = "The virtual machine, for those who look at the volume.")
  private @Nullable String server;

  @Option(
      names = "--device",
      paramLabel = "PATH",
      order = 5,
      description = "Where the host sees it, such as /dev/vdb.")
  private @Nullable String device;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions options;

  AttachVolumeCommand(ServerOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    var api = options.api();
    var id = new Volumes(api).idOf(WISH, volume);
    var made =
        api.versioned(WISH, "POST", Attachments.PATH, body(id), Attachments.MICROVERSION)
            .json()
            .at("/attachment/id")
            .asString("");
    var path = Attachments.PATH + "/" + Api.encoded(made);
    api.versioned(
        "the volume is attaching, and was not said to be attached",
        "POST",
        path + "/action",
        "{\"os-complete\": null}".getBytes(UTF_8),
        Attachments.MICROVERSION);
    var reply = api.versioned(WISH, "GET", path, new byte[0], Attachments.MICROVERSION);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      print(out, reply.json().path("attachment"));
    }
    out.flush();
    return 0;
  }

  private byte[] body(String id) {
    return Json.write(
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("attachment");
          g.writeStringProperty("volume_uuid", id);
          if (server != null) {
            g.writeStringProperty("instance_uuid", server);
          }
          g.writeObjectPropertyStart("connector");
          g.writeStringProperty("host", host == null ? thisHost() : host);
          g.writeStringProperty("mode", readOnly ? "ro" : "rw");
          if (device != null) {
            g.writeStringProperty("mountpoint", device);
          }
          g.writeStringProperty(
              "client", (client == null ? Attachments.Client.OTHER : client).wireName());
          g.writeEndObject();
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private void print(PrintWriter out, JsonNode attachment) {
    var connection = attachment.path("connection_info");
    out.println("Attached: " + attachment.path("id").asString(""));
    if (client == Attachments.Client.RBD) {
      var ceph = new CephLines(connection);
      section(out, "qemu", ceph.qemu());
      section(out, "libvirt (with the key as its secret)", ceph.libvirt().toArray(String[]::new));
      section(out, "Linux", ceph.kernel());
      return;
    }
    var lines = new NbdLines(connection);
    if (client == null || client == Attachments.Client.QEMU) {
      section(out, "qemu", lines.qemu());
    }
    if (client == null || client == Attachments.Client.LIBVIRT) {
      section(out, "libvirt", lines.libvirt().toArray(String[]::new));
    }
    if (client == null || client == Attachments.Client.NBD_CLIENT) {
      section(out, "nbd-client", lines.kernel());
    }
    if (client == null || client == Attachments.Client.OTHER) {
      section(out, "nbdinfo, nbdcopy", lines.uri());
    }
  }

  private static void section(PrintWriter out, String title, String... lines) {
    out.println();
    out.println(title + ":");
    for (var line : lines) {
      out.println("  " + Table.printable(line));
    }
  }
}
