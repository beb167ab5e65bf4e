package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter type …}. */
@Command(
    name = "type",
    description = "Look at the types that a volume may have.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter type list"})
final class TypeCommand {
  private TypeCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new TypeCommand())
        .addSubcommand(new ListTypesCommand(new ServerOptions(environment)));
  }
}
