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

/** {@code platter user create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Make a user who may log in.",
    footer = {
      "",
      "The password comes from the variable PLATTER_NEW_PASSWORD; without it one is made and printed this once.",
      "For an access key:  platter key create --user NAME",
      "",
      "Example:  platter user create bob --role reader --project region-1"
    })
final class CreateUserCommand implements Callable<Integer> {
  private static final String WISH = "the user was not made";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "No other user of the domain has it.")
  private String name = "";

  @Option(
      names = "--domain",
      order = 1,
      paramLabel = "DOMAIN",
      description = "Its id or name. Default: the domain of the caller.")
  private @Nullable String domain;

  @Option(
      names = "--role",
      order = 2,
      paramLabel = "ROLE",
      description = "administrator, operator, member or reader. Default: member")
  private @Nullable String role;

  @Option(
      names = "--project",
      order = 3,
      paramLabel = "PROJECT",
      description =
          "Its id or name. Default: all that the domain has now. May be given several times; the first is the usual one.")
  private List<String> projects = List.of();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateUserCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var password = server.variable(Accounts.NEW_PASSWORD);
    var domainId =
        Optional.ofNullable(domain).map(named -> new Accounts(api).domainId(WISH, named));
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("user");
              g.writeStringProperty("name", name);
              domainId.ifPresent(text -> g.writeStringProperty("domain_id", text));
              password.ifPresent(text -> g.writeStringProperty("password", text));
              Optional.ofNullable(role).ifPresent(text -> g.writeStringProperty("role", text));
              if (!projects.isEmpty()) {
                g.writeArrayPropertyStart("projects");
                projects.forEach(g::writeString);
                g.writeEndArray();
              }
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply = api.post(WISH, Accounts.USERS, body);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      Accounts.details(reply.json().path("user")).print(out);
    }
    return 0;
  }
}
