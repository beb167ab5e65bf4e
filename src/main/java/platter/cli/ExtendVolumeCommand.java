package platter.cli;

import java.util.List;
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
import platter.json.Json;

/** {@code platter volume extend}. */
@Command(
    name = "extend",
    sortOptions = false,
    description = "Make a volume larger, and wait until it is.",
    footer = {
      "",
      "With -o json: the job at its end; with --no-wait the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter volume extend db-1 80"
    })
final class ExtendVolumeCommand implements Callable<Integer> {
  private static final String WISH = "the volume was not extended";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "VOLUME",
      description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NEW_SIZE",
      description = "Its new size in GiB, more than now.")
  private @Nullable Integer newSize;

  @Option(names = "--size", order = 1, paramLabel = "GIB", description = "The same as NEW_SIZE.")
  private @Nullable Integer size;

  @Option(names = "--no-wait", order = 2, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ExtendVolumeCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    if ((newSize == null) == (size == null)) {
      throw new ParameterException(
          spec.commandLine(), "Give the new size once: as NEW_SIZE, or with --size");
    }
    int wanted = newSize != null ? newSize : Optional.ofNullable(size).orElseThrow();
    var api = server.api();
    var id = new Volumes(api).idOf(WISH, volume);
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("os-extend");
              g.writeNumberProperty("new_size", wanted);
              g.writeEndObject();
              g.writeEndObject();
            });
    var path = "/v2.1/{project_id}/cloudvolumes/" + Api.encoded(id);
    var reply = api.postOnce(WISH, path + "/action", body);
    var wait = new Waiting(api, spec.commandLine(), output, noWait);
    boolean ended = wait.forJob(WISH, reply);
    if (ended) {
      tellHosts(api, id);
    }
    if (ended && !output.json()) {
      var shown = api.get("cannot show the volume", Volumes.PATH + "/" + Api.encoded(id));
      Volumes.table(List.of(shown.json().path("volume"))).print(spec.commandLine().getOut());
    }
    return 0;
  }

  /** What makes each host that has it see the new size. */
  private void tellHosts(Api api, String id) {
    var err = spec.commandLine().getErr();
    for (var attachment : Attachments.of(api, "the volume was extended", id)) {
      var then = attachment.at("/connection_info/after_extend").asString("");
      if (!then.isEmpty()) {
        err.println(
            "Attachment "
                + attachment.path("id").asString("")
                + ": "
                + Table.printable(then)
                + ".");
      }
    }
    err.flush();
  }
}
