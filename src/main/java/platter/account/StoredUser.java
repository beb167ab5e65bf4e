package platter.account;

import java.util.List;
import platter.auth.Role;
import platter.id.ProjectId;

/**
 * A row of account_user, and those of account_user_project that belong to it.
 *
 * @param password its hash
 * @param generation see {@link platter.auth.User}
 */
record StoredUser(
    String id,
    String name,
    String domainId,
    String password,
    Role role,
    boolean enabled,
    int generation,
    List<ProjectId> projects,
    long createdMillis) {
  StoredUser {
    projects = List.copyOf(projects);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "user " + name + " " + id;
  }
}
