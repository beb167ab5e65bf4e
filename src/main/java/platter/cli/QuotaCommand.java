package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter quota …}. */
@Command(
    name = "quota",
    description = "Show what a project may have and has; set it, as an operator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter quota show"})
final class QuotaCommand {
  private QuotaCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new QuotaCommand())
        .addSubcommand(new ShowQuotaCommand(new ServerOptions(environment)))
        .addSubcommand(new SetQuotaCommand(new ServerOptions(environment)))
        .addSubcommand(new ResetQuotaCommand(new ServerOptions(environment)));
  }
}
