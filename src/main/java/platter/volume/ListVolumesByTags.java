package platter.volume;

import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Filter;
import platter.db.Page;
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

  /** How many there are. */
  long count(ProjectId project, Wanted wanted) {
    return db.read(tx -> filter(tx, project, wanted).count(tx, "volume"));
  }

  Page<Volume> list(ProjectId project, Wanted wanted, int limit, int offset) {
    return db.read(
        tx -> {
          var filter = filter(tx, project, wanted);
          return filter.page(
              tx,
              filter.count(tx, "volume"),
              "select " + VolumeStore.COLUMNS + " from volume",
              Filter.order("created_at", true),
              limit,
              offset,
              VolumeStore::read);
        });
  }

  private static Filter filter(Tx tx, ProjectId project, Wanted wanted) {
    var filter = new Filter(tx.dialect(), "project = ?" + VolumeStore.IN_SIGHT, project.text());
    wanted.tags.forEach(tag -> filter.andMember("tags", tag.key, tag.values));
    wanted.name.ifPresent(name -> filter.andContains("name", name));
    filter.andOnlyIf(!wanted.elsewhere);
    return filter;
  }
}
