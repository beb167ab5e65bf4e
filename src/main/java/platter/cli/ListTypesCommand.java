package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter type list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the types of volumes and the zones that have them.",
    footer = {
      "",
      "With -o json: the answer of GET /v2/{project_id}/types.",
      "",
      "Example:  platter type list"
    })
final class ListTypesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListTypesCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot list the types", "/v2/{project_id}/types");
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("TYPE", "DESCRIPTION", "ZONES", "SOLD OUT IN");
    for (var type : reply.json().path("volume_types")) {
      var specs = type.path("extra_specs");
      table.row(
          type.path("name").asString(""),
          type.path("description").asString(""),
          specs.path("RESKEY:availability_zones").asString(""),
          specs.path("os-vendor-extended:sold_out_availability_zones").asString(""));
    }
    table.print(out);
    return 0;
  }
}
