package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code platter storage show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show how full the storage is, and what it has promised.",
    footer = {
      "",
      "provisioned: the sizes of all volumes together; used: what they take of the storage now.",
      "",
      "Example:  platter storage show"
    })
final class ShowStorageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowStorageCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot show the storage", "/platter/v1/storage");
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      table(reply.json().path("storage")).print(out);
    }
    return 0;
  }

  private static Table table(JsonNode storage) {
    var table = new Table("FIELD", "VALUE");
    table.row("total", Bytes.text(storage.path("total_bytes")));
    table.row("free", Bytes.text(storage.path("free_bytes")));
    table.row(
        "reserved",
        Bytes.text(storage.path("reserved_bytes"))
            + ", "
            + storage.path("storage_reserved_percent").asString("")
            + " %");
    table.row("provisioned", Bytes.text(storage.path("provisioned_bytes")));
    table.row("may provision", Bytes.text(storage.path("may_provision_bytes")));
    table.row("volumes", storage.path("volumes").asString(""));
    table.row("used by volumes", Bytes.text(storage.path("volumes_used_bytes")));
    table.row("snapshots", storage.path("snapshots").asString(""));
    table.row("used by snapshots", Bytes.text(storage.path("snapshots_used_bytes")));
    table.row("being freed", storage.path("deleted").asString(""));
    table.row("as of", storage.path("as_of").asString(""));
    return table;
  }
}
