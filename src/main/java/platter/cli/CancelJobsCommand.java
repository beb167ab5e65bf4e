package platter.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job cancel}. */
@Command(
    name = "cancel",
    sortOptions = false,
    description = "Cancel jobs: what they did is undone, and they end as FAIL.",
    footer = {
      "",
      "Returns when that is certain, not when it is done. Of a batch, what has not ended is"
          + " cancelled. An extend or a delete that has begun cannot be taken back and is refused.",
      "With several jobs each is tried; exit 1 when one was refused.",
      "With -o json: the server's answer for each job, one a line.",
      "",
      "Example:  platter job cancel 19b7c9d0a4000000b3f6d2c81a5e7f00"
    })
final class CancelJobsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "JOB", description = "Their ids.")
  private List<String> jobs = List.of();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CancelJobsCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var err = spec.commandLine().getErr();
    int exit = 0;
    for (var job : new LinkedHashSet<>(jobs)) {
      try {
        cancel(api, job);
      } catch (CliException.Refused e) {
        exit = Commands.tell(err, e);
      }
    }
    return exit;
  }

  private void cancel(Api api, String job) {
    var reply = JobCommand.change(api, job, "cancel", "was not cancelled");
    JobCommand.tell(
        spec,
        output,
        reply,
        "Job "
            + job
            + " is cancelled and will end as FAIL.\nTo see how that goes:  platter job explain "
            + job);
  }
}
