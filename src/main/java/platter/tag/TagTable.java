package platter.tag;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import platter.db.Tx;
import platter.id.ProjectId;

/** The SQL of the table tag: the tags of one kind of resource whose own row has none. */
public final class TagTable implements Tagged {
  private final String kind;
  private final Owners owners;

  /** Whose the resources are: what the table cannot know. */
  public interface Owners {
    /** Whether the project has such a resource. */
    boolean has(Tx tx, ProjectId project, String id);

    /** As {@link #has}, and it stays until the transaction ends. */
    boolean hold(Tx tx, ProjectId project, String id);
  }

  /**
   * @param kind such as {@code snapshot}
   */
  public TagTable(String kind, Owners owners) {
    this.kind = kind;
    this.owners = owners;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Optional<Map<String, String>> find(Tx tx, ProjectId project, String id) {
    return owners.has(tx, project, id) ? Optional.of(of(tx, id)) : Optional.empty();
  }

  @Override
  public Optional<Map<String, String>> findToChange(Tx tx, ProjectId project, String id) {
    return owners.hold(tx, project, id) ? Optional.of(of(tx, id)) : Optional.empty();
  }

  /** Of any project. */
  public SortedMap<String, String> of(Tx tx, String id) {
    var tags = new TreeMap<String, String>();
    tx.list(
            "select key, value from tag where kind = ? and resource = ?",
            row -> Map.entry(row.getString(1), row.getString(2)),
            kind,
            id)
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
    return tags;
  }

  /** Of every resource of the project that has some, by its id: for a list. */
  public Map<String, SortedMap<String, String>> ofEach(Tx tx, ProjectId project) {
    record Row(String id, String key, String value) {}

    var tags = new TreeMap<String, SortedMap<String, String>>();
    tx.list(
            "select resource, key, value from tag where kind = ? and project = ?",
            row -> new Row(row.getString(1), row.getString(2), row.getString(3)),
            kind,
            project.text())
        .forEach(
            row ->
                tags.computeIfAbsent(row.id, _ -> new TreeMap<String, String>())
                    .put(row.key, row.value));
    return tags;
  }

  /** Tags of a resource that is made in the same transaction. */
  public void insert(Tx tx, ProjectId project, String id, Map<String, String> tags) {
    tags.forEach(
        (key, value) ->
            tx.update(
                "insert into tag (kind, resource, key, value, project) values (?, ?, ?, ?, ?)",
                kind,
                id,
                key,
                value,
                project.text()));
  }

  @Override
  public void set(Tx tx, ProjectId project, String id, Map<String, String> tags) {
    remove(tx, id);
    insert(tx, project, id, tags);
  }

  /** For the transaction that removes the resource. */
  public void remove(Tx tx, String id) {
    tx.update("delete from tag where kind = ? and resource = ?", kind, id);
  }

  @Override
  public SortedMap<String, SortedSet<String>> all(Tx tx, ProjectId project) {
    var all = new TreeMap<String, SortedSet<String>>();
    tx.list(
            "select distinct key, value from tag where kind = ? and project = ?",
            row -> Map.entry(row.getString(1), row.getString(2)),
            kind,
            project.text())
        .forEach(
            tag ->
                all.computeIfAbsent(tag.getKey(), _ -> new TreeSet<String>()).add(tag.getValue()));
    return all;
  }
}
