package platter.sim;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table volume.
 *
 * @param retypeTo the type that it is about to become
 */
record VolumeRow(
    String id,
    String project,
    int sizeGib,
    int quotaGib,
    String type,
    String status,
    String job,
    @Nullable String retypeTo) {
  private static final Set<String> CHANGING =
      Set.of("creating", "extending", "deleting", "rollbacking", "retyping");

  static final String COLUMNS =
      "id, project, size_gib, quota_gib, volume_type, status, job, retype_to";

  static VolumeRow read(ResultSet row) throws SQLException {
    return new VolumeRow(
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        row.getInt(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8));
  }

  @Override
  public String toString() {
    return "volume %s %d GiB %s %s by %s".formatted(id, sizeGib, type, status, job.substring(8));
  }

  boolean isChanging() {
    return CHANGING.contains(status);
  }
}
