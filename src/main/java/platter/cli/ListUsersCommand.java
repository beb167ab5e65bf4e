package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter user list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the users.",
    footer = {
      "",
      "STATE is active, disabled, or ignored: the configuration has another one of this name.",
      "SOURCE is configuration (account.json or the file of --config: changed only there) or database.",
      "",
      "Example:  platter user list"
    })
final class ListUsersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListUsersCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot list the users", Accounts.USERS);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("ID", "NAME", "DOMAIN", "ROLE", "PROJECTS", "STATE", "SOURCE");
    for (var one : reply.json().path("users")) {
      table.row(
          one.path("id").asString(""),
          one.path("name").asString(""),
          one.path("domain").asString(""),
          one.path("role").asString(""),
          Accounts.projects(one),
          one.path("state").asString(""),
          one.path("source").asString(""));
    }
    table.print(out);
    return 0;
  }
}
