package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter domain …}. */
@Command(
    name = "domain",
    description =
        "Look at the domains (accounts that own users and projects); make and delete them, as an administrator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter domain create acme"})
final class DomainCommand {
  private DomainCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new DomainCommand())
        .addSubcommand(new ListDomainsCommand(new ServerOptions(environment)))
        .addSubcommand(new CreateDomainCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteDomainCommand(new ServerOptions(environment)));
  }
}
