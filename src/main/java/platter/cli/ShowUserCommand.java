package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter user show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show one user.",
    footer = {"", "Example:  platter user show bob"})
final class ShowUserCommand implements Callable<Integer> {
  private static final String WISH = "cannot show the user";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "USER",
      description = "The id, the name if no other has it, or DOMAIN/NAME.")
  private String user = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowUserCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).userId(WISH, user);
    var reply = Accounts.told("user", () -> api.get(WISH, Accounts.USERS + "/" + Api.encoded(id)));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      Accounts.details(reply.json().path("user")).print(out);
    }
    return 0;
  }
}
