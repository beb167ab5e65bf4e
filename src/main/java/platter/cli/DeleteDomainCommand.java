package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter domain delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a domain that has neither users nor projects.",
    footer = {"", "Example:  platter domain delete acme"})
final class DeleteDomainCommand implements Callable<Integer> {
  private static final String WISH = "the domain was not deleted";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DOMAIN", description = "Its id, or its name.")
  private String named = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteDomainCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).domainId(WISH, named);
    Accounts.told("domain", () -> api.delete(WISH, Accounts.DOMAINS + "/" + Api.encoded(id)));
    var out = spec.commandLine().getOut();
    out.println(output.json() ? "{}" : "Domain " + Table.printable(named) + " deleted.");
    return 0;
  }
}
