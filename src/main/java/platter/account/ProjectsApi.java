package platter.account;

import static platter.auth.Action.ACCOUNTS_CHANGE;
import static platter.auth.Action.OPERATE;
import static platter.http.Shape.about;
import static platter.http.Shape.may;

import java.time.InstantSource;
import java.util.List;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;

/** The JSON of {@code /platter/v1/projects}. */
final class ProjectsApi {
  private static final String ALL = "/platter/v1/projects";
  private static final String ONE = ALL + "/{id}";

  private static final Shape.Members CREATE =
      about("project", Wishes.NAMED, Wishes.DOMAIN, may("id", Shape.text()));

  private final Changes changes;
  private final CreateProject create;
  private final DeleteProject delete;
  private final InstantSource clock;

  ProjectsApi(Changes changes, CreateProject create, DeleteProject delete, InstantSource clock) {
    this.changes = changes;
    this.create = create;
    this.delete = delete;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Face.PLATTER, OPERATE, this::list)
            .query(Wishes.list("name", "domain_id")),
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
        views.projects().stream()
            .filter(view -> Wishes.asks(request, "name", view.project().name()))
            .filter(view -> Wishes.asks(request, "domain_id", view.project().domainId()))
            .toList();
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("projects");
          Wishes.page(request, wanted).forEach(view -> views.write(g, view));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer create(Request request) {
    var body = Wishes.of(request, "project");
    var wanted =
        new CreateProject.Wanted(
            Wishes.name(body),
            body.text("domain_id").orElse(request.caller().domainId()),
            Wishes.projectId(body));
    var made = create.create(request.caller(), wanted, clock.millis());
    var views = views();
    return answer(201, views, views.view(made));
  }

  private Answer show(Request request) {
    var id = request.param("id");
    var views = views();
    return answer(
        200,
        views,
        views.projects().stream()
            .filter(view -> view.project().id().text().equals(id))
            .findFirst()
            .orElseThrow(() -> Known.notFound("project", id)));
  }

  private static Answer answer(int status, Views views, Views.ProjectView view) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("project");
          views.write(g, view);
          g.writeEndObject();
        });
  }

  private Answer delete(Request request) {
    delete.delete(request.caller(), request.param("id"));
    return Answer.empty(204);
  }
}
