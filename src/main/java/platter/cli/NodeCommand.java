package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter node …}. */
@Command(
    name = "node",
    description = "Look at the nodes of the service, as an operator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter node list"})
final class NodeCommand {
  private NodeCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new NodeCommand())
        .addSubcommand(new ListNodesCommand(new ServerOptions(environment)));
  }
}
