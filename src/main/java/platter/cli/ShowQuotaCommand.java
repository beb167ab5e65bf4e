package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter quota show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show what a project has of each thing, and what it may have.",
    footer = {
      "",
      "Without -o json: only where something is in use or there is a limit, beside the usual ones.",
      "",
      "Example:  platter quota show"
    })
final class ShowQuotaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private QuotaSet quotas = new QuotaSet();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowQuotaCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = quotas.get(server.api());
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      QuotaSet.print(reply.json(), out);
    }
    return 0;
  }
}
