package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter key delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete an access key; it is refused from then on.",
    footer = {"", "Example:  platter key delete QWERTYUIOPASDFGHJKLZ"})
final class DeleteKeyCommand implements Callable<Integer> {
  private static final String WISH = "the access key was not deleted";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ACCESS_KEY", description = "The access key.")
  private String named = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteKeyCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = named;
    Accounts.told("key", () -> api.delete(WISH, Accounts.KEYS + "/" + Api.encoded(id)));
    var out = spec.commandLine().getOut();
    out.println(output.json() ? "{}" : "Access key " + Table.printable(named) + " deleted.");
    return 0;
  }
}
