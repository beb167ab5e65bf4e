package platter.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter env}. */
@Command(
    name = "env",
    sortOptions = false,
    description = {
      "Print ready settings with which another client reaches this server.",
      "They hold the secret key and the password: that is what they are for. They go to the"
          + " standard output only; keep it from logs."
    },
    footer = {
      "",
      "User and password come from PLATTER_USER, PLATTER_PASSWORD and PLATTER_DOMAIN, or from"
          + " the data folder; settings that need them say so when they are not known.",
      "",
      "Examples:",
      "  eval \"$(platter env)\"",
      "  platter env terraform > provider.tf",
      "  platter env openstack > clouds.yaml"
    })
final class EnvCommand implements Callable<Integer> {
  /** Whom the settings are for. */
  enum Format {
    shell,
    json,
    terraform,
    openstack,
    java,
    python,
    go,
    ansible
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}. Default: shell")
  private Format format = Format.shell;

  @Option(
      names = {"-o", "--output"},
      order = 90,
      paramLabel = "json",
      description = "-o json is the same as FORMAT json.")
  private OutputOptions.Format output = OutputOptions.Format.table;

  @Mixin private final ServerOptions server;

  EnvCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var settings = settings();
    out.print(
        switch (output == OutputOptions.Format.json ? Format.json : format) {
          case shell -> settings.shell();
          case json -> settings.json();
          case terraform -> settings.terraform();
          case openstack -> settings.openstack();
          case java -> settings.java();
          case python -> settings.python();
          case go -> settings.go();
          case ansible -> settings.ansible();
        });
    out.flush();
    return 0;
  }

  private Settings settings() {
    var connection = server.connection();
    return new Settings(
        connection.endpoint().toString(),
        region(connection),
        connection.project(),
        connection.accessKey(),
        connection.secretKey(),
        login("PLATTER_USER", "user", connection),
        login("PLATTER_PASSWORD", "password", connection),
        login("PLATTER_DOMAIN", "domain", connection));
  }

  /** The folder's login is of the folder's key, not of another one. */
  private Optional<String> login(
      String variable, String member, ServerOptions.Connection connection) {
    return ofFolder(member, connection).or(() -> server.variable(variable));
  }

  private Optional<String> ofFolder(String member, ServerOptions.Connection connection) {
    var folder = server.local();
    return folder
        .account("access_key")
        .filter(connection.accessKey()::equals)
        .flatMap(_ -> folder.account(member));
  }

  /** A project is named as its region; who has no account at hand asks the server. */
  private String region(ServerOptions.Connection connection) {
    var folder = server.local();
    return folder
        .account("project_id")
        .filter(connection.project()::equals)
        .flatMap(_ -> folder.account("project"))
        .orElseGet(() -> askForRegion(connection));
  }

  private static String askForRegion(ServerOptions.Connection connection) {
    var projects = new Api(connection).get("cannot ask for the region", "/v3/auth/projects");
    return projects
        .json()
        .path("projects")
        .valueStream()
        .filter(project -> connection.project().equals(project.path("id").asString("")))
        .map(project -> project.path("name").asString(""))
        .findFirst()
        .orElseThrow(
            () ->
                CliException.refused(
                    "cannot tell the region",
                    "access key "
                        + connection.accessKey()
                        + " has no project "
                        + connection.project(),
                    "check the project id"));
  }
}
