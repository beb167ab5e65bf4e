package platter.iam;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import platter.auth.Action;
import platter.auth.Caller;
import platter.auth.Directory;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Route;
import platter.http.Shape;
import platter.id.ProjectId;

/**
 * {@code GET /v3/auth/catalog}, {@code /v3/endpoints}, {@code /v3/services}, {@code /v3/regions}.
 */
final class CatalogApi {
  private final Directory directory;
  private final Catalog catalog;
  private final String region;

  CatalogApi(Directory directory, Catalog catalog, String region) {
    this.directory = directory;
    this.catalog = catalog;
    this.region = region;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "GET",
            "/v3/auth/catalog",
            Face.IAM,
            Action.ANY,
            request -> catalog(request.caller(), request.base())),
        new Route(
                "GET",
                "/v3/endpoints",
                Face.IAM,
                Action.ANY,
                request ->
                    endpoints(
                        request.caller(),
                        request.query("interface").orElse("public"),
                        request.query("service_id"),
                        request.base()))
            .query(
                Parameter.of("interface", Shape.text()), Parameter.of("service_id", Shape.text())),
        new Route(
                "GET",
                "/v3/services",
                Face.IAM,
                Action.ANY,
                request -> services(request.caller(), request.query("type"), request.base()))
            .query(Parameter.of("type", Shape.text())),
        new Route("GET", "/v3/regions", Face.IAM, Action.ANY, request -> regions(request.base())));
  }

  /** A caller without a scope gets the endpoints of the user's first project. */
  Answer catalog(Caller caller, String base) {
    var project = project(caller);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          catalog.write(json, base, project);
          Links.self(json, base + "/v3/auth/catalog");
          json.writeEndObject();
        });
  }

  private Optional<ProjectId> project(Caller caller) {
    return caller
        .scope()
        .or(
            () ->
                directory
                    .now()
                    .user(caller.userId())
                    .flatMap(user -> user.projects().stream().findFirst()));
  }

  /**
   * The endpoints of the catalog.
   *
   * @param kind there are public ones only
   */
  Answer endpoints(Caller caller, String kind, Optional<String> service, String base) {
    if (!Set.of("public", "internal", "admin").contains(kind)) {
      throw Refusals.badRequest("interface must be public, internal or admin");
    }
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          if (kind.equals("public")) {
            catalog.writeEndpoints(json, base, project(caller), service);
          } else {
            json.writeArrayPropertyStart("endpoints");
            json.writeEndArray();
          }
          Links.selfAndNeighbours(json, base + "/v3/endpoints");
          json.writeEndObject();
        });
  }

  /** The services of the catalog. */
  Answer services(Caller caller, Optional<String> type, String base) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Links.selfAndNeighbours(json, base + "/v3/services");
          catalog.writeServices(json, base, project(caller), type);
          json.writeEndObject();
        });
  }

  Answer regions(String base) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Links.selfAndNeighbours(json, base + "/v3/regions");
          json.writeArrayPropertyStart("regions");
          json.writeStartObject();
          json.writeStringProperty("description", "");
          json.writeStringProperty("id", region);
          Links.self(json, base + "/v3/regions/" + region);
          json.writeObjectPropertyStart("locales");
          json.writeStringProperty("en-us", region);
          json.writeStringProperty("zh-cn", region);
          json.writeEndObject();
          json.writeNullProperty("parent_region_id");
          json.writeStringProperty("type", "public");
          json.writeEndObject();
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
