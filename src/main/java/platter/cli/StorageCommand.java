package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter storage …}. */
@Command(
    name = "storage",
    description = "Look at the storage of the service, as an operator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter storage show"})
final class StorageCommand {
  private StorageCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new StorageCommand())
        .addSubcommand(new ShowStorageCommand(new ServerOptions(environment)));
  }
}
