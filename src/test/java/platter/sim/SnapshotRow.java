package platter.sim;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/** A row of the table snapshot. */
record SnapshotRow(
    String id, String project, String volume, int sizeGib, String type, String status, String job) {
  private static final Set<String> CHANGING = Set.of("creating", "deleting", "rollbacking");

  static final String COLUMNS = "id, project, volume, size_gib, volume_type, status, job";

  static SnapshotRow read(ResultSet row) throws SQLException {
    return new SnapshotRow(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getString(5),
        row.getString(6),
        row.getString(7));
  }

  @Override
  public String toString() {
    return "snapshot %s of %s %s by %s".formatted(id, volume, status, job.substring(8));
  }

  boolean isChanging() {
    return CHANGING.contains(status);
  }
}
