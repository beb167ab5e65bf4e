package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter snapshot delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a snapshot, and wait until it is gone.",
    footer = {
      "",
      "Its volume stays, and so do those that were made of it.",
      "With -o json: the job at its end; with --no-wait {\"job_id\"}.",
      "",
      "Example:  platter snapshot delete before-upgrade"
    })
final class DeleteSnapshotCommand implements Callable<Integer> {
  private static final String WISH = "the snapshot was not deleted";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SNAPSHOT", description = "Its id, or its name if no other has it.")
  private String snapshot = "";

  @Option(names = "--no-wait", order = 1, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteSnapshotCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var snapshots = new Snapshots(api);
    var id = snapshots.idOf(WISH, snapshot);
    var reply = snapshots.asking(() -> api.deleteOnce(WISH, Snapshots.path(id, "")));
    new Waiting(api, spec.commandLine(), output, noWait).forJob(WISH, reply);
    return 0;
  }
}
