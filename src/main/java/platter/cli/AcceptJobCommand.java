package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job accept}. */
@Command(
    name = "accept",
    sortOptions = false,
    description = "Leave what remains of a stuck job as it is; it is not listed as stuck any more.",
    footer = {
      "",
      "A job is stuck when it failed and could not be undone:  platter job list --stuck",
      "Nothing is removed; platter verify goes on telling what remains.",
      "With -o json: the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter job accept 19b7c9d0a4000000b3f6d2c81a5e7f00"
    })
final class AcceptJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "The id of a stuck job.")
  private String job = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  AcceptJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = JobCommand.change(server.api(), job, "accept", "was not accepted");
    JobCommand.tell(spec, output, reply, "Job " + job + " is accepted; what remains of it stays.");
    return 0;
  }
}
