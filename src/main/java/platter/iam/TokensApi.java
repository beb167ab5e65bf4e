package platter.iam;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import platter.auth.Accounts;
import platter.auth.Action;
import platter.auth.AuthException.BadToken;
import platter.auth.Caller;
import platter.auth.Directory;
import platter.auth.Domain;
import platter.auth.Password;
import platter.auth.Project;
import platter.auth.Role;
import platter.auth.Token;
import platter.auth.TokenScope;
import platter.auth.Tokens;
import platter.auth.User;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Route;
import platter.http.Shape;
import platter.iam.TokenRequest.Identity;
import platter.iam.TokenRequest.Ref;
import platter.iam.TokenRequest.Scope;
import platter.iam.TokenRequest.UserRef;
import platter.id.ProjectId;
import tools.jackson.core.JsonGenerator;

/** {@code POST}, {@code GET} and {@code DELETE /v3/auth/tokens}: log in, look, and log out. */
final class TokensApi {
  static final String SUBJECT = "X-Subject-Token";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final Parameter SUBJECT_TOKEN = Parameter.of(SUBJECT, Shape.text());

  private static final Parameter NO_CATALOG =
      Parameter.lenient("nocatalog", Shape.text(), "whatever it is: the catalog stays empty");

  private final Directory directory;
  private final Tokens tokens;
  private final BiConsumer<String, Token> revoke;
  private final Catalog catalog;

  TokensApi(Directory directory, Tokens tokens, BiConsumer<String, Token> revoke, Catalog catalog) {
    this.directory = directory;
    this.tokens = tokens;
    this.revoke = revoke;
    this.catalog = catalog;
  }

  List<Route> routes() {
    return List.of(
        new Route(
                "POST",
                "/v3/auth/tokens",
                Face.OPEN,
                Action.ANY,
                request ->
                    create(request.body(), request.query("nocatalog").isPresent(), request.base()))
            .query(NO_CATALOG)
            .body(TokenRequest.SHAPE),
        new Route(
                "GET",
                "/v3/auth/tokens",
                Face.IAM,
                Action.ANY,
                request ->
                    show(
                        request.caller(),
                        request.header(SUBJECT),
                        request.query("nocatalog").isPresent(),
                        request.base()))
            .query(NO_CATALOG)
            .headers(List.of(SUBJECT_TOKEN)),
        new Route(
                "DELETE",
                "/v3/auth/tokens",
                Face.IAM,
                Action.ANY,
                request -> revoke(request.caller(), request.header(SUBJECT)))
            .headers(List.of(SUBJECT_TOKEN)));
  }

  /** Logs in. */
  Answer create(byte[] body, boolean withoutCatalog, String base) {
    var request = TokenRequest.read(body);
    var accounts = directory.now();
    var text =
        switch (request.identity()) {
          case Identity.ByPassword(var ref, var password) -> {
            var user =
                login(accounts, find(accounts, ref), password).orElseThrow(Refusals::wrongPassword);
            yield tokens.issue(user, scope(accounts, user, request.scope()), "password");
          }
          case Identity.ByToken(var given) -> {
            var from = token(given).orElseThrow(Refusals::badToken);
            var user = accounts.user(from.userId()).orElseThrow(Refusals::badToken);
            yield reissue(given, scope(accounts, user, request.scope()));
          }
        };
    var token = token(text).orElseThrow(Refusals::badToken); // deleted since it was found
    return describe(accounts, 201, text, token, withoutCatalog, base);
  }

  private static Optional<User> login(Accounts accounts, Optional<User> user, String password) {
    try {
      return accounts.login(user, password);
    } catch (Password.Crowded _) {
      throw Refusals.crowded();
    }
  }

  private static Optional<User> find(Accounts accounts, UserRef ref) {
    return switch (ref) {
      case UserRef.ById(var id) -> accounts.user(id);
      case UserRef.ByName(var name, var domain) ->
          find(accounts, domain).flatMap(found -> accounts.userNamed(found, name));
    };
  }

  private static Optional<Domain> find(Accounts accounts, Ref domain) {
    return switch (domain) {
      case Ref.Id(var id) -> accounts.domain(id);
      case Ref.Name(var name) -> accounts.domainNamed(name);
    };
  }

  private Optional<Token> token(String text) {
    try {
      return Optional.of(tokens.token(text));
    } catch (BadToken _) {
      return Optional.empty();
    }
  }

  private String reissue(String given, TokenScope scope) {
    try {
      return tokens.reissue(given, scope);
    } catch (BadToken _) {
      throw Refusals.badToken();
    }
  }

  /** What the user asks for, if it is the user's. */
  private static TokenScope scope(Accounts accounts, User user, Scope wanted) {
    var home = accounts.domainOf(user);
    return switch (wanted) {
      case Scope.Unsaid _ -> new TokenScope.OfDomain(home.id());
      case Scope.OfDomain(var domain) -> {
        if (!find(accounts, domain).equals(Optional.of(home))) {
          throw Refusals.noRight();
        }
        yield new TokenScope.OfDomain(home.id());
      }
      case Scope.OfProject(var project, var domain) -> {
        var owner = domain.map(ref -> find(accounts, ref)).orElse(Optional.of(home));
        yield find(accounts, project, owner)
            .map(Project::id)
            .filter(user.projects()::contains)
            .map(TokenScope.OfProject::new)
            .orElseThrow(Refusals::noRight);
      }
    };
  }

  private static Optional<Project> find(Accounts accounts, Ref project, Optional<Domain> owner) {
    return switch (project) {
      case Ref.Id(var id) -> ProjectId.parse(id).flatMap(accounts::project);
      case Ref.Name(var name) -> owner.flatMap(domain -> accounts.projectNamed(domain, name));
    };
  }

  /** Looks at a token: one's own, or one of the same domain. */
  Answer show(Caller caller, Optional<String> subject, boolean withoutCatalog, String base) {
    var text = subject.orElseThrow(() -> Refusals.badRequest(SUBJECT + " is missing"));
    var token = token(text).orElseThrow(Refusals::unknownSubject);
    var accounts = directory.now();
    var owner = accounts.user(token.userId()).orElseThrow(Refusals::unknownSubject);
    if (!owner.domainId().equals(caller.domainId()) && !caller.operator()) {
      throw Refusals.unknownSubject();
    }
    return describe(accounts, 200, text, token, withoutCatalog, base);
  }

  /** Takes a token back: one's own; an administrator any. What was made from it stays. */
  Answer revoke(Caller caller, Optional<String> subject) {
    var text = subject.orElseThrow(() -> Refusals.badRequest(SUBJECT + " is missing"));
    var token = token(text).orElseThrow(Refusals::unknownSubject);
    var accounts = directory.now();
    var owner = accounts.user(token.userId()).orElseThrow(Refusals::unknownSubject);
    boolean administrator = caller.role() == Role.ADMINISTRATOR;
    if (!owner.domainId().equals(caller.domainId()) && !administrator) {
      throw Refusals.unknownSubject();
    }
    if (!owner.id().equals(caller.userId()) && !administrator) {
      throw Refusals.noRight();
    }
    revoke.accept(text, token);
    return Answer.empty(204);
  }

  private Answer describe(
      Accounts accounts,
      int status,
      String text,
      Token token,
      boolean withoutCatalog,
      String base) {
    var user = accounts.user(token.userId()).orElseThrow(Refusals::unknownSubject);
    var domain = accounts.domainOf(user);
    return Answer.json(
            status,
            json -> {
              json.writeStartObject();
              json.writeObjectPropertyStart("token");
              if (withoutCatalog) {
                json.writeArrayPropertyStart("catalog");
                json.writeEndArray();
              } else {
                catalog.write(json, base, project(token, user));
              }
              if (token.scope() instanceof TokenScope.OfDomain) {
                domain(json, domain);
              }
              json.writeStringProperty("expires_at", time(token.expires()));
              json.writeStringProperty("issued_at", time(token.issued()));
              json.writeArrayPropertyStart("methods");
              json.writeString(token.method());
              json.writeEndArray();
              if (token.scope() instanceof TokenScope.OfProject(var id)) {
                var project = accounts.project(id).orElseThrow(Refusals::unknownProject);
                json.writeObjectPropertyStart("project");
                domain(json, accounts.domain(project.domainId()).orElseThrow());
                json.writeStringProperty("id", id.text());
                json.writeStringProperty("name", project.name());
                json.writeEndObject();
              }
              roles(json, user);
              json.writeObjectPropertyStart("user");
              domain(json, domain);
              json.writeStringProperty("id", user.id());
              json.writeStringProperty("name", user.name());
              json.writeStringProperty("password_expires_at", "");
              json.writeEndObject();
              json.writeEndObject();
              json.writeEndObject();
            })
        .withHeader(SUBJECT, text);
  }

  /** The one whose endpoints the catalog names: the token's, else the user's first. */
  private static Optional<ProjectId> project(Token token, User user) {
    return switch (token.scope()) {
      case TokenScope.OfProject(var id) -> Optional.of(id);
      case TokenScope.OfDomain _ -> user.projects().stream().findFirst();
    };
  }

  private static void domain(JsonGenerator json, Domain domain) {
    json.writeObjectPropertyStart("domain");
    json.writeStringProperty("id", domain.id());
    json.writeStringProperty("name", domain.name());
    json.writeEndObject();
  }

  /** Who may do everything in their projects is what the cloud calls tenant administrator. */
  private static void roles(JsonGenerator json, User user) {
    json.writeArrayPropertyStart("roles");
    role(json, user.role() == Role.READER ? "readonly" : "te_admin");
    if (user.role().operates()) {
      role(json, "platter_operator");
    }
    if (user.role() == Role.ADMINISTRATOR) {
      role(json, "platter_administrator");
    }
    json.writeEndArray();
  }

  private static void role(JsonGenerator json, String name) {
    json.writeStartObject();
    json.writeStringProperty("id", "0");
    json.writeStringProperty("name", name);
    json.writeEndObject();
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }
}
