package platter.volume;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.tag.Tagged;

/** The tags of volumes: in their rows, because every list shows them. */
final class VolumeTags implements Tagged {
  private final VolumeStore store;

  VolumeTags(VolumeStore store) {
    this.store = store;
  }

  @Override
  public String kind() {
    return "volume";
  }

  @Override
  public Optional<Map<String, String>> find(Tx tx, ProjectId project, String id) {
    return store.find(tx, project, new VolumeId(id)).map(Volume::tags);
  }

  @Override
  public Optional<Map<String, String>> findToChange(Tx tx, ProjectId project, String id) {
    return store.findToChange(tx, project, new VolumeId(id)).map(Volume::tags);
  }

  @Override
  public void set(Tx tx, ProjectId project, String id, Map<String, String> tags) {
    store.retag(tx, new VolumeId(id), tags);
  }

  @Override
  public SortedMap<String, SortedSet<String>> all(Tx tx, ProjectId project) {
    var all = new TreeMap<String, SortedSet<String>>();
    tx.list(
            "select distinct m.key, m.value from volume, "
                + tx.dialect().jsonMembers("volume.tags")
                + " m where volume.project = ?"
                + VolumeStore.IN_SIGHT,
            row -> Map.entry(row.getString(1), row.getString(2)),
            project.text())
        .forEach(
            tag ->
                all.computeIfAbsent(tag.getKey(), _ -> new TreeSet<String>()).add(tag.getValue()));
    return all;
  }
}
