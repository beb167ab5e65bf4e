package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter key revoke}. */
@Command(
    name = "revoke",
    sortOptions = false,
    description =
        "Disable an access key: it is refused from then on, on other nodes within a second.",
    footer = {
      "",
      "It stays in the list; platter key delete takes it away.",
      "",
      "Example:  platter key revoke QWERTYUIOPASDFGHJKLZ"
    })
final class RevokeKeyCommand implements Callable<Integer> {
  private static final String WISH = "the access key was not changed";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ACCESS_KEY", description = "The access key.")
  private String access = "";

  @Option(names = "--undo", order = 1, description = "It is good again.")
  private boolean undo;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  RevokeKeyCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("key");
              g.writeBooleanProperty("enabled", undo);
              g.writeEndObject();
              g.writeEndObject();
            });
    var reply =
        Accounts.told("key", () -> api.put(WISH, Accounts.KEYS + "/" + Api.encoded(access), body));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      out.println(
          "Access key " + Table.printable(access) + (undo ? " is good again." : " revoked."));
    }
    return 0;
  }
}
