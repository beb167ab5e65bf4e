package platter.iam;

import static platter.http.Shape.about;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.Optional;
import java.util.Set;
import platter.http.Shape;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /v3/auth/tokens}, checked for its form.
 *
 * @param identity who asks
 * @param scope what for
 */
record TokenRequest(Identity identity, Scope scope) {
  private static final Shape.Member DOMAIN =
      may("domain", Shape.object(may("id", Shape.text()), may("name", Shape.text())));

  /** What {@link #read} reads: of each user, project or domain its id or its name. */
  static final Shape.Members SHAPE =
      about(
          "auth",
          needs(
              "identity",
              Shape.either(
                  Shape.object(
                      method("password"),
                      needs(
                          "password",
                          about(
                              "user",
                              may("id", Shape.text()),
                              may("name", Shape.text()),
                              DOMAIN,
                              needs("password", Shape.text())))),
                  Shape.object(
                      method("token"), needs("token", Shape.object(needs("id", Shape.text())))))),
          may(
              "scope",
              Shape.oneMember(
                  needs(
                      "project",
                      Shape.object(may("id", Shape.text()), may("name", Shape.text()), DOMAIN)),
                  needs("domain", DOMAIN.shape()),
                  needs("unscoped", Shape.object()))));

  private static Shape.Member method(String name) {
    return needs("methods", Shape.list(Shape.oneOf(name), 1, 1));
  }

  /** How somebody proves who they are. */
  sealed interface Identity {
    record ByPassword(UserRef user, String password) implements Identity {
      @Override
      public String toString() {
        return "ByPassword[user=" + user + "]";
      }
    }

    record ByToken(String token) implements Identity {
      @Override
      public String toString() {
        return "ByToken";
      }
    }
  }

  /** Which user is meant. */
  sealed interface UserRef {
    record ById(String id) implements UserRef {}

    record ByName(String name, Ref domain) implements UserRef {}
  }

  /** Something by its id or by its name. */
  sealed interface Ref {
    record Id(String id) implements Ref {}

    record Name(String name) implements Ref {}
  }

  /** What the token is asked for. */
  sealed interface Scope {
    /** Nothing said. */
    record Unsaid() implements Scope {}

    record OfDomain(Ref domain) implements Scope {}

    /** The domain is the user's, when none is named. */
    record OfProject(Ref project, Optional<Ref> domain) implements Scope {}
  }

  /** Reads the body; anything that is not as documented is 400. */
  static TokenRequest read(byte[] body) {
    JsonNode root;
    try {
      root = Json.read(body);
    } catch (Json.BadJson _) {
      throw Refusals.badBody();
    }
    var auth = object(root, "auth").orElseThrow(Refusals::badBody);
    var identity = object(auth, "identity").orElseThrow(Refusals::badBody);
    return new TokenRequest(identity(identity), scope(auth));
  }

  private static Identity identity(JsonNode identity) {
    var methods = identity.path("methods");
    if (!methods.isArray() || methods.size() != 1 || !methods.get(0).isString()) {
      throw Refusals.badBody();
    }
    return switch (methods.get(0).asString()) {
      case "password" -> {
        var user =
            object(identity, "password")
                .flatMap(password -> object(password, "user"))
                .orElseThrow(Refusals::badBody);
        yield new Identity.ByPassword(
            user(user), text(user, "password").orElseThrow(Refusals::badBody));
      }
      case "token" ->
          new Identity.ByToken(
              object(identity, "token")
                  .flatMap(token -> text(token, "id"))
                  .orElseThrow(Refusals::badBody));
      default -> throw Refusals.badBody();
    };
  }

  private static UserRef user(JsonNode user) {
    var id = text(user, "id");
    if (id.isPresent()) {
      return new UserRef.ById(id.get());
    }
    return new UserRef.ByName(
        text(user, "name").orElseThrow(Refusals::badBody),
        object(user, "domain").map(TokenRequest::ref).orElseThrow(Refusals::badBody));
  }

  private static Scope scope(JsonNode auth) {
    if (auth.path("scope").isMissingNode() || auth.path("scope").isNull()) {
      return new Scope.Unsaid();
    }
    var scope = object(auth, "scope").orElseThrow(Refusals::badBody);
    if (!Set.of("project", "domain", "unscoped").containsAll(scope.propertyNames())
        || scope.size() > 1) {
      throw Refusals.badBody();
    }
    var project = object(scope, "project");
    if (project.isPresent()) {
      return new Scope.OfProject(
          ref(project.get()), object(project.get(), "domain").map(TokenRequest::ref));
    }
    var domain = object(scope, "domain");
    if (domain.isPresent()) {
      return new Scope.OfDomain(ref(domain.get()));
    }
    return new Scope.Unsaid();
  }

  /** The id wins over the name. */
  private static Ref ref(JsonNode node) {
    return text(node, "id")
        .<Ref>map(Ref.Id::new)
        .or(() -> text(node, "name").map(Ref.Name::new))
        .orElseThrow(Refusals::badBody);
  }

  private static Optional<JsonNode> object(JsonNode node, String member) {
    var value = node.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw Refusals.badBody();
    }
    return Optional.of(value);
  }

  private static Optional<String> text(JsonNode node, String member) {
    var value = node.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Refusals.badBody();
    }
    return Optional.of(value.asString());
  }
}
