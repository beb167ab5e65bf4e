package platter.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter volume retype}. */
@Command(
    name = "retype",
    sortOptions = false,
    description = "Give a volume another type, and wait until it has it.",
    footer = {
      "",
      "SAS and SATA become any other type, an SSD type another SSD type; see platter type list.",
      "With -o json: the job at its end; with --no-wait the server's answer, {\"job_id\"}.",
      "",
      "Example:  platter volume retype db-1 GPSSD2 --iops 5000 --throughput 200"
    })
final class RetypeVolumeCommand implements Callable<Integer> {
  private static final String WISH = "the type of the volume was not changed";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "VOLUME",
      description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Parameters(index = "1", paramLabel = "TYPE", description = "Its new type, such as ESSD.")
  private String type = "";

  @Option(
      names = "--iops",
      order = 1,
      paramLabel = "N",
      description = "I/O operations a second, of GPSSD2 and ESSD2.")
  private @Nullable Integer iops;

  @Option(names = "--throughput", order = 2, paramLabel = "N", description = "MiB/s, of GPSSD2.")
  private @Nullable Integer throughput;

  @Option(names = "--no-wait", order = 3, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  RetypeVolumeCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var api = server.api();
    var id = new Volumes(api).idOf(WISH, volume);
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("os-retype");
              g.writeStringProperty("new_type", type);
              if (iops != null) {
                g.writeNumberProperty("iops", iops);
              }
              if (throughput != null) {
                g.writeNumberProperty("throughput", throughput);
              }
              g.writeEndObject();
              g.writeEndObject();
            });
    var path = "/v2/{project_id}/volumes/" + Api.encoded(id) + "/retype";
    var reply = api.postOnce(WISH, path, body);
    var wait = new Waiting(api, spec.commandLine(), output, noWait);
    if (wait.forJob(WISH, reply) && !output.json()) {
      var shown = api.get("cannot show the volume", Volumes.PATH + "/" + Api.encoded(id));
      Volumes.table(List.of(shown.json().path("volume"))).print(spec.commandLine().getOut());
    }
    return 0;
  }
}
