package platter.job;

import static platter.auth.Action.ANY;

import java.util.List;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.id.JobId;
import platter.json.Json;

/** The JSON of {@code /v1/{project_id}/jobs/{job_id}} and its twins. */
final class JobsApi {
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_LIMIT = 50;

  private final Jobs jobs;

  JobsApi(Jobs jobs) {
    this.jobs = jobs;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/{project_id}/jobs/{job_id}", Face.JOBS, ANY, this::show),
        new Route("GET", "/v2/{project_id}/jobs/{job_id}", Face.JOBS, ANY, this::show),
        new Route("GET", "/v1/{project_id}/jobs", Face.JOBS, ANY, JobsApi::withoutId),
        new Route("GET", "/v2/{project_id}/jobs", Face.JOBS, ANY, JobsApi::withoutId),
        new Route("GET", "/platter/v1/{project_id}/jobs", Face.PLATTER, ANY, this::list));
  }

  private Answer show(Request request) {
    var text = request.param("job_id");
    var body = JobId.parse(text).flatMap(id -> jobs.answer(request.project(), id));
    return Answer.json(
        200,
        body.orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.JOB_NOT_FOUND, "this project has no job of the id that was asked")));
  }

  private static Answer withoutId(Request request) {
    throw new ApiException(ErrorCode.NO_JOB_ID, "the path ends before the job id");
  }

  /** Our own: the jobs of the project, newest first; {@code marker} is the last one's id. */
  private Answer list(Request request) {
    int limit = request.query("limit").map(JobsApi::limit).orElse(DEFAULT_LIMIT);
    long below =
        request
            .query("marker")
            .map(
                marker ->
                    JobId.parse(marker)
                        .orElseThrow(
                            () ->
                                new ApiException(
                                    ErrorCode.INVALID_MARKER, "marker is not a job id"))
                        .number())
            .orElse(Long.MAX_VALUE);
    var page = jobs.list(request.project(), below, limit);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("jobs");
          for (var stored : page) {
            g.writeTree(Json.read(JobAnswer.of(jobs.current(stored))));
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ApiException(ErrorCode.INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
  }
}
