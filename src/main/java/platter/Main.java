package platter;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code platter}: one program with commands. */
@Command(
    mixinStandardHelpOptions = true,
    name = "platter",
    description = "An Elastic Volume Service that you run yourself.",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit: 0 done, 1 refused or failed, 2 wrong usage, 3 server not reachable."})
final class Main {
  /** The jar's version, or that of a build that was not packaged. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"platter " + (version == null ? "(not packaged)" : version)};
    }
  }

  private Main() {}

  static CommandLine commandLine() {
    return new CommandLine(new Main()).addSubcommand(new ServerCommand());
  }

  public static void main(String[] args) {
    int exit = commandLine().execute(args.length == 0 ? new String[] {"--help"} : args);
    System.exit(exit);
  }
}
