package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter snapshot …}. */
@Command(
    name = "snapshot",
    description = "Create, list, show, roll back and delete snapshots.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A volume of a snapshot:  platter volume create --size 40 --snapshot before-upgrade",
      "",
      "Example:  platter snapshot create db-1 --name before-upgrade"
    })
final class SnapshotCommand {
  private SnapshotCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new SnapshotCommand())
        .addSubcommand(new CreateSnapshotCommand(new ServerOptions(environment)))
        .addSubcommand(new ListSnapshotsCommand(new ServerOptions(environment)))
        .addSubcommand(new ShowSnapshotCommand(new ServerOptions(environment)))
        .addSubcommand(new RollbackSnapshotCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteSnapshotCommand(new ServerOptions(environment)));
  }
}
