package platter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code platter node list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "List the nodes, as the one that answers sees them.",
    footer = {
      "",
      "STATE is alive: it beats; silent: it does not, and if that goes on its jobs are taken over;"
          + " stopped: it left, or was taken for dead; unknown: no beat was seen yet.",
      "EPOCH rises with each start. JOBS are its unfinished jobs and sub-jobs.",
      "",
      "Example:  platter node list"
    })
final class ListNodesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ListNodesCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot list the nodes", "/platter/v1/nodes");
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
      return 0;
    }
    var table = new Table("NODE", "STATE", "EPOCH", "JOBS");
    for (var node : reply.json().path("nodes")) {
      table.row(
          node.path("name").asString(""),
          node.path("state").asString(""),
          node.path("epoch").asString(""),
          node.path("jobs").asString(""));
    }
    table.print(out);
    return 0;
  }
}
