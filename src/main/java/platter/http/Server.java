package platter.http;

import static java.lang.System.Logger.Level.ERROR;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import platter.auth.AuthException;
import platter.auth.Caller;
import platter.auth.Inbound;
import platter.auth.Policy;
import platter.error.ApiException;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.error.IamException;
import platter.id.ProjectId;

/**
 * The HTTP server: plain blocking code on virtual threads. It finds the route, reads the body
 * within its limits, asks who calls and whether they may, and turns every error into its documented
 * code and shape.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  /** The gateway's limit of a URI. */
  private static final int MAX_URI_BYTES = 32 << 10;

  private static final int MAX_HEADERS_BYTES = 64 << 10;

  /** A connection that says nothing for so long is closed. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private static final int MAX_CONNECTIONS = 20_000;
  private static final String NOT_ACCEPTED = "the database could not do it; nothing was accepted";
  private static final String PERHAPS_ACCEPTED =
      "the database went away in the commit, so it is not known whether this was accepted: look,"
          + " or repeat it if it had an X-Client-Token or Idempotency-Key";

  private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");

  private final Router router;
  private final Traffic traffic;
  private final Authentication authentication;
  private final Policy policy;
  private final RequestBody.Room bodies;
  private final WebServer server;
  private final InetSocketAddress listening;

  private Server(
      InetSocketAddress listen,
      List<Route> routes,
      Authentication authentication,
      Policy policy,
      RequestBody.Room bodies) {
    router = new Router(routes);
    traffic = new Traffic(routes);
    this.authentication = authentication;
    this.policy = policy;
    this.bodies = bodies;
    server =
        on(listen, MAX_CONNECTIONS)
            .connectionOptions(options -> options.readTimeout(SILENCE).tcpNoDelay(true))
            .addProtocol(
                Http1Config.builder()
                    .maxPrologueLength(MAX_URI_BYTES)
                    .maxHeadersSize(MAX_HEADERS_BYTES)
                    .validateResponseHeaders(false) // Answer does where they are not constants
                    .build())
            .directHandlers(directHandlers())
            .routing(routing -> routing.any(this::handle))
            .build();
    server.start();
    listening = new InetSocketAddress(listen.getAddress(), server.port());
  }

  /** One that listens there, and is stopped by us. */
  static WebServerConfig.Builder on(InetSocketAddress listen, int connections) {
    return WebServer.builder()
        .address(listen.getAddress())
        .port(listen.getPort())
        .maxTcpConnections(connections)
        .idleConnectionTimeout(SILENCE)
        .shutdownGracePeriod(Duration.ofSeconds(1))
        .shutdownHook(false);
  }

  /** Listens and answers until it is closed. Port 0 takes a free one. */
  public static Server start(
      InetSocketAddress listen, List<Route> routes, Authentication authentication, Policy policy) {
    return start(listen, routes, authentication, policy, RequestBody.Room.ofThisMachine());
  }

  /** The same with another bound on what is read at one time. */
  static Server start(
      InetSocketAddress listen,
      List<Route> routes,
      Authentication authentication,
      Policy policy,
      RequestBody.Room bodies) {
    return new Server(listen, routes, authentication, policy, bodies);
  }

  /** What was called. */
  public Traffic traffic() {
    return traffic;
  }

  /** Where it listens. */
  public InetSocketAddress listening() {
    return listening;
  }

  private void handle(ServerRequest request, ServerResponse response) {
    var requestId = newRequestId();
    try (var body = new RequestBody(request, bodies)) {
      send(response, answer(request, body, requestId), requestId);
      if (!body.drop()) {
        throw new CloseConnectionException("the client sends more than is read");
      }
    }
    if (request.headers().contains(HeaderNames.CONNECTION)
        && request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      // the library says Connection: close and keeps it open
      throw new CloseConnectionException("the client asked for it");
    }
  }

  private Answer answer(ServerRequest request, RequestBody body, String requestId) {
    long begun = System.nanoTime();
    var prologue = request.prologue();
    var method = prologue.method().text();
    var path = prologue.uriPath().rawPath();
    var match = router.find(method, path);
    if (match.isEmpty()) {
      traffic.answered(ErrorCode.API_NOT_FOUND.status(), System.nanoTime() - begun);
      return Errors.of(
          new ApiException(
              ErrorCode.API_NOT_FOUND,
              "Platter has no " + method + " " + path + "; see docs/api.md"),
          requestId);
    }
    var answer = answer(request, body, requestId, method, path, match.get());
    traffic.answered(match.get().route(), answer.status(), System.nanoTime() - begun);
    return answer;
  }

  private Answer answer(
      ServerRequest request,
      RequestBody body,
      String requestId,
      String method,
      String path,
      Router.Match match) {
    var route = match.route();
    Request read;
    try {
      read = read(request, body, method, path, match);
    } catch (Refused e) {
      return e.answer(requestId);
    } catch (RuntimeException | Error e) {
      return failed(e, route, method, path, requestId);
    }
    Answer answer;
    try {
      answer = route.handler().answer(read);
    } catch (RuntimeException | Error e) {
      answer = failed(e, route, method, path, requestId);
    }
    return Microversion.isOf(route) ? read.microversion().tell(answer) : answer;
  }

  /** The caller's errors in the shape of the family; all others into the log, too. */
  private static Answer failed(
      Throwable error, Route route, String method, String path, String requestId) {
    return switch (error) {
      case ApiException e -> Errors.of(route.face(), e, requestId);
      case IamException e -> Errors.iam(e.status(), String.valueOf(e.getMessage()), e.title());
      case DatabaseException e -> {
        LOG.log(ERROR, "request " + requestId + " " + method + " " + path, e);
        yield Errors.of(
            route.face(),
            new ApiException(
                method.equals("GET") ? ErrorCode.INTERNAL : ErrorCode.SUBMIT_FAILED,
                e.outcomeUnknown() ? PERHAPS_ACCEPTED : NOT_ACCEPTED),
            requestId);
      }
      default -> {
        LOG.log(ERROR, "request " + requestId + " " + method + " " + path + " met a bug", error);
        yield Errors.of(
            route.face(),
            new ApiException(
                ErrorCode.INTERNAL, "a bug in Platter; its log has request " + requestId),
            requestId);
      }
    };
  }

  /** A refusal whose answer depends on more than a code. */
  private static final class Refused extends Exception {
    private final Function<String, Answer> answer;

    Refused(Function<String, Answer> answer) {
      super(null, null, false, false);
      this.answer = answer;
    }

    Answer answer(String requestId) {
      return answer.apply(requestId);
    }
  }

  private Request read(
      ServerRequest request, RequestBody arriving, String method, String path, Router.Match match)
      throws Refused {
    var route = match.route();
    var rawQuery = request.prologue().query().rawValue();
    var caller =
        route.face() == Face.OPEN ? null : caller(request, method, path, rawQuery, arriving, route);
    var body = caller == null ? arriving.ofStranger() : arriving.bytes();
    try {
      var params = path.indexOf('%') < 0 ? match.params() : decoded(match.params());
      var project = caller == null ? null : check(caller, route, params);
      var microversion = Microversion.of(route, () -> header(request, Microversion.HEADER));
      return new Request(
          method,
          path,
          params,
          Query.parse(rawQuery),
          name -> header(request, name),
          body,
          caller,
          project,
          microversion,
          () -> base(request),
          route.takes());
    } catch (Query.BadEncoding e) {
      throw new ApiException(ErrorCode.URL_ENCODING, "the URL is not percent-encoded UTF-8");
    }
  }

  private static Optional<String> header(ServerRequest request, String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  private static Map<String, String> decoded(Map<String, String> params) throws Query.BadEncoding {
    var decoded = new HashMap<String, String>(params.size() * 2);
    for (var param : params.entrySet()) {
      decoded.put(param.getKey(), Query.decode(param.getValue()));
    }
    return decoded;
  }

  private Caller caller(
      ServerRequest request,
      String method,
      String path,
      String rawQuery,
      RequestBody body,
      Route route)
      throws Refused {
    try {
      return authentication.of(
          new Inbound(
              method,
              path,
              rawQuery,
              name -> request.headers().all(HeaderNames.createFromLowercase(name), List::of),
              body::bytes));
    } catch (AuthException e) {
      throw refused(e, route.face());
    }
  }

  private static Refused refused(AuthException e, Face face) {
    var detail = String.valueOf(e.getMessage());
    return switch (e) {
      case AuthException.BadToken _ when face == Face.JOBS ->
          new Refused(id -> Errors.of(new ApiException(ErrorCode.JOB_TOKEN, detail), id));
      case AuthException.BadToken _ when face == Face.IAM ->
          new Refused(_ -> Errors.iam(401, "The X-Auth-Token is invalid!", "Unauthorized"));
      case AuthException.BadToken _, AuthException.BadSignature _, AuthException.NoCredentials _ ->
          new Refused(
              id ->
                  Errors.of(
                      ErrorCode.UNAUTHENTICATED,
                      ErrorCode.UNAUTHENTICATED.message() + ": " + detail,
                      detail,
                      id));
    };
  }

  /** Whether they may. Returns the project of the path, if it names one. */
  private @Nullable ProjectId check(Caller caller, Route route, Map<String, String> params) {
    var project = params.get("project_id");
    var id = project == null ? null : project(caller, route, project);
    if (!policy.allows(caller, route.action())) {
      throw denied(route);
    }
    return id;
  }

  /** As the family tells it; of what only Platter has, in the words of the gateway. */
  private static RuntimeException denied(Route route) {
    var action = route.action().wireName();
    return switch (route.face()) {
      case IAM, OPEN -> new IamException(403, "You have no right to do this action", "Forbidden");
      case PLATTER ->
          route.action().isOfService()
              ? new ApiException(ErrorCode.FORBIDDEN, "needs the right " + action)
              : new ApiException(ErrorCode.POLICY_DENIED, deniedByPolicy(action));
      case EVS, JOBS, CINDER -> new ApiException(ErrorCode.POLICY_DENIED, deniedByPolicy(action));
    };
  }

  /** The cloud's newer text (page "Errors", EVS.2056). */
  private static String deniedByPolicy(String action) {
    return "Policy doesn't allow " + action + " to be performed.";
  }

  private ProjectId project(Caller caller, Route route, String text) {
    var id = ProjectId.parse(text);
    if (id.isPresent() && policy.belongs(caller, id.get())) {
      return id.get();
    }
    var code =
        route.face() != Face.JOBS
            ? ErrorCode.INVALID_TENANT
            : id.isEmpty() ? ErrorCode.JOB_NOT_FOUND : ErrorCode.JOB_TENANT;
    throw new ApiException(
        code, "the project of the path is not one the credentials of this call belong to");
  }

  private String base(ServerRequest request) {
    var host = request.headers().first(HeaderNames.HOST).orElse("");
    return (request.isSecure() ? "https://" : "http://") + (isAuthority(host) ? host : authority());
  }

  private String authority() {
    return listening.getHostString() + ":" + listening.getPort();
  }

  private static boolean isAuthority(String host) {
    if (host.isEmpty() || host.length() > 300) {
      return false;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean fine =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ".-_:[]".indexOf(c) >= 0;
      if (!fine) {
        return false;
      }
    }
    return true;
  }

  private static void send(ServerResponse response, Answer answer, String requestId) {
    response.status(Status.create(answer.status()));
    response.header(HeaderValues.create(REQUEST_ID, requestId));
    for (var header : answer.headers()) {
      response.header(HeaderNames.create(header.getKey()), header.getValue());
    }
    if (answer.body().length == 0) {
      response.send();
    } else {
      response.header(HeaderValues.CONTENT_TYPE_JSON);
      response.send(answer.body());
    }
  }

  private static String newRequestId() {
    var random = ThreadLocalRandom.current(); // a name for logs, not a secret
    var hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  /** What the library refuses before a route is looked for gets the gateway's shape too. */
  private static DirectHandlers directHandlers() {
    DirectHandler gateway = Server::direct;
    var handlers = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, gateway);
    }
    return handlers.build();
  }

  private static DirectHandler.TransportResponse direct(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      io.helidon.http.ServerResponseHeaders headers,
      @Nullable String message) {
    // no handler lets an error out, so what went wrong inside the library is what it read
    int wanted =
        type == DirectHandler.EventType.INTERNAL_ERROR
            ? ErrorCode.API_REQUEST.status()
            : status.code();
    var code =
        switch (wanted) {
          case 413 -> ErrorCode.BODY_TOO_LARGE;
          case 414 -> ErrorCode.URI_TOO_LARGE;
          default -> ErrorCode.API_REQUEST;
        };
    var requestId = newRequestId();
    var answer = Errors.of(new ApiException(code, orPlain(message)), requestId);
    var response =
        DirectHandler.TransportResponse.builder()
            .status(Status.create(wanted < 500 ? answer.status() : wanted))
            .header(HeaderValues.CONTENT_TYPE_JSON)
            .header(HeaderValues.create(REQUEST_ID, requestId))
            .keepAlive(false)
            .entity(answer.body());
    for (var header : answer.headers()) {
      response.header(HeaderValues.create(header.getKey(), header.getValue()));
    }
    return response.build();
  }

  /** The library does not always say what was wrong. */
  private static String orPlain(@Nullable String message) {
    return message == null || message.isBlank()
        ? "the request line or a header is not as HTTP has it, or is too long"
        : message;
  }

  @Override
  public void close() {
    server.stop();
  }
}
