package platter.tag;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import platter.db.Tx;
import platter.id.ProjectId;

/** One kind of resource that has tags, and where they are kept. */
public interface Tagged {
  /** For messages, such as {@code volume}. */
  String kind();

  /** The tags of a resource of this project; empty when the project has no such resource. */
  Optional<Map<String, String>> find(Tx tx, ProjectId project, String id);

  /** As {@link #find}, and nobody else changes them before the transaction ends. */
  Optional<Map<String, String>> findToChange(Tx tx, ProjectId project, String id);

  /** From now on it has these tags and no others. */
  void set(Tx tx, ProjectId project, String id, Map<String, String> tags);

  /** Every key that a resource of this project has, with all its values. */
  SortedMap<String, SortedSet<String>> all(Tx tx, ProjectId project);
}
