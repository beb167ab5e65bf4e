package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show one job as it stands; of a batch, its sub-jobs too.",
    footer = {
      "",
      "The exit code tells whether it could be shown, not how it ended; see platter job wait.",
      "What happened to it, and what to do:  platter job explain",
      "",
      "Example:  platter job show 19b7c9d0a4000000b3f6d2c81a5e7f00"
    })
final class ShowJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "Its id.")
  private String job = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot show job " + job, JobWatch.path(job));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      JobCommand.print(new JobView(reply.json()), out);
    }
    return 0;
  }
}
