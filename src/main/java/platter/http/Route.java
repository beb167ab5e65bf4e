package platter.http;

import java.util.List;
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
 */
public record Route(String method, String pattern, Face face, Action action, Handler handler) {
  private static final Pattern NAME = Pattern.compile("\\{[^}]*}");

  /** Answers one request; throws ApiException for the caller's errors. */
  @FunctionalInterface
  public interface Handler {
    Answer answer(Request request);
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
