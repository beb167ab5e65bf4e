package platter.account;

import static platter.auth.Action.ACCOUNTS_CHANGE;
import static platter.auth.Action.OPERATE;
import static platter.http.Shape.about;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import platter.auth.Role;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;

/** The JSON of {@code /platter/v1/users}. */
final class UsersApi {
  private static final String ALL = "/platter/v1/users";
  private static final String ONE = ALL + "/{id}";

  private static final Shape.Members CREATE =
      about(
          "user",
          Wishes.NAMED,
          Wishes.DOMAIN,
          Wishes.PASSWORD,
          Wishes.ROLE,
          Wishes.PROJECTS,
          Wishes.ENABLED);

  private static final Shape.Members CHANGE =
      about("user", Wishes.PASSWORD, Wishes.ROLE, Wishes.PROJECTS, Wishes.ENABLED);

  private final Changes changes;
  private final CreateUser create;
  private final ChangeUser change;
  private final DeleteUser delete;
  private final Chance chance;
  private final UnaryOperator<String> hash;
  private final InstantSource clock;

  /**
   * @param hash of a password; takes a while, so it is made before the transaction begins
   */
  UsersApi(
      Changes changes,
      CreateUser create,
      ChangeUser change,
      DeleteUser delete,
      Chance chance,
      UnaryOperator<String> hash,
      InstantSource clock) {
    this.changes = changes;
    this.create = create;
    this.change = change;
    this.delete = delete;
    this.chance = chance;
    this.hash = hash;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Face.PLATTER, OPERATE, this::list)
            .query(Wishes.list("name", "domain_id")),
        new Route("POST", ALL, Face.PLATTER, ACCOUNTS_CHANGE, this::create).body(CREATE),
        new Route("GET", ONE, Face.PLATTER, OPERATE, this::show),
        new Route("PUT", ONE, Face.PLATTER, ACCOUNTS_CHANGE, this::change).body(CHANGE),
        new Route("DELETE", ONE, Face.PLATTER, ACCOUNTS_CHANGE, this::delete));
  }

  private Views views() {
    return new Views(changes.look(), clock.millis());
  }

  private Answer list(Request request) {
    var views = views();
    var wanted =
        views.users().stream()
            .filter(view -> Wishes.asks(request, "name", view.name()))
            .filter(view -> Wishes.asks(request, "domain_id", view.domainId()))
            .toList();
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("users");
          Wishes.page(request, wanted).forEach(view -> views.write(g, view, Optional.empty()));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  /** Without a password one is made, and told in the answer alone. */
  private Answer create(Request request) {
    var body = Wishes.of(request, "user");
    var name = Wishes.name(body);
    var given = Wishes.password(body);
    var role = Wishes.role(body).orElse(Role.MEMBER);
    var projects = Wishes.projects(body);
    boolean enabled = body.bool("enabled").orElse(true);
    var domain = body.text("domain_id").orElse(request.caller().domainId());
    var password = given.orElseGet(chance::password);
    var made =
        create.create(
            request.caller(),
            new CreateUser.Wanted(name, domain, hash.apply(password), role, projects, enabled),
            clock.millis());
    var views = views();
    return answer(
        201, views, views.view(made), given.isPresent() ? Optional.empty() : Optional.of(password));
  }

  private Answer show(Request request) {
    var id = request.param("id");
    var views = views();
    return answer(
        200,
        views,
        views.users().stream()
            .filter(view -> view.id().equals(id))
            .findFirst()
            .orElseThrow(() -> Known.notFound("user", id)),
        Optional.empty());
  }

  /** A password that is empty text is made by chance. */
  private Answer change(Request request) {
    var body = Wishes.of(request, "user");
    var made = body.text("password").filter(String::isEmpty).map(_ -> chance.password());
    var password = made.or(() -> Wishes.password(body));
    var role = Wishes.role(body);
    var projects = Wishes.projects(body);
    var wanted = new ChangeUser.Wanted(password.map(hash), role, projects, body.bool("enabled"));
    if (wanted.isNothing()) {
      throw Wishes.bad("user names nothing to change");
    }
    var changed = change.change(request.caller(), request.param("id"), wanted);
    var views = views();
    return answer(200, views, views.view(changed), made);
  }

  private static Answer answer(
      int status, Views views, Views.UserView view, Optional<String> password) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("user");
          views.write(g, view, password);
          g.writeEndObject();
        });
  }

  private Answer delete(Request request) {
    delete.delete(request.caller(), request.param("id"));
    return Answer.empty(204);
  }
}
