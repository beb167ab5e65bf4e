package platter.cli;

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

/** {@code platter project create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Make a project. Put users into it with platter user create or platter user set.",
    footer = {
      "",
      "By habit a project has the name of its region, further ones REGION_SOMETHING.",
      "",
      "Example:  platter project create region-1_team-a"
    })
final class CreateProjectCommand implements Callable<Integer> {
  private static final String WISH = "the project was not made";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "No other project of the domain has it.")
  private String name = "";

  @Option(
      names = "--domain",
      order = 1,
      paramLabel = "DOMAIN",
      description = "Its id or name. Default: the domain of the caller.")
  private @Nullable String domain;

  @Option(
      names = "--id",
      order = 2,
      paramLabel = "ID",
      description = "32 lower-case hex. Default: made of chance.")
  private @Nullable String id;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateProjectCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var domainId =
        Optional.ofNullable(domain).map(named -> new Accounts(api).domainId(WISH, named));
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("project");
              g.writeStringProperty("name", name);
              domainId.ifPresent(text -> g.writeStringProperty("domain_id", text));
              Optional.ofNullable(id).ifPresent(text -> g.writeStringProperty("id", text));
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply = api.post(WISH, Accounts.PROJECTS, body);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      var made = reply.json().path("project");
      out.println("Project " + name + " made: " + made.path("id").asString(""));
    }
    return 0;
  }
}
