package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter project list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the projects.",
    footer = {
      "",
      "SOURCE is configuration (account.json or the file of --config: changed only there) or database.",
      "",
      "Example:  platter project list"
    })
final class ListProjectsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListProjectsCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot list the projects", Accounts.PROJECTS);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("ID", "NAME", "DOMAIN", "STATE", "SOURCE");
    for (var one : reply.json().path("projects")) {
      table.row(
          one.path("id").asString(""),
          one.path("name").asString(""),
          one.path("domain").asString(""),
          one.path("state").asString(""),
          one.path("source").asString(""));
    }
    table.print(out);
    return 0;
  }
}
