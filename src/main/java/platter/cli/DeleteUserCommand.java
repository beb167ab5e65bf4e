package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter user delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a user, with all access keys; tokens end at once.",
    footer = {"", "What the user made stays.", "", "Example:  platter user delete bob"})
final class DeleteUserCommand implements Callable<Integer> {
  private static final String WISH = "the user was not deleted";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "USER",
      description = "Its id, its name if no other has it, or DOMAIN/NAME.")
  private String named = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteUserCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).userId(WISH, named);
    Accounts.told("user", () -> api.delete(WISH, Accounts.USERS + "/" + Api.encoded(id)));
    var out = spec.commandLine().getOut();
    out.println(output.json() ? "{}" : "User " + Table.printable(named) + " deleted.");
    return 0;
  }
}
