package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter domain create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Make a domain: an account that owns users and projects of its own.",
    footer = {"", "Example:  platter domain create acme"})
final class CreateDomainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "No other domain has it.")
  private String name = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateDomainCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("domain");
              g.writeStringProperty("name", name);
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply = api.post("the domain was not made", Accounts.DOMAINS, body);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      var made = reply.json().path("domain");
      out.println("Domain " + name + " made: " + made.path("id").asString(""));
    }
    return 0;
  }
}
