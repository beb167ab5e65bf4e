package platter.cli;

import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code platter snapshot list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the snapshots of the project, newest first.",
    footer = {
      "",
      "Examples:",
      "  platter snapshot list",
      "  platter snapshot list --volume db-1 -o json"
    })
final class ListSnapshotsCommand implements Callable<Integer> {
  private static final String WISH = "cannot list the snapshots";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--volume",
      order = 1,
      paramLabel = "VOLUME",
      description = "Only those of it: its id, or its name if no other has it.")
  private @Nullable String volume;

  @Option(names = "--name", order = 2, paramLabel = "NAME", description = "Only those.")
  private @Nullable String name;

  @Option(
      names = "--status",
      order = 3,
      paramLabel = "STATUS",
      description = "Only those, such as available or error.")
  private @Nullable String status;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListSnapshotsCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var query = new LinkedHashMap<String, String>();
    if (volume != null) {
      query.put("volume_id", new Volumes(api).idOf(WISH, volume));
    }
    if (name != null) {
      query.put("name", name);
    }
    if (status != null) {
      query.put("status", status);
    }
    var listed = new Snapshots(api).list(WISH, query);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(listed.text());
    } else if (listed.elements().isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(query.isEmpty() ? "There are no snapshots yet." : "No snapshot matches.");
    } else {
      Snapshots.table(listed.elements()).print(out);
    }
    return 0;
  }
}
