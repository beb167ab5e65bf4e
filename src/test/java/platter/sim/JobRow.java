package platter.sim;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import platter.node.Owner;

/**
 * A row of the table job.
 *
 * @param volume the id in its parameters, or empty
 * @param snapshots the ids in its parameters of those that it makes, takes away or rolls back to
 */
record JobRow(
    long number,
    String id,
    String project,
    String type,
    long parent,
    String entities,
    String params,
    long beginMillis,
    String state,
    int openChildren,
    long endMillis,
    @Nullable String code,
    @Nullable String reason,
    Owner owner,
    boolean cancelled,
    String volume,
    Set<String> snapshots) {
  private static final String UUID = "\\{\"text\":\"([0-9a-f-]{36})\"\\}";
  private static final Pattern VOLUME = Pattern.compile("\"volume\":" + UUID);
  private static final Pattern SNAPSHOTS =
      Pattern.compile("\"snapshots?\":(?:" + UUID + "|\\[([^]]*)])");
  private static final Pattern ONE = Pattern.compile(UUID);

  static final String COLUMNS =
      "number, id, project, type, parent, entities, params, begin_time, state, open_children,"
          + " end_time, error_code, fail_reason, owner, epoch, cancelled_by";

  static JobRow read(ResultSet row) throws SQLException {
    var params = row.getString(7);
    return new JobRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getString(6),
        params,
        row.getLong(8),
        row.getString(9),
        row.getInt(10),
        row.getLong(11),
        row.getString(12),
        row.getString(13),
        new Owner(row.getString(14), row.getLong(15)),
        row.getString(16) != null,
        volumeOf(params),
        snapshotsOf(params));
  }

  private static String volumeOf(String params) {
    var found = VOLUME.matcher(params);
    return found.find() ? found.group(1) : "";
  }

  private static Set<String> snapshotsOf(String params) {
    var all = new HashSet<String>();
    var found = SNAPSHOTS.matcher(params);
    while (found.find()) {
      if (found.group(1) != null) {
        all.add(found.group(1));
      } else {
        ONE.matcher(found.group(2)).results().forEach(one -> all.add(one.group(1)));
      }
    }
    return Set.copyOf(all);
  }

  boolean isBatch() {
    return params.equals("{}");
  }

  boolean hasEnded() {
    return endMillis != 0;
  }

  boolean isStuck() {
    return state.startsWith("stuck");
  }

  /** Whether its volume waits for it: its own status says so. */
  boolean changesVolume() {
    return switch (type) {
      case "createSnapshot", "deleteSnapshot" -> false;
      default -> true;
    };
  }

  /** Of the machine: no job ever gets a smaller one. */
  int progress() {
    int space = state.indexOf(' ');
    int step = space < 0 ? 0 : Integer.parseInt(state, space + 1, state.length(), 10);
    return switch (space < 0 ? state : state.substring(0, space)) {
      case "init" -> 0;
      case "running" -> 1 + step;
      case "undoing" -> 1000 - step;
      case "succeeded", "failed", "stuck", "stuck-undo" -> 2000;
      default -> throw new IllegalStateException(state);
    };
  }
}
