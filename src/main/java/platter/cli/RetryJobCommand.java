package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job retry}. */
@Command(
    name = "retry",
    sortOptions = false,
    description = "Do the failed part of a job again, as a new job, and wait until it has ended.",
    footer = {
      "",
      "Of a batch the failed sub-jobs only. The old job stays as it is.",
      "With -o json: the new job at its end; with --no-wait the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter job retry 19b7c9d0a4000000b3f6d2c81a5e7f00"
    })
final class RetryJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "The id of a job that failed.")
  private String job = "";

  @Option(names = "--no-wait", order = 1, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  RetryJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var wish = "job " + job + " was not retried";
    var path = JobCommand.path(job, "retry");
    var reply = JobCommand.asking(job, () -> api.postOnce(wish, path));
    new Waiting(api, spec.commandLine(), output, noWait)
        .forJob("the retry of job " + job + " failed", reply);
    return 0;
  }
}
