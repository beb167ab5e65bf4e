package platter.auth;

import java.util.List;
import platter.id.ProjectId;

/**
 * Somebody who may log in.
 *
 * @param id 32 lower-case hex
 * @param domainId the account the user belongs to
 * @param projects those the user may work in; the first is the one meant when none is named
 * @param role what the user may do
 * @param generation rises when the password changes or the user is disabled; a token of an earlier
 *     one is good no more
 */
public record User(
    String id,
    String name,
    String domainId,
    Password password,
    List<ProjectId> projects,
    Role role,
    int generation) {
  public User {
    if (!id.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("user id '" + id + "'");
    }
    projects = List.copyOf(projects);
  }

  /** Of the first generation. */
  public User(
      String id,
      String name,
      String domainId,
      Password password,
      List<ProjectId> projects,
      Role role) {
    this(id, name, domainId, password, projects, role, 0);
  }
}
