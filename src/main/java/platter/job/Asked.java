package platter.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import platter.db.Tx;
import platter.http.Parameter;
import platter.http.Request;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * Who asks for a job, in which project, and whether they may ask again for the same one.
 *
 * @param by for humans: a user's name and id
 * @param once the name of the call, when the client gave it one
 * @param retryOf the job whose failed part shall be done again
 */
public record Asked(ProjectId project, String by, Optional<Once> once, Optional<String> retryOf) {
  /** What {@link #of} reads. */
  public static final List<Parameter> HEADERS = Once.HEADERS;

  /** By a call that has no name, or by no call at all. */
  public Asked(ProjectId project, String by) {
    this(project, by, Optional.empty(), Optional.empty());
  }

  Asked again(JobId earlier) {
    return new Asked(project, by, once, Optional.of(earlier.text()));
  }

  /**
   * The caller of this request, in the project of its path.
   *
   * @throws platter.error.ApiException INVALID_REQUEST when the key of the call is malformed
   */
  public static Asked of(Request request) {
    var caller = request.caller();
    var by = "user " + caller.userName() + " " + caller.userId();
    return new Asked(request.project(), by, Once.of(request), Optional.empty());
  }

  /**
   * Runs what starts a job, once for each key of a call: {@code db.inTx(tx -> asked.once(tx, () ->
   * …))}. A call without a key costs nothing here.
   *
   * @throws platter.error.ApiException KEY_REUSED when the key came with another request
   */
  public JobId once(Tx tx, Supplier<JobId> work) {
    return once(tx, JobId.class, job -> job, work);
  }

  /**
   * As above, where the answer tells more than a job.
   *
   * @param kind a record, kept as JSON
   */
  public <T> T once(Tx tx, Class<T> kind, Function<T, JobId> job, Supplier<T> work) {
    return once.isEmpty() ? work.get() : once.get().of(tx, project, kind, job, work);
  }

  /**
   * As above, where no job is started.
   *
   * @param when it was accepted
   */
  public <T> T onceSince(Tx tx, Class<T> kind, Function<T, Instant> when, Supplier<T> work) {
    return once.isEmpty() ? work.get() : once.get().since(tx, project, kind, when, work);
  }
}
