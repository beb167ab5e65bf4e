package platter.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The door: the commands of the client, and how they tell errors. */
public final class Commands {
  private static final int LAST = 200;

  private Commands() {}

  /** The commands by themselves, to be put below {@code platter}. */
  public static List<CommandLine> all(Map<String, String> environment) {
    return List.of(
        withHelp(VolumeCommand.commandLine(environment)),
        withHelp(SnapshotCommand.commandLine(environment)),
        withHelp(JobCommand.commandLine(environment)),
        withHelp(TypeCommand.commandLine(environment)),
        withHelp(QuotaCommand.commandLine(environment)),
        withHelp(NodeCommand.commandLine(environment)),
        withHelp(StorageCommand.commandLine(environment)),
        withHelp(DomainCommand.commandLine(environment)),
        withHelp(ProjectCommand.commandLine(environment)),
        withHelp(UserCommand.commandLine(environment)),
        withHelp(KeyCommand.commandLine(environment)),
        withHelp(new CommandLine(new EnvCommand(new ServerOptions(environment)))));
  }

  /** Adds the option to the command and those below; a version is that of the program only. */
  public static CommandLine withHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .order(LAST)
                .description("Show this help.")
                .build());
    command.getSubcommands().values().forEach(Commands::withHelp);
    return command;
  }

  /** To be called when all commands are in: errors as sentences, on the error stream. */
  public static CommandLine tellErrors(CommandLine main) {
    return main.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Commands::wrongUsage)
        .setExecutionExceptionHandler(
            (e, commandLine, _) -> {
              if (e instanceof CliException told) {
                return tell(commandLine.getErr(), told);
              }
              throw e;
            });
  }

  static int tell(PrintWriter err, CliException e) {
    err.println(e.text());
    err.flush();
    return e.exit();
  }

  /** The message, what was perhaps meant, and where help is; not the whole help. */
  private static int wrongUsage(ParameterException e, String[] args) {
    var commandLine = e.getCommandLine();
    var err = commandLine.getErr();
    var message = "platter: " + Table.printable(String.valueOf(e.getMessage()));
    Sheet.wrapped(message, Sheet.WIDTH).forEach(err::println);
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println(
        "Try '" + commandLine.getCommandSpec().qualifiedName() + " --help' for more information.");
    err.flush();
    return CliException.WRONG_USAGE;
  }
}
