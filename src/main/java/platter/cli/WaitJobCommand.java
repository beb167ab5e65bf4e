package platter.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code platter job wait}. */
@Command(
    name = "wait",
    sortOptions = false,
    description = "Wait until a job has ended. Exit 0 when it succeeded, 1 when it failed.",
    footer = {
      "",
      "With -o json: the job at its end.",
      "Why it failed, and what to do:  platter job explain",
      "",
      "Example:  platter job wait 19b7c9d0a4000000b3f6d2c81a5e7f00 --timeout 60"
    })
final class WaitJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "Its id.")
  private String job = "";

  @Option(
      names = "--timeout",
      order = 1,
      paramLabel = "SECONDS",
      description = "Exit 1 when it has not ended by then. Default: wait on")
  private @Nullable Integer timeout;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  WaitJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var limit = Optional.ofNullable(timeout).map(Duration::ofSeconds);
    if (limit.filter(Duration::isNegative).isPresent()) {
      throw new ParameterException(spec.commandLine(), "--timeout must be 0 or more");
    }
    var watch = new JobWatch(server.api(), spec.commandLine().getErr());
    var reply = watch.toEnd(job, limit);
    var ended = new JobView(reply.json());
    watch.tellEnd(ended);
    if (output.json()) {
      spec.commandLine().getOut().println(reply.text());
    }
    JobWatch.requireSuccess("job " + ended.id() + " failed", ended);
    return 0;
  }
}
