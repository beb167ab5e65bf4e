package platter.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code platter key list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the access keys, without their secrets.",
    footer = {
      "",
      "STATE is active, disabled (revoked, or its user is disabled), expired, or ignored.",
      "SOURCE is configuration (account.json or the file of --config: changed only there) or database.",
      "",
      "Example:  platter key list --user bob"
    })
final class ListKeysCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--user", order = 1, paramLabel = "USER", description = "Those of this user.")
  private @Nullable String user;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListKeysCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var wish = "cannot list the access keys";
    var api = server.api();
    var query = user == null ? "" : "?user_id=" + Api.encoded(new Accounts(api).userId(wish, user));
    var reply = api.get(wish, Accounts.KEYS + query);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("ACCESS KEY", "USER", "STATE", "EXPIRES", "SOURCE", "DESCRIPTION");
    for (var one : reply.json().path("keys")) {
      table.row(
          one.path("access").asString(""),
          one.path("user").asString(""),
          one.path("state").asString(""),
          one.path("expires_at").asString(""),
          one.path("source").asString(""),
          one.path("description").asString(""));
    }
    table.print(out);
    return 0;
  }
}
