package platter.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter user set}. */
@Command(
    name = "set",
    sortOptions = false,
    description = "Change the role or the projects of a user; disable, or enable again.",
    footer = {
      "",
      "In force with the next call. Being disabled ends all tokens, and the access keys rest.",
      "",
      "Examples:",
      "  platter user set bob --role operator",
      "  platter user set bob --project region-1 --project region-1_team-a",
      "  platter user set bob --disable"
    })
final class SetUserCommand implements Callable<Integer> {
  private static final String WISH = "the user was not changed";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "USER",
      description = "The id, the name if no other has it, or DOMAIN/NAME.")
  private String user = "";

  @Option(
      names = "--role",
      order = 1,
      paramLabel = "ROLE",
      description = "administrator, operator, member or reader.")
  private @Nullable String role;

  @Option(
      names = "--project",
      order = 2,
      paramLabel = "PROJECT",
      description =
          "All projects that the user shall be in, by id or name. May be given several times; the first is the usual one.")
  private List<String> projects = List.of();

  @Option(names = "--disable", order = 3, description = "Nobody logs in as this user any more.")
  private boolean disable;

  @Option(names = "--enable", order = 4, description = "Takes --disable back.")
  private boolean enable;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  SetUserCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    if (disable && enable) {
      throw CliException.wrongUsage(WISH, "--disable and --enable are given", "choose one");
    }
    var api = server.api();
    var id = new Accounts(api).userId(WISH, user);
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("user");
              Optional.ofNullable(role).ifPresent(text -> g.writeStringProperty("role", text));
              if (!projects.isEmpty()) {
                g.writeArrayPropertyStart("projects");
                projects.forEach(g::writeString);
                g.writeEndArray();
              }
              if (disable || enable) {
                g.writeBooleanProperty("enabled", enable);
              }
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply =
        Accounts.told("user", () -> api.put(WISH, Accounts.USERS + "/" + Api.encoded(id), body));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      Accounts.details(reply.json().path("user")).print(out);
    }
    return 0;
  }
}
