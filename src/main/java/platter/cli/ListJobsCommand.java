package platter.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code platter job list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the jobs of the project, newest first.",
    footer = {
      "",
      "TIME is 30m, 2h or 7d (ago), 18:20, 2026-11-21, or 2026-11-21T18:20:15Z.",
      "Sub-jobs are listed with --volume, --parent and --stuck only.",
      "",
      "Examples:",
      "  platter job list --status FAIL --since 1d",
      "  platter job list --volume db-1",
      "  platter job list --stuck"
    })
final class ListJobsCommand implements Callable<Integer> {
  private static final String WISH = "cannot list the jobs";
  private static final int MAX_LIMIT = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--status",
      order = 1,
      paramLabel = "STATUS",
      description = "Only those that are INIT, RUNNING, SUCCESS or FAIL.")
  private @Nullable String status;

  @Option(
      names = "--type",
      order = 2,
      paramLabel = "TYPE",
      description = "Only those, such as createVolume or batchCreateVolume.")
  private @Nullable String type;

  @Option(
      names = "--volume",
      order = 3,
      paramLabel = "VOLUME",
      description = "Only those of this volume: its id, also when it is deleted, or its name.")
  private @Nullable String volume;

  @Option(
      names = "--parent",
      order = 4,
      paramLabel = "JOB",
      description = "Only the sub-jobs of this job.")
  private @Nullable String parent;

  @Option(
      names = "--since",
      order = 5,
      paramLabel = "TIME",
      converter = Moment.Reader.class,
      description = "Only those that began then or later.")
  private @Nullable Moment since;

  @Option(
      names = "--until",
      order = 6,
      paramLabel = "TIME",
      converter = Moment.Reader.class,
      description = "Only those that began earlier.")
  private @Nullable Moment until;

  @Option(
      names = "--text",
      order = 7,
      paramLabel = "TEXT",
      description =
          "Only those with it in the volume's name, the reason of the failure, the type, or the"
              + " name of who asked.")
  private @Nullable String text;

  @Option(
      names = "--stuck",
      order = 8,
      description = "Only those that need a hand: their undo failed, or they should have ended.")
  private boolean stuck;

  @Option(
      names = "--limit",
      order = 9,
      paramLabel = "N",
      description = "Not more than that, up to 1000. Default: 20")
  private int limit = 20;

  @Option(
      names = "--marker",
      order = 10,
      paramLabel = "JOB",
      description = "Only those older than this one: the next page.")
  private @Nullable String marker;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListJobsCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be 1.." + MAX_LIMIT + ", not " + limit);
    }
    var api = server.api();
    var query = query(api);
    var asked =
        query.entrySet().stream()
            .map(entry -> "&" + entry.getKey() + "=" + Api.encoded(entry.getValue()))
            .collect(Collectors.joining());
    var reply = api.get(WISH, "/platter/v1/{project_id}/jobs?limit=" + limit + asked);
    if (output.json()) {
      spec.commandLine().getOut().println(reply.text());
    } else {
      print(
          api,
          reply.json().path("jobs").valueStream().map(JobView::new).toList(),
          query.isEmpty() ? "There are no jobs yet." : "No job matches.");
    }
    return 0;
  }

  private Map<String, String> query(Api api) {
    var query = new LinkedHashMap<String, String>();
    put(query, "status", status);
    put(query, "type", type);
    put(query, "volume", volume == null ? null : new Volumes(api).idOf(WISH, volume));
    put(query, "parent", parent);
    put(query, "since", since == null ? null : since.instant().toString());
    put(query, "until", until == null ? null : until.instant().toString());
    put(query, "text", text);
    put(query, "stuck", stuck ? "true" : null);
    put(query, "marker", marker);
    return query;
  }

  private static void put(Map<String, String> query, String name, @Nullable String value) {
    if (value != null) {
      query.put(name, value);
    }
  }

  private void print(Api api, List<JobView> jobs, String whenNone) {
    PrintWriter err = spec.commandLine().getErr();
    if (jobs.isEmpty()) {
      err.println(whenNone);
      return;
    }
    var table = new Table("JOB", "BEGIN", "TYPE", "STATUS", "DONE");
    jobs.stream()
        .map(job -> job.isBatch() ? withSubJobs(api, job) : job)
        .forEach(job -> table.row(job.id(), job.begin(), job.type(), job.status(), job.progress()));
    table.print(spec.commandLine().getOut());
    if (jobs.size() == limit) {
      err.println("For older ones add:  --marker " + jobs.getLast().id());
    } else if (stuck) {
      err.println("What happened to one, and what to do:  platter job explain JOB");
    }
    err.flush();
  }

  /** The list leaves them away. */
  private static JobView withSubJobs(Api api, JobView job) {
    return new JobView(api.get(WISH, JobWatch.path(job.id())).json());
  }
}
