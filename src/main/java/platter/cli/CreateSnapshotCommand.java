package platter.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter snapshot create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Keep what a volume holds now, and wait until that is done.",
    footer = {
      "",
      "With -o json: the job at its end; with --no-wait the server's answer, {\"snapshot\"}.",
      "",
      "Example:  platter snapshot create db-1 --name before-upgrade"
    })
final class CreateSnapshotCommand implements Callable<Integer> {
  private static final String WISH = "the snapshot was not created";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VOLUME", description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Option(names = "--name", order = 1, paramLabel = "NAME", description = "Of the snapshot.")
  private @Nullable String name;

  @Option(names = "--description", order = 2, paramLabel = "TEXT", description = "Free text.")
  private @Nullable String description;

  @Option(
      names = "--force",
      order = 3,
      description = "Also of a volume that is attached, where the storage copies bit by bit.")
  private boolean force;

  @Option(names = "--no-wait", order = 4, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateSnapshotCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var reply = api.postOnce(WISH, Snapshots.PATH, body(new Volumes(api).idOf(WISH, volume)));
    var wait = new Waiting(api, spec.commandLine(), output, noWait);
    if (wait.forJob(WISH, reply) && !output.json()) {
      var id = reply.json().at("/snapshot/id").asString("");
      var shown = new Snapshots(api).show(id).json().path("snapshot");
      Snapshots.table(List.of(shown)).print(spec.commandLine().getOut());
    }
    return 0;
  }

  private byte[] body(String volumeId) {
    return Json.write(
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("snapshot");
          g.writeStringProperty("volume_id", volumeId);
          if (name != null) {
            g.writeStringProperty("name", name);
          }
          if (description != null) {
            g.writeStringProperty("description", description);
          }
          if (force) {
            g.writeBooleanProperty("force", true);
          }
          g.writeEndObject();
          g.writeEndObject();
        });
  }
}
