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
  record Wanted(List<Tag> tags, Optional<String> name, boolean elsewhere) {}

  /**
   * One page.
   *
   * @param total all that match, whatever the page
   */
  record Page(long total, List<Volume> volumes) {}

  /** How many there are. */
  long count(ProjectId project, Wanted wanted) {
    return wanted.elsewhere ? 0 : db.read(tx -> count(tx, condition(tx, project, wanted)));
  }

  Page list(ProjectId project, Wanted wanted, int limit, int offset) {
    return wanted.elsewhere
        ? new Page(0, List.of())
        : db.read(tx -> list(tx, condition(tx, project, wanted), limit, offset));
  }

  private record Condition(String where, List<Object> values) {}

  private static Condition condition(Tx tx, ProjectId project, Wanted wanted) {
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
    return new Condition(where.toString(), values);
  }

  private static long count(Tx tx, Condition condition) {
    return tx.number("select count(*) from volume" + condition.where, condition.values.toArray());
  }

  private static Page list(Tx tx, Condition condition, int limit, int offset) {
    var values = new ArrayList<>(condition.values);
    values.add(limit);
    values.add(offset);
    return new Page(
        count(tx, condition),
        tx.list(
            "select "
                + VolumeStore.COLUMNS
                + " from volume"
                + condition.where
                + " order by created_at desc, id desc limit ? offset ?",
            VolumeStore::read,
            values.toArray()));
  }
}
