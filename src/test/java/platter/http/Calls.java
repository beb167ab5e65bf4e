package platter.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import platter.auth.Caller;
import platter.error.ApiException;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.id.ProjectId;

/** Answers calls as {@link Server} does, without a network: for a simulation. */
public final class Calls {
  private final Router router;

  public Calls(List<Route> routes) {
    router = new Router(routes);
  }

  /** A call as it arrives, from a caller who was found to be allowed to make it. */
  public record Call(
      Caller caller,
      ProjectId project,
      String method,
      String path,
      Map<String, List<String>> query,
      Map<String, String> headers,
      byte[] body) {}

  /** The answer; what is neither the caller's nor the database's error is thrown on. */
  public Answer answer(Call call) {
    var match = router.find(call.method, call.path).orElseThrow();
    var request =
        new Request(
            call.method,
            call.path,
            new HashMap<>(match.params()),
            call.query,
            name -> Optional.ofNullable(call.headers.get(name)),
            call.body,
            call.caller,
            call.project,
            Microversion.of(Optional.empty()),
            () -> "http://simulated",
            match.route().takes());
    try {
      return match.route().handler().answer(request);
    } catch (ApiException e) {
      return Errors.of(e, "simulated");
    } catch (DatabaseException e) {
      return Errors.of(
          new ApiException(
              call.method.equals("GET") ? ErrorCode.INTERNAL : ErrorCode.SUBMIT_FAILED,
              String.valueOf(e.getMessage())),
          "simulated");
    }
  }
}
