package platter.openapi;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import platter.auth.Action;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;

/** Serves the document at {@code /openapi.json}, to anybody. */
public final class OpenApi {
  private final Supplier<List<Route>> routes;

  /** Made when it is asked for: a start does not wait for it. */
  private final AtomicReference<byte @Nullable []> document = new AtomicReference<>();

  /**
   * Makes the service.
   *
   * @param routes all that the server answers, once it runs
   */
  public OpenApi(Supplier<List<Route>> routes) {
    this.routes = routes;
  }

  public List<Route> routes() {
    return List.of(new Route("GET", "/openapi.json", Face.OPEN, Action.ANY, this::show));
  }

  private Answer show(Request request) {
    var made = document.get();
    if (made == null) {
      made = new Document(ApiDocument.read()).of(routes.get());
      document.set(made); // twice at worst, and both are the same
    }
    return Answer.json(200, made);
  }
}
