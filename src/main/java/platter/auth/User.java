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
 */
public record User(
    String id,
    String name,
    String domainId,
    Password password,
    List<ProjectId> projects,
    Role role) {
  public User {
    if (!id.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("user id '" + id + "'");
    }
    projects = List.copyOf(projects);
  }
}
