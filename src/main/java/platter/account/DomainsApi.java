package platter.account;

import static platter.auth.Action.ACCOUNTS_CHANGE;
import static platter.auth.Action.OPERATE;
import static platter.http.Shape.about;

import java.time.InstantSource;
import java.util.List;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;

/** The JSON of {@code /platter/v1/domains}. */
final class DomainsApi {
  private static final String ALL = "/platter/v1/domains";
  private static final String ONE = ALL + "/{id}";

  private static final Shape.Members CREATE = about("domain", Wishes.NAMED);

  private final Changes changes;
  private final CreateDomain create;
  private final DeleteDomain delete;
  private final InstantSource clock;

  DomainsApi(Changes changes, CreateDomain create, DeleteDomain delete, InstantSource clock) {
    this.changes = changes;
    this.create = create;
    this.delete = delete;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Face.PLATTER, OPERATE, this::list).query(Wishes.list("name")),
        new Route("POST", ALL, Face.PLATTER, ACCOUNTS_CHANGE, this::create).body(CREATE),
        new Route("GET", ONE, Face.PLATTER, OPERATE, this::show),
        new Route("DELETE", ONE, Face.PLATTER, ACCOUNTS_CHANGE, this::delete));
  }

  private Views views() {
    return new Views(changes.look(), clock.millis());
  }

  private Answer list(Request request) {
    var views = views();
    var wanted =
        views.domains().stream()
            .filter(view -> Wishes.asks(request, "name", view.domain().name()))
            .toList();
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("domains");
          Wishes.page(request, wanted).forEach(view -> views.write(g, view));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer create(Request request) {
    var name = Wishes.name(Wishes.of(request, "domain"));
    var made = create.create(request.caller(), name, clock.millis());
    var views = views();
    return answer(201, views, views.view(made));
  }

  private Answer show(Request request) {
    var id = request.param("id");
    var views = views();
    return answer(
        200,
        views,
        views.domains().stream()
            .filter(view -> view.domain().id().equals(id))
            .findFirst()
            .orElseThrow(() -> Known.notFound("domain", id)));
  }

  private static Answer answer(int status, Views views, Views.DomainView view) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("domain");
          views.write(g, view);
          g.writeEndObject();
        });
  }

  private Answer delete(Request request) {
    delete.delete(request.caller(), request.param("id"));
    return Answer.empty(204);
  }
}
