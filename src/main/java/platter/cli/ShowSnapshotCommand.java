package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter snapshot show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show one snapshot.",
    footer = {"", "Example:  platter snapshot show before-upgrade"})
final class ShowSnapshotCommand implements Callable<Integer> {
  private static final String WISH = "cannot show the snapshot";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SNAPSHOT", description = "Its id, or its name if no other has it.")
  private String snapshot = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowSnapshotCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var snapshots = new Snapshots(server.api());
    var reply = snapshots.show(snapshots.idOf(WISH, snapshot));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      Snapshots.details(reply.json().path("snapshot")).print(out);
    }
    return 0;
  }
}
