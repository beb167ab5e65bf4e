package platter.job;

import static platter.auth.Action.ANY;
import static platter.auth.Action.JOB_CHANGE;

import java.util.List;
import java.util.Optional;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.json.Json;

/** The JSON of {@code /v1/{project_id}/jobs/{job_id}} and its twins. */
final class JobsApi {
  private final Jobs jobs;
  private final ListJobs list;
  private final ExplainJob explain;
  private final CancelJob cancel;
  private final RetryJob retry;
  private final StuckJob stuck;

  JobsApi(
      Jobs jobs,
      ListJobs list,
      ExplainJob explain,
      CancelJob cancel,
      RetryJob retry,
      StuckJob stuck) {
    this.jobs = jobs;
    this.list = list;
    this.explain = explain;
    this.cancel = cancel;
    this.retry = retry;
    this.stuck = stuck;
  }

  List<Route> routes() {
    var own = "/platter/v1/{project_id}/jobs";
    var one = own + "/{job_id}";
    return List.of(
        new Route("GET", "/v1/{project_id}/jobs/{job_id}", Face.JOBS, ANY, this::show),
        new Route("GET", "/v2/{project_id}/jobs/{job_id}", Face.JOBS, ANY, this::show),
        new Route("GET", "/v1/{project_id}/jobs", Face.JOBS, ANY, JobsApi::withoutId),
        new Route("GET", "/v2/{project_id}/jobs", Face.JOBS, ANY, JobsApi::withoutId),
        new Route("GET", own, Face.PLATTER, ANY, this::list).query(ListJobs.PARAMETERS),
        new Route(
            "GET",
            one + "/explain",
            Face.PLATTER,
            ANY,
            request -> explain.explain(request.project(), id(request))),
        new Route("POST", one + "/cancel", Face.PLATTER, JOB_CHANGE, this::cancel)
            .bodyIfAny(Shape.object())
            .headers(Asked.HEADERS),
        new Route("POST", one + "/retry", Face.PLATTER, JOB_CHANGE, this::retry)
            .bodyIfAny(Shape.object())
            .headers(Asked.HEADERS),
        new Route("POST", one + "/undo", Face.PLATTER, JOB_CHANGE, this::undo)
            .bodyIfAny(Shape.object())
            .headers(Asked.HEADERS),
        new Route("POST", one + "/accept", Face.PLATTER, JOB_CHANGE, this::accept)
            .bodyIfAny(Shape.object())
            .headers(Asked.HEADERS));
  }

  private Answer show(Request request) {
    var text = request.param("job_id");
    var id = JobId.parse(text);
    var body = id.flatMap(known -> jobs.answer(request.project(), known));
    return Answer.json(200, body.orElseThrow(() -> notFound(request.project(), id)));
  }

  private ApiException notFound(ProjectId project, Optional<JobId> id) {
    var detail = "this project has no job of the id that was asked";
    return id.flatMap(known -> jobs.tombstone(project, known))
        .map(left -> new ApiException(ErrorCode.JOB_NOT_FOUND, detail, left.text()))
        .orElseGet(() -> new ApiException(ErrorCode.JOB_NOT_FOUND, detail));
  }

  private static Answer withoutId(Request request) {
    throw new ApiException(ErrorCode.NO_JOB_ID, "the path ends before the job id");
  }

  /** Our own: the jobs of the project, newest first; {@code marker} is the last one's id. */
  private Answer list(Request request) {
    var page = list.list(request);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("jobs");
          for (var stored : page) {
            g.writeTree(Json.read(JobAnswer.of(stored)));
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private static JobId id(Request request) {
    return JobId.parse(request.param("job_id"))
        .orElseThrow(() -> new ApiException(ErrorCode.JOB_NOT_FOUND, "a job id has 32 hex digits"));
  }

  /** What cannot be heeded is refused: a body with wishes in it, or a query. */
  private static void bare(Request request) {
    boolean empty =
        request.body().length == 0 || Body.of(request, ErrorCode.INVALID_BODY).isEmpty();
    if (!empty || !request.query().isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "this call has no parameters: send no query, no body or {}");
    }
  }

  private Answer cancel(Request request) {
    bare(request);
    cancel.cancel(Asked.of(request), id(request));
    return answer(202, id(request));
  }

  private Answer retry(Request request) {
    bare(request);
    return answer(202, retry.retry(Asked.of(request), id(request)));
  }

  private Answer undo(Request request) {
    bare(request);
    stuck.undo(Asked.of(request), id(request));
    return answer(200, id(request));
  }

  private Answer accept(Request request) {
    bare(request);
    stuck.accept(Asked.of(request), id(request));
    return answer(200, id(request));
  }

  private static Answer answer(int status, JobId id) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeStringProperty("job_id", id.text());
          g.writeEndObject();
        });
  }
}
