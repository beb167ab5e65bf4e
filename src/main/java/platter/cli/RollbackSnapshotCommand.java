package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter snapshot rollback}. */
@Command(
    name = "rollback",
    sortOptions = false,
    description = "Give a volume back what its snapshot holds, and wait until it has it.",
    footer = {
      "",
      "What was written to the volume since is lost.",
      "With -o json: the job at its end; with --no-wait the server's answer, {\"rollback\"}.",
      "",
      "Example:  platter snapshot rollback before-upgrade"
    })
final class RollbackSnapshotCommand implements Callable<Integer> {
  private static final String WISH = "the volume was not rolled back";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SNAPSHOT", description = "Its id, or its name if no other has it.")
  private String snapshot = "";

  @Option(names = "--no-wait", order = 1, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  RollbackSnapshotCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var snapshots = new Snapshots(api);
    var id = snapshots.idOf(WISH, snapshot);
    var volume = snapshots.show(id).json().at("/snapshot/volume_id").asString("");
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("rollback");
              g.writeStringProperty("volume_id", volume);
              g.writeEndObject();
              g.writeEndObject();
            });
    var path = Snapshots.path(id, "/rollback");
    var wait = new Waiting(api, spec.commandLine(), output, noWait);
    wait.forJob(WISH, snapshots.asking(() -> api.postOnce(WISH, path, body)));
    return 0;
  }
}
