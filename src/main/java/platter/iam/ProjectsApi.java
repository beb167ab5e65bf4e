package platter.iam;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import platter.auth.Action;
import platter.auth.Caller;
import platter.auth.Directory;
import platter.auth.Project;
import platter.auth.User;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Route;
import platter.http.Shape;
import platter.id.ProjectId;
import tools.jackson.core.JsonGenerator;

/** The projects and the domain of the caller: nobody learns of others. */
final class ProjectsApi {
  /** The largest {@code per_page} (page "IAM", 3). */
  static final int MAX_PER_PAGE = 5000;

  private final Directory directory;

  private static final Shape FLAG = Shape.oneOf("true", "false");

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.of("domain_id", Shape.text()),
          Parameter.of("name", Shape.text()),
          Parameter.of("parent_id", Shape.text()),
          Parameter.of("enabled", FLAG),
          Parameter.of("is_domain", FLAG),
          Parameter.of("page", Shape.whole(1, Integer.MAX_VALUE)),
          Parameter.of("per_page", Shape.whole(1, MAX_PER_PAGE)));

  ProjectsApi(Directory directory) {
    this.directory = directory;
  }

  List<Route> routes() {
    return List.of(
        // not {project_id}: a caller of one project may ask for another one of the user's
        new Route(
                "GET",
                "/v3/projects",
                Face.IAM,
                Action.ANY,
                request -> list(request.caller(), request::query, request.base()))
            .query(PARAMETERS),
        new Route(
            "GET",
            "/v3/projects/{id}",
            Face.IAM,
            Action.ANY,
            request -> show(request.caller(), request.param("id"), request.base())),
        new Route(
            "GET",
            "/v3/auth/projects",
            Face.IAM,
            Action.ANY,
            request -> listOwn(request.caller(), request.base())),
        new Route(
            "GET",
            "/v3/auth/domains",
            Face.IAM,
            Action.ANY,
            request -> domains(request.caller(), request.base())));
  }

  /**
   * The user's projects.
   *
   * @param query the first value of a query parameter
   */
  Answer list(Caller caller, Function<String, Optional<String>> query, String base) {
    var enabled = flag(query, "enabled");
    var isDomain = flag(query, "is_domain");
    var wanted =
        projects(caller).stream()
            .filter(project -> same(query.apply("name"), project.name()))
            .filter(project -> same(query.apply("domain_id"), project.domainId()))
            .filter(project -> same(query.apply("parent_id"), project.domainId()))
            .filter(_ -> same(enabled, true))
            .filter(_ -> same(isDomain, false))
            .toList();
    var page = page(wanted, query);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Links.selfAndNeighbours(json, base + "/v3/projects");
          json.writeArrayPropertyStart("projects");
          page.forEach(project -> write(json, project, base, Links::selfAndNeighbours));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static <T> boolean same(Optional<T> wanted, T is) {
    return wanted.isEmpty() || wanted.get().equals(is);
  }

  private static Optional<Boolean> flag(Function<String, Optional<String>> query, String name) {
    return query
        .apply(name)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw Refusals.badRequest(name + " must be true or false");
                });
  }

  private static List<Project> page(List<Project> all, Function<String, Optional<String>> query) {
    var page = number(query, "page", Integer.MAX_VALUE);
    var perPage = number(query, "per_page", MAX_PER_PAGE);
    if (page.isEmpty() && perPage.isEmpty()) {
      return all;
    }
    if (page.isEmpty() || perPage.isEmpty()) {
      throw Refusals.badRequest("page and per_page go together");
    }
    return all.stream().skip((page.get() - 1L) * perPage.get()).limit(perPage.get()).toList();
  }

  private static Optional<Integer> number(
      Function<String, Optional<String>> query, String name, int max) {
    return query
        .apply(name)
        .map(
            text -> {
              try {
                int value = Integer.parseInt(text);
                if (value >= 1 && value <= max) {
                  return value;
                }
              } catch (NumberFormatException _) {
                // told below, as one that is too large
              }
              throw Refusals.badRequest(name + " must be a number from 1 to " + max);
            });
  }

  /** One of the user's projects. */
  Answer show(Caller caller, String id, String base) {
    var project =
        ProjectId.parse(id)
            .flatMap(
                wanted ->
                    projects(caller).stream().filter(one -> one.id().equals(wanted)).findFirst())
            .orElseThrow(Refusals::unknownProject);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeName("project");
          write(json, project, base, Links::selfAndNeighbours);
          json.writeEndObject();
        });
  }

  /** The projects that the caller may ask a token for. */
  Answer listOwn(Caller caller, String base) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Links.self(json, base + "/v3/auth/projects");
          json.writeArrayPropertyStart("projects");
          projects(caller).forEach(project -> write(json, project, base, Links::self));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** The one domain of the caller. */
  Answer domains(Caller caller, String base) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("domains");
          json.writeStartObject();
          json.writeStringProperty("description", "");
          json.writeBooleanProperty("enabled", true);
          json.writeStringProperty("id", caller.domainId());
          Links.self(json, base + "/v3/domains/" + caller.domainId());
          json.writeStringProperty("name", caller.domainName());
          json.writeEndObject();
          json.writeEndArray();
          Links.self(json, base + "/v3/auth/domains");
          json.writeEndObject();
        });
  }

  /** Whatever the caller's scope: a client asks for its projects to choose one. */
  private List<Project> projects(Caller caller) {
    var accounts = directory.now();
    Optional<User> user = accounts.user(caller.userId());
    return user.map(accounts::projectsOf).orElseGet(List::of);
  }

  private static void write(
      JsonGenerator json, Project project, String base, BiConsumer<JsonGenerator, String> links) {
    json.writeStartObject();
    json.writeStringProperty("description", "");
    json.writeStringProperty("domain_id", project.domainId());
    json.writeBooleanProperty("enabled", true);
    json.writeStringProperty("id", project.id().text());
    json.writeBooleanProperty("is_domain", false);
    links.accept(json, base + "/v3/projects/" + project.id());
    json.writeStringProperty("name", project.name());
    json.writeStringProperty("parent_id", project.domainId());
    json.writeEndObject();
  }
}
