package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter user password}. */
@Command(
    name = "password",
    sortOptions = false,
    description = "Give a user another password; tokens end at once.",
    footer = {
      "",
      "It comes from the variable PLATTER_NEW_PASSWORD; without it one is made and printed this once.",
      "",
      "Example:  platter user password bob"
    })
final class PasswordCommand implements Callable<Integer> {
  private static final String WISH = "the password was not changed";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "USER",
      description = "The id, the name if no other has it, or DOMAIN/NAME.")
  private String user = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  PasswordCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).userId(WISH, user);
    var password = server.variable(Accounts.NEW_PASSWORD);
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("user");
              g.writeStringProperty("password", password.orElse("")); // empty: make one
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
