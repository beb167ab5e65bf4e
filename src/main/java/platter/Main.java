package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import platter.cli.Commands;
import platter.cli.ServerOptions;

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
    return commandLine(System.getenv());
  }

  /**
   * @param environment the variables that the client commands look at
   */
  static CommandLine commandLine(Map<String, String> environment) {
    var main =
        new CommandLine(new Main())
            .addSubcommand(new ServerCommand())
            .addSubcommand(new RehearseCommand());
    Commands.all(environment).forEach(main::addSubcommand);
    var verify = new VerifyCommand(new ServerOptions(environment), environment);
    main.addSubcommand(Commands.withHelp(new CommandLine(verify)));
    return Commands.tellErrors(main);
  }

  public static void main(String[] args) {
    var commandLine = commandLine();
    // JSON is UTF-8, and names are, whatever the locale
    commandLine.setOut(new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8));
    commandLine.setErr(new PrintWriter(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    System.exit(commandLine.execute(args.length == 0 ? new String[] {"--help"} : args));
  }
}
