package platter.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter user …}. */
@Command(
    name = "user",
    description = "Look at the users; make, change and delete them, as an administrator.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter user create bob --project region-1"})
final class UserCommand {
  private UserCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new UserCommand())
        .addSubcommand(new ListUsersCommand(new ServerOptions(environment)))
        .addSubcommand(new CreateUserCommand(new ServerOptions(environment)))
        .addSubcommand(new ShowUserCommand(new ServerOptions(environment)))
        .addSubcommand(new SetUserCommand(new ServerOptions(environment)))
        .addSubcommand(new PasswordCommand(new ServerOptions(environment)))
        .addSubcommand(new DeleteUserCommand(new ServerOptions(environment)));
  }
}
