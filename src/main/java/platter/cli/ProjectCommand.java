package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter project …}. */
@Command(
    name = "project",
    description = "Look at the projects; make and delete them, as an administrator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter project create team-a"})
final class ProjectCommand {
  private ProjectCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new ProjectCommand())
        .addSubcommand(new ListProjectsCommand(new ServerOptions(environment)))
        .addSubcommand(new CreateProjectCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteProjectCommand(new ServerOptions(environment)));
  }
}
