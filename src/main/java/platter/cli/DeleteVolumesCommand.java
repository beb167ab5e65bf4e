package platter.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter volume delete}. */
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete volumes with all their data, and wait until they are gone.",
    footer = {
      "",
      "Several are deleted by one job; it is refused as a whole when one of them may not be.",
      "With -o json: the job at its end; with --no-wait the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter volume delete db-1 db-2"
    })
final class DeleteVolumesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "VOLUME",
      description = "Ids, or names that no other has; up to 100.")
  private List<String> volumes = List.of();

  @Option(names = "--cascade", order = 1, description = "With all snapshots of them.")
  private boolean cascade;

  @Option(names = "--no-wait", order = 2, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  DeleteVolumesCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var wish = volumes.size() == 1 ? "the volume was not deleted" : "the volumes were not deleted";
    var api = server.api();
    var ids = new LinkedHashSet<String>();
    var find = new Volumes(api);
    volumes.forEach(volume -> ids.add(find.idOf(wish, volume)));
    var reply =
        ids.size() == 1
            ? api.deleteOnce(
                wish,
                Volumes.PATH + "/" + Api.encoded(ids.getFirst()) + (cascade ? "?cascade=true" : ""))
            : api.postOnce(wish, "/v5/{project_id}/volumes/batch-delete", body(ids));
    var wait = new Waiting(api, spec.commandLine(), output, noWait);
    wait.forJob(ids.size() == 1 ? wish : "not all volumes were deleted", reply);
    return 0;
  }

  private byte[] body(SequencedSet<String> ids) {
    return Json.write(
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("volumes");
          for (var id : ids) {
            g.writeStartObject();
            g.writeStringProperty("id", id);
            g.writeEndObject();
          }
          g.writeEndArray();
          if (cascade) {
            g.writeBooleanProperty("cascade", true);
          }
          g.writeEndObject();
        });
  }
}
