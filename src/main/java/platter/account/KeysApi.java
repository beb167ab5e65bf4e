package platter.account;

import static platter.auth.Action.ACCOUNTS_CHANGE;
import static platter.auth.Action.OPERATE;
import static platter.http.Shape.about;
import static platter.http.Shape.needs;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;

/** The JSON of {@code /platter/v1/keys}. */
final class KeysApi {
  private static final String ALL = "/platter/v1/keys";
  private static final String ONE = ALL + "/{id}";

  private static final Shape.Members CREATE =
      about("key", needs("user_id", Shape.text()), Wishes.DESCRIPTION, Wishes.EXPIRES);

  private static final Shape.Members CHANGE =
      about("key", Wishes.DESCRIPTION, Wishes.ENABLED, Wishes.EXPIRES);

  private final Changes changes;
  private final CreateKey create;
  private final ChangeKey change;
  private final DeleteKey delete;
  private final InstantSource clock;

  KeysApi(
      Changes changes, CreateKey create, ChangeKey change, DeleteKey delete, InstantSource clock) {
    this.changes = changes;
    this.create = create;
    this.change = change;
    this.delete = delete;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Face.PLATTER, OPERATE, this::list).query(Wishes.list("user_id")),
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
        views.keys().stream()
            .filter(view -> Wishes.asks(request, "user_id", view.userId()))
            .toList();
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("keys");
          Wishes.page(request, wanted).forEach(view -> views.write(g, view, Optional.empty()));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer create(Request request) {
    var body = Wishes.of(request, "key");
    var wanted =
        new CreateKey.Wanted(
            body.text("user_id").orElseThrow(() -> Wishes.bad("user_id is missing")),
            Wishes.description(body).orElse(""),
            Wishes.expires(body, clock.millis()).orElse(OptionalLong.empty()));
    var made = create.create(request.caller(), wanted, clock.millis());
    var views = views();
    return answer(201, views, views.view(made.key()), Optional.of(made.secret()));
  }

  private Answer show(Request request) {
    var access = request.param("id");
    var views = views();
    return answer(
        200,
        views,
        views.keys().stream()
            .filter(view -> view.access().equals(access))
            .findFirst()
            .orElseThrow(() -> Known.notFound("access key", access)),
        Optional.empty());
  }

  private Answer change(Request request) {
    var body = Wishes.of(request, "key");
    var wanted =
        new ChangeKey.Wanted(
            Wishes.description(body), body.bool("enabled"), Wishes.expires(body, clock.millis()));
    if (wanted.isNothing()) {
      throw Wishes.bad("key names nothing to change");
    }
    var changed = change.change(request.caller(), request.param("id"), wanted);
    var views = views();
    return answer(200, views, views.view(changed), Optional.empty());
  }

  private static Answer answer(
      int status, Views views, Views.KeyView view, Optional<String> secret) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("key");
          views.write(g, view, secret);
          g.writeEndObject();
        });
  }

  private Answer delete(Request request) {
    delete.delete(request.caller(), request.param("id"));
    return Answer.empty(204);
  }
}
