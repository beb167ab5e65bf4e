package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job undo}. */
@Command(
    name = "undo",
    sortOptions = false,
    description = "Undo what remains of a stuck job, now.",
    footer = {
      "",
      "A job is stuck when it failed and could not be undone:  platter job list --stuck",
      "Exit 1, with the storage's own words, when it still cannot be undone.",
      "With -o json: the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter job undo 19b7c9d0a4000000b3f6d2c81a5e7f00"
    })
final class UndoJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "The id of a stuck job.")
  private String job = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  UndoJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = JobCommand.change(server.api(), job, "undo", "was not undone");
    JobCommand.tell(spec, output, reply, "What remained of job " + job + " is undone.");
    return 0;
  }
}
