package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter key …}. */
@Command(
    name = "key",
    description = "Look at the access keys; make, revoke and delete them, as an administrator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter key create --user bob --expires 90d"})
final class KeyCommand {
  private KeyCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new KeyCommand())
        .addSubcommand(new ListKeysCommand(new ServerOptions(environment)))
        .addSubcommand(new CreateKeyCommand(new ServerOptions(environment)))
        .addSubcommand(new RevokeKeyCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteKeyCommand(new ServerOptions(environment)));
  }
}
