package platter.account;

import java.util.List;
import java.util.Optional;
import platter.id.ProjectId;

/**
 * All that is in the database of accounts, at one moment.
 *
 * @param version rises with each change
 */
record Rows(
    long version,
    List<StoredDomain> domains,
    List<StoredProject> projects,
    List<StoredUser> users,
    List<StoredKey> keys) {

  Optional<StoredDomain> domain(String id) {
    return domains.stream().filter(one -> one.domain().id().equals(id)).findFirst();
  }

  Optional<StoredProject> project(ProjectId id) {
    return projects.stream().filter(one -> one.project().id().equals(id)).findFirst();
  }

  Optional<StoredUser> user(String id) {
    return users.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  Optional<StoredKey> key(String access) {
    return keys.stream().filter(one -> one.access().equals(access)).findFirst();
  }
}
