package platter.job;

import platter.http.Request;
import platter.id.ProjectId;

/**
 * Who asks for a job, and in which project.
 *
 * @param by for humans: a user's name and id
 */
public record Asked(ProjectId project, String by) {
  /** The caller of this request, in the project of its path. */
  public static Asked of(Request request) {
    var caller = request.caller();
    return new Asked(request.project(), "user " + caller.userName() + " " + caller.userId());
  }
}
