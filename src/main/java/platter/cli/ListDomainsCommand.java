package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter domain list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the domains.",
    footer = {
      "",
      "SOURCE is configuration (account.json or the file of --config: changed only there) or database.",
      "",
      "Example:  platter domain list"
    })
final class ListDomainsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListDomainsCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot list the domains", Accounts.DOMAINS);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("ID", "NAME", "STATE", "SOURCE");
    for (var one : reply.json().path("domains")) {
      table.row(
          one.path("id").asString(""),
          one.path("name").asString(""),
          one.path("state").asString(""),
          one.path("source").asString(""));
    }
    table.print(out);
    return 0;
  }
}
