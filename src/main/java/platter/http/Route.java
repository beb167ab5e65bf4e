package platter.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import platter.auth.Action;

/**
 * One call of the API.
 *
 * @param method GET, POST, PUT, DELETE, HEAD
 * @param pattern a path with {@code {names}}, such as {@code /v1/{project_id}/jobs/{job_id}}; a
 *     {@code {project_id}} is checked against the caller before the handler sees it
 * @param face its family
 * @param action what a caller must be allowed to do
 * @param handler answers it
 * @param takes all that the handler may read beside the path
 */
public record Route(
    String method, String pattern, Face face, Action action, Handler handler, Takes takes) {
  private static final Pattern NAME = Pattern.compile("\\{[^}]*}");

  /** Answers one request; throws ApiException for the caller's errors. */
  @FunctionalInterface
  public interface Handler {
    Answer answer(Request request);
  }

  /** One that takes nothing beside its path. */
  public Route(String method, String pattern, Face face, Action action, Handler handler) {
    this(method, pattern, face, action, handler, Takes.NOTHING);
  }

  /** The same with parameters in its query. */
  public Route query(List<Parameter> parameters) {
    return taking(new Takes(parameters, takes.headers(), takes.body(), takes.bodyNeeded()));
  }

  public Route query(Parameter... parameters) {
    return query(Arrays.asList(parameters));
  }

  /** The same with headers that it reads. */
  public Route headers(List<Parameter> headers) {
    return taking(new Takes(takes.query(), headers, takes.body(), takes.bodyNeeded()));
  }

  /** The same with a body, which must be there. */
  public Route body(Shape.Members body) {
    return taking(new Takes(takes.query(), takes.headers(), Optional.of(body), true));
  }

  /** The same with a body, which may be left away. */
  public Route bodyIfAny(Shape.Members body) {
    return taking(new Takes(takes.query(), takes.headers(), Optional.of(body), false));
  }

  private Route taking(Takes wanted) {
    return new Route(method, pattern, face, action, handler, wanted);
  }

  /** What tells a call from another, such as {@code GET /v1/{}/jobs/{}}. */
  public String place() {
    return place(method + " " + pattern);
  }

  /** As {@link #place()}, of a call as documents write it: the names in it do not matter. */
  public static String place(String call) {
    return NAME.matcher(call).replaceAll("{}");
  }

  /** The segments of the pattern, without the first slash. */
  List<String> segments() {
    return pattern.equals("/") ? List.of() : List.of(pattern.substring(1).split("/", -1));
  }
}
