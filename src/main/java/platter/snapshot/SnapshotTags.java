package platter.snapshot;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.tag.Tagged;

/** The tags of snapshots: in their rows, because v5 shows them in every list. */
final class SnapshotTags implements Tagged {
  private final SnapshotStore store;

  SnapshotTags(SnapshotStore store) {
    this.store = store;
  }

  @Override
  public String kind() {
    return "snapshot";
  }

  @Override
  public Optional<Map<String, String>> find(Tx tx, ProjectId project, String id) {
    return store.find(tx, project, new SnapshotId(id)).map(Snapshot::tags);
  }

  @Override
  public Optional<Map<String, String>> findToChange(Tx tx, ProjectId project, String id) {
    return store.findToChange(tx, project, new SnapshotId(id)).map(Snapshot::tags);
  }

  @Override
  public void set(Tx tx, ProjectId project, String id, Map<String, String> tags) {
    store.setTags(tx, new SnapshotId(id), tags);
  }

  @Override
  public SortedMap<String, SortedSet<String>> all(Tx tx, ProjectId project) {
    var all = new TreeMap<String, SortedSet<String>>();
    tx.list(
            "select distinct m.key, m.value from snapshot, "
                + tx.dialect().jsonMembers("snapshot.tags")
                + " m where snapshot.project = ?",
            row -> Map.entry(row.getString(1), row.getString(2)),
            project.text())
        .forEach(
            tag ->
                all.computeIfAbsent(tag.getKey(), _ -> new TreeSet<String>()).add(tag.getValue()));
    return all;
  }
}
