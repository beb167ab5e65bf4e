package platter.job;

import java.util.Optional;
import platter.http.Request;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * Who asks for a job, and in which project.
 *
 * @param by for humans: a user's name and id
 * @param retryOf the job whose failed part shall be done again
 */
public record Asked(ProjectId project, String by, Optional<String> retryOf) {
  public Asked(ProjectId project, String by) {
    this(project, by, Optional.empty());
  }

  Asked again(JobId earlier) {
    return new Asked(project, by, Optional.of(earlier.text()));
  }

  /** The caller of this request, in the project of its path. */
  public static Asked of(Request request) {
    var caller = request.caller();
    return new Asked(request.project(), "user " + caller.userName() + " " + caller.userId());
  }
}
