package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter project delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a project that owns no volumes and no snapshots.",
    footer = {
      "",
      "Its users stay, and are in it no more. What is in its recycle bin counts too.",
      "",
      "Example:  platter project delete team-a"
    })
final class DeleteProjectCommand implements Callable<Integer> {
  private static final String WISH = "the project was not deleted";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PROJECT",
      description = "Its id, its name if no other has it, or DOMAIN/NAME.")
  private String named = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteProjectCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).projectId(WISH, named);
    Accounts.told("project", () -> api.delete(WISH, Accounts.PROJECTS + "/" + Api.encoded(id)));
    var out = spec.commandLine().getOut();
    out.println(output.json() ? "{}" : "Project " + Table.printable(named) + " deleted.");
    return 0;
  }
}
