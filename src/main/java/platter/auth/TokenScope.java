package platter.auth;

import platter.id.ProjectId;

/** What a token is good for. */
public sealed interface TokenScope {
  /** Work in one project. */
  record OfProject(ProjectId project) implements TokenScope {}

  /** The account's own affairs. */
  record OfDomain(String domainId) implements TokenScope {}
}
