package platter.cli;

import java.util.concurrent.Callable;
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
    footer = {"", "Example:  platter job list --limit 5"})
final class ListJobsCommand implements Callable<Integer> {
  private static final String WISH = "cannot list the jobs";
  private static final int MAX_LIMIT = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--limit",
      order = 1,
      paramLabel = "N",
      description = "Not more than that, up to 1000. Default: 20")
  private int limit = 20;

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
    var reply = api.get(WISH, "/platter/v1/{project_id}/jobs?limit=" + limit);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("JOB", "BEGIN", "TYPE", "STATUS", "DONE");
    reply
        .json()
        .path("jobs")
        .valueStream()
        .map(JobView::new)
        .map(job -> job.isBatch() ? withSubJobs(api, job) : job)
        .forEach(job -> table.row(job.id(), job.begin(), job.type(), job.status(), job.progress()));
    if (table.isEmpty()) {
      spec.commandLine().getErr().println("There are no jobs yet.");
    } else {
      table.print(out);
    }
    return 0;
  }

  /** The list leaves them away. */
  private static JobView withSubJobs(Api api, JobView job) {
    return new JobView(api.get(WISH, JobWatch.path(job.id())).json());
  }
}
