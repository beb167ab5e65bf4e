package platter.cli;

import java.io.PrintWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Which project is meant by a command about quotas, and how they are shown. */
final class QuotaSet {
  /** Shown also where there is no limit and nothing is in use. */
  private static final Set<String> ALWAYS =
      Set.of("volumes", "gigabytes", "snapshots", "per_volume_gigabytes");

  @Option(
      names = "--of",
      paramLabel = "PROJECT_ID",
      order = 1,
      description = "Of this project, as an operator. Default: your own.")
  private @Nullable String project;

  String path() {
    return "/v3/{project_id}/os-quota-sets/"
        + (project == null ? "{project_id}" : Api.encoded(project));
  }

  /** With their use. */
  Api.Reply get(Api api) {
    return api.get("cannot show the quotas", path() + "?usage=True");
  }

  static void print(JsonNode body, PrintWriter out) {
    var table = new Table("QUOTA", "IN USE", "LIMIT");
    for (var quota : body.path("quota_set").properties()) {
      int used = quota.getValue().path("in_use").intValue(0);
      int limit = quota.getValue().path("limit").intValue(-1);
      if (quota.getValue().isObject()
          && (used != 0 || limit >= 0 || ALWAYS.contains(quota.getKey()))) {
        table.row(quota.getKey(), String.valueOf(used), limit < 0 ? "none" : String.valueOf(limit));
      }
    }
    table.print(out);
  }
}
