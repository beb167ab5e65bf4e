package platter.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** {@code platter job …}. */
@Command(
    name = "job",
    description = "List, show, explain, wait for, cancel and retry jobs.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "When a job has failed, platter job explain tells what happened and what to do.",
      "",
      "Example:  platter job list --status FAIL"
    })
final class JobCommand {
  private JobCommand() {}

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new JobCommand())
        .addSubcommand(new ListJobsCommand(new ServerOptions(environment)))
        .addSubcommand(new ShowJobCommand(new ServerOptions(environment)))
        .addSubcommand(new ExplainJobCommand(new ServerOptions(environment)))
        .addSubcommand(new WaitJobCommand(new ServerOptions(environment)))
        .addSubcommand(new CancelJobsCommand(new ServerOptions(environment)))
        .addSubcommand(new RetryJobCommand(new ServerOptions(environment)))
        .addSubcommand(new UndoJobCommand(new ServerOptions(environment)))
        .addSubcommand(new AcceptJobCommand(new ServerOptions(environment)));
  }

  /** The path of what is Platter's own about a job. */
  static String path(String job, String what) {
    return "/platter/v1/{project_id}/jobs/" + Api.encoded(job) + "/" + what;
  }

  /** When it is refused, the job itself tells best why. */
  static Api.Reply asking(String job, Supplier<Api.Reply> call) {
    try {
      return call.get();
    } catch (CliException.Refused e) {
      throw e.status() == 409 ? e.withNext("see how it stands:  platter job explain " + job) : e;
    }
  }

  /**
   * Asks for something to be done to a job.
   *
   * @param what the end of the path, such as {@code cancel}
   * @param failed what is told when it is refused, such as {@code was not cancelled}
   */
  static Api.Reply change(Api api, String job, String what, String failed) {
    return asking(job, () -> api.post("job " + job + " " + failed, path(job, what)));
  }

  /** Tells that it was done: in a sentence, or by the server's answer for programs. */
  static void tell(CommandSpec spec, OutputOptions output, Api.Reply reply, String done) {
    var commands = spec.commandLine();
    if (output.json()) {
      commands.getOut().println(reply.text());
    } else {
      commands.getErr().println(done);
      commands.getErr().flush(); // others may follow, and take their time
    }
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
