package platter.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code platter job …}. */
@Command(
    name = "job",
    description = "Show, wait for and list jobs.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:  platter job list"})
final class JobCommand {
  private JobCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new JobCommand())
        .addSubcommand(new ShowJobCommand(new ServerOptions(environment)))
        .addSubcommand(new WaitJobCommand(new ServerOptions(environment)))
        .addSubcommand(new ListJobsCommand(new ServerOptions(environment)));
  }

  /** One job, a line for each member; a batch with its sub-jobs below. */
  static void print(JobView job, PrintWriter out) {
    var table = new Table("FIELD", "VALUE");
    table.row("job", job.id());
    table.row("type", job.type());
    table.row("status", job.status());
    table.row("progress", job.progress());
    if (!job.isBatch()) {
      for (var entity : job.json().path("entities").properties()) {
        table.row(entity.getKey(), entity.getValue().asString(""));
      }
    }
    table.row("begin", job.begin());
    table.row("end", job.end());
    if (job.hasFailed()) {
      table.row("error_code", job.json().path("error_code").asString(""));
      table.row("fail_reason", job.json().path("fail_reason").asString(""));
    }
    table.print(out);
    if (job.isBatch()) {
      out.println();
      var subJobs = new Table("SUB-JOB", "TYPE", "STATUS", "VOLUME");
      for (var sub : job.subJobs()) {
        subJobs.row(sub.id(), sub.type(), sub.status(), sub.volume());
      }
      subJobs.print(out);
    }
  }
}
