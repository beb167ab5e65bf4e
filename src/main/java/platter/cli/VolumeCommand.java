package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter volume …}. */
@Command(
    name = "volume",
    description = "Create, list, show, extend, retype, attach, detach and delete volumes.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter volume create --name db-1 --size 40"})
final class VolumeCommand {
  private VolumeCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new VolumeCommand())
        .addSubcommand(new CreateVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new ListVolumesCommand(new ServerOptions(environment)))
        .addSubcommand(new ShowVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new ExtendVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new RetypeVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new AttachVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new DetachVolumeCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteVolumesCommand(new ServerOptions(environment)));
  }
}
