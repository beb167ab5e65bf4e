package platter.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import platter.json.Json;

/** {@code platter quota set}. */
@Command(
    name = "set",
    sortOptions = false,
    description = "Set limits of a project, as an operator; in force at once.",
    footer = {
      "",
      "A limit below what is in use takes nothing away; nothing is added then.",
      "",
      "Example:  platter quota set volumes=100 gigabytes_SSD=5000 snapshots=none"
    })
final class SetQuotaCommand implements Callable<Integer> {
  private static final String NONE = "none";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "QUOTA=LIMIT",
      description = "Such as gigabytes=1000; none for no limit.")
  private Map<String, String> limits = Map.of();

  @Mixin private QuotaSet quotas = new QuotaSet();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  SetQuotaCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var wanted = new LinkedHashMap<String, Integer>();
    limits.forEach((quota, limit) -> wanted.put(quota, number(quota, limit)));
    var body =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeObjectPropertyStart("quota_set");
              wanted.forEach(g::writeNumberProperty);
              g.writeEndObject();
              g.writeEndObject();
            });
    var api = server.api();
    var reply = api.put("the limits were not set", quotas.path(), body);
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      QuotaSet.print(quotas.get(api).json(), out);
    }
    return 0;
  }

  private int number(String quota, String limit) {
    if (limit.equals(NONE)) {
      return -1;
    }
    try {
      return Integer.parseInt(limit);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "The limit of " + quota + " must be a number, or none: " + limit, e);
    }
  }
}
