package platter.auth;

import java.util.Optional;
import java.util.Set;
import platter.id.ProjectId;

/**
 * Who calls, as found by the authenticator.
 *
 * @param userId 32 hex
 * @param userName for messages and answers
 * @param domainId 32 hex: the account the user belongs to
 * @param domainName the account's name
 * @param scope the one project a token was issued for; empty for a signature and for a token of the
 *     whole domain
 * @param projects the projects the caller may work in: the scope's, or all of the user's for a
 *     signature; none for a token of the whole domain
 * @param role what the caller may do
 */
public record Caller(
    String userId,
    String userName,
    String domainId,
    String domainName,
    Optional<ProjectId> scope,
    Set<ProjectId> projects,
    Role role) {
  public Caller {
    projects = Set.copyOf(projects);
  }

  /** Whether the caller may look at the whole service. */
  public boolean operator() {
    return role.operates();
  }
}
