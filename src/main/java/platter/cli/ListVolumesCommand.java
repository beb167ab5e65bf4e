package platter.cli;

import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code platter volume list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the volumes of the project, newest first.",
    footer = {
      "",
      "Examples:",
      "  platter volume list",
      "  platter volume list --status available --sort size:desc --limit 10",
      "  platter volume list -o wide",
      "  platter volume list -o json"
    })
final class ListVolumesCommand implements Callable<Integer> {
  private static final String WISH = "cannot list the volumes";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--name",
      order = 1,
      paramLabel = "TEXT",
      description = "Only those whose name contains it.")
  private @Nullable String name;

  @Option(
      names = "--status",
      order = 2,
      paramLabel = "STATUS",
      description = "Only those, such as available, in-use or error.")
  private @Nullable String status;

  @Option(
      names = "--limit",
      order = 3,
      paramLabel = "N",
      description = "Not more than that, 1000 at most. Default: all")
  private int limit;

  @Option(
      names = "--sort",
      order = 4,
      paramLabel = "KEY[:asc|:desc]",
      description = "By created_at, id, size or status. Default: created_at:desc")
  private @Nullable String sort;

  @Mixin private WideOutputOptions output = new WideOutputOptions();
  @Mixin private final ServerOptions server;

  ListVolumesCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    if (limit < 0
        || (limit == 0 && spec.commandLine().getParseResult().hasMatchedOption("--limit"))) {
      throw new ParameterException(spec.commandLine(), "--limit must be 1 or more, not " + limit);
    }
    var query = new LinkedHashMap<String, String>();
    if (name != null) {
      query.put("name", name);
    }
    if (status != null) {
      query.put("status", status);
    }
    if (sort != null) {
      int colon = sort.indexOf(':');
      query.put("sort_key", colon < 0 ? sort : sort.substring(0, colon));
      if (colon >= 0) {
        query.put("sort_dir", sort.substring(colon + 1));
      }
    }
    var api = server.api();
    var listed = new Volumes(api).list(WISH, query, limit);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(listed.text());
    } else if (listed.elements().isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(query.isEmpty() ? "There are no volumes yet." : "No volume matches.");
    } else if (output.wide()) {
      var ids = listed.elements().stream().map(volume -> volume.path("id").asString("")).toList();
      Volumes.wideTable(listed.elements(), VolumeSpaces.of(api, WISH, ids)).print(out);
    } else {
      Volumes.table(listed.elements()).print(out);
    }
    return 0;
  }
}
