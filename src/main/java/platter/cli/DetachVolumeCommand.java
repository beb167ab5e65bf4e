package platter.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code platter volume detach}. */
@Command(
    name = "detach",
    sortOptions = false,
    description = "Detach a volume when its client has gone: then its lines open it no more.",
    footer = {
      "",
      "With -o json: the other attachments of the volume, {\"attachments\"}.",
      "",
      "Example:  platter volume detach db-1"
    })
final class DetachVolumeCommand implements Callable<Integer> {
  private static final String WISH = "the volume was not detached";

  /** Shorter than a call may take. */
  private static final int MAX_SECONDS = 45;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VOLUME", description = "Its id, or its name if no other has it.")
  private String volume = "";

  @Option(
      names = "--attachment",
      paramLabel = "ID",
      order = 1,
      description = "Which one, when it is attached more than once.")
  private @Nullable String attachment;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      order = 2,
      description = "How long a client that is connected is waited for, up to 45. Default: 30")
  private int seconds = 30;

  @Option(
      names = "--cut",
      order = 3,
      description = "Close its connections. What it has not written yet is lost.")
  private boolean cut;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions options;

  DetachVolumeCommand(ServerOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw new ParameterException(
          spec.commandLine(), "--wait must be 0 to " + MAX_SECONDS + " seconds");
    }
    var api = options.api();
    var id = new Volumes(api).idOf(WISH, volume);
    var chosen = choose(Attachments.of(api, WISH, id));
    var how = cut ? "connections=cut" : "connections=wait&timeout=" + seconds;
    try {
      var reply =
          api.versioned(
              WISH,
              "DELETE",
              Attachments.PATH + "/" + Api.encoded(chosen) + "?" + how,
              new byte[0],
              Attachments.MICROVERSION);
      var out = spec.commandLine().getOut();
      if (output.json()) {
        out.println(reply.text());
      } else {
        out.println("Detached: " + chosen);
      }
      out.flush();
      return 0;
    } catch (CliException.Refused e) {
      throw e.status() == 409
          ? e.withNext(
              "detach it on its host first; or cut it off:  platter volume detach "
                  + volume
                  + " --cut")
          : e;
    }
  }

  private String choose(List<JsonNode> all) {
    if (attachment != null) {
      return attachment;
    }
    return switch (all.size()) {
      case 1 -> all.getFirst().path("id").asString("");
      case 0 ->
          throw CliException.refused(
              WISH, "it is not attached", "see how it is:  platter volume show " + volume);
      default ->
          throw CliException.refused(
              WISH,
              "it is attached "
                  + all.size()
                  + " times:\n"
                  + all.stream()
                      .map(
                          one ->
                              one.path("id").asString("")
                                  + " "
                                  + one.path("status").asString("")
                                  + " "
                                  + one.path("instance").asString(""))
                      .collect(Collectors.joining("\n")),
              "say which one, with --attachment");
    };
  }
}
