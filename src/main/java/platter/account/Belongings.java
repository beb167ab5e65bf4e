package platter.account;

import java.util.Optional;
import platter.db.Tx;
import platter.id.ProjectId;

/** What the features above know of a project: whether it still owns something. */
@FunctionalInterface
public interface Belongings {
  /** Such as "3 volumes"; empty when there is nothing. */
  Optional<String> of(Tx tx, ProjectId project);
}
