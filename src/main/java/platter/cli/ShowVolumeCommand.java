package platter.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.MissingNode;

/** {@code platter volume show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show one volume.",
    footer = {"", "Example:  platter volume show db-1"})
final class ShowVolumeCommand implements Callable<Integer> {
  private static final String WISH = "cannot show the volume";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VOLUME", description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ShowVolumeCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Volumes(api).idOf(WISH, volume);
    var reply = api.get(WISH, Volumes.PATH + "/" + Api.encoded(id));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      var space =
          VolumeSpaces.of(api, WISH, List.of(id)).getOrDefault(id, MissingNode.getInstance());
      Volumes.details(reply.json().path("volume"), space).print(out);
    }
    return 0;
  }
}
