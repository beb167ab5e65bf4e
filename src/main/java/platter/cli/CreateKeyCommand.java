package platter.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter key create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Make an access key of a user. Its secret is printed this once.",
    footer = {
      "",
      "A user may have 10, to change one for another without a pause.",
      "",
      "Example:  platter key create --user bob --expires 90d --description laptop"
    })
final class CreateKeyCommand implements Callable<Integer> {
  private static final String WISH = "the access key was not made";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--user",
      order = 1,
      required = true,
      paramLabel = "USER",
      description = "The id, the name if no other has it, or DOMAIN/NAME.")
  private String user = "";

  @Option(
      names = "--expires",
      order = 2,
      paramLabel = "TIME",
      converter = Ending.Reader.class,
      description = "Such as 90d, 12h or 2027-01-01T00:00:00Z. Default: never")
  private @Nullable Ending expires;

  @Option(names = "--description", order = 3, paramLabel = "TEXT", description = "Free text.")
  private @Nullable String description;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateKeyCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Accounts(api).userId(WISH, user);
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("key");
              g.writeStringProperty("user_id", id);
              Optional.ofNullable(expires)
                  .ifPresent(end -> g.writeStringProperty("expires_at", end.instant().toString()));
              Optional.ofNullable(description)
                  .ifPresent(text -> g.writeStringProperty("description", text));
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply = api.post(WISH, Accounts.KEYS, body);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      Accounts.details(reply.json().path("key"), "secret key").print(out);
    }
    return 0;
  }
}
