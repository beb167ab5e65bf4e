package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter quota reset}. */
@Command(
    name = "reset",
    sortOptions = false,
    description = "Give a project the limits of the server's settings again, as an operator.",
    footer = {"", "Example:  platter quota reset"})
final class ResetQuotaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private QuotaSet quotas = new QuotaSet();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ResetQuotaCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    api.delete("the limits were not reset", quotas.path());
    var reply = quotas.get(api);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      QuotaSet.print(reply.json(), out);
    }
    return 0;
  }
}
