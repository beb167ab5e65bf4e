package platter.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.id.ProjectId;

/** Finds volumes by their tags (page "Querying EVS Disks by Tag"). */
final class ListVolumesByTags {
  private final Database db;

  ListVolumesByTags(Database db) {
    this.db = db;
  }

  /**
   * A tag to be had.
   *
   * @param values one of them; empty: any
   */
  record Tag(String key, List<String> values) {}

  /**
   * What is looked for; all of it must hold.
   *
   * @param name a part of it
   * @param elsewhere whether only volumes in dedicated pools are wanted: there are none
   */
  record Wanted(List<Tag> tags, Optional<String> name, boolean elsewhere, int limit, int offset) {}

  /**
   * One page.
   *
   * @param total all that match, whatever the page
   */
  record Page(long total, List<Volume> volumes) {}

  Page list(ProjectId project, Wanted wanted) {
    return wanted.elsewhere ? new Page(0, List.of()) : db.read(tx -> list(tx, project, wanted));
  }

  private static Page list(Tx tx, ProjectId project, Wanted wanted) {
    var where = new StringBuilder(" where project = ?" + VolumeStore.IN_SIGHT);
    var values = new ArrayList<Object>(List.of(project.text()));
    for (var tag : wanted.tags) {
      where
          .append(" and exists (select 1 from ")
          .append(tx.dialect().jsonMembers("tags"))
          .append(" m where m.key = ?");
      values.add(tag.key);
      if (!tag.values.isEmpty()) {
        where.append(" and m.value in (?").append(", ?".repeat(tag.values.size() - 1)).append(')');
        values.addAll(tag.values);
      }
      where.append(')');
    }
    wanted.name.ifPresent(
        name -> {
          where.append(" and ").append(tx.dialect().contains("name"));
          values.add(name);
        });
    long total = tx.number("select count(*) from volume" + where, values.toArray());
    values.add(wanted.limit);
    values.add(wanted.offset);
    return new Page(
        total,
        tx.list(
            "select "
                + VolumeStore.COLUMNS
                + " from volume"
                + where
                + " order by created_at desc, id desc limit ? offset ?",
            VolumeStore::read,
            values.toArray()));
  }
}
