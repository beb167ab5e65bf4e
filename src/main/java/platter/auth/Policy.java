package platter.auth;

import platter.id.ProjectId;

/**
 * May they? The projects say where, the {@link Role} says what.
 *
 * @param open whether everybody belongs everywhere: for a server without authentication
 */
public record Policy(boolean open) {
  /** Whether the project is one of the caller's. Says nothing about whether it exists. */
  public boolean belongs(Caller caller, ProjectId project) {
    return open || caller.projects().contains(project);
  }

  /** Whether the caller, of the right project, may do this. */
  public boolean allows(Caller caller, Action action) {
    return switch (action.kind()) {
      case READ -> true;
      case CHANGE -> caller.role() != Role.READER;
      case SERVICE -> caller.role().operates();
      case ACCOUNTS -> caller.role() == Role.ADMINISTRATOR;
    };
  }
}
