package platter.iam;

import java.util.List;
import platter.auth.Accounts;
import platter.auth.Action;
import platter.auth.Caller;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Route;

/** {@code GET /v3/auth/catalog} and {@code GET /v3/regions}. */
final class CatalogApi {
  private final Accounts accounts;
  private final Catalog catalog;
  private final String region;

  CatalogApi(Accounts accounts, Catalog catalog, String region) {
    this.accounts = accounts;
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
        new Route("GET", "/v3/regions", Face.IAM, Action.ANY, request -> regions(request.base())));
  }

  /** A caller without a scope gets the endpoints of the user's first project. */
  Answer catalog(Caller caller, String base) {
    var project =
        caller
            .scope()
            .or(
                () ->
                    accounts
                        .user(caller.userId())
                        .flatMap(user -> user.projects().stream().findFirst()));
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          catalog.write(json, base, project);
          Links.self(json, base + "/v3/auth/catalog");
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
