package platter.quota;

import static platter.auth.Action.OPERATE;
import static platter.auth.Action.QUOTA_GET;
import static platter.http.Shape.about;
import static platter.http.Shape.may;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.ProjectId;

/**
 * The JSON of {@code os-quota-sets} (reference: quotas.md). Reading is the cloud's; changing, for
 * operators, is as in OpenStack.
 */
public final class QuotasApi {
  /** Who is meant, again: clients of OpenStack send it along. */
  private static final Set<String> NOT_LIMITS = Set.of("id", "tenant_id", "project_id");

  private static final Parameter USAGE =
      Parameter.of("usage", Shape.oneOf("True", "true", "False", "false"));

  private static final Shape.Members LIMITS =
      about(
          "quota_set",
          Stream.concat(
                  NOT_LIMITS.stream().sorted().map(name -> may(name, Shape.text())),
                  Quotas.RESOURCES.stream()
                      .map(name -> may(name, Shape.whole(Quotas.UNLIMITED, Integer.MAX_VALUE))))
              .toArray(Shape.Member[]::new));

  private final Database db;
  private final Quotas quotas;
  private final Predicate<ProjectId> known;

  /**
   * @param known whether there is such a project
   */
  public QuotasApi(Database db, Quotas quotas, Predicate<ProjectId> known) {
    this.db = db;
    this.quotas = quotas;
    this.known = known;
  }

  public List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : List.of("v2", "v3")) {
      var path = "/" + version + "/{project_id}/os-quota-sets/{target_project_id}";
      routes.add(new Route("GET", path, Face.CINDER, QUOTA_GET, this::show).query(USAGE));
      routes.add(new Route("PUT", path, Face.CINDER, OPERATE, this::change).body(LIMITS));
      routes.add(new Route("DELETE", path, Face.CINDER, OPERATE, this::reset));
    }
    return routes;
  }

  /** With {@code usage=True} as in the cloud, else the limits alone, as in OpenStack. */
  private Answer show(Request request) {
    var target = target(request);
    boolean usage =
        switch (request.query("usage").orElse("False")) {
          case "True", "true" -> true;
          case "False", "false" -> false;
          default -> throw new ApiException(ErrorCode.INVALID_REQUEST, "usage must be True");
        };
    return answer(target, usage);
  }

  private Answer answer(ProjectId target, boolean usage) {
    var all = db.lookUp(tx -> quotas.of(tx, target));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("quota_set");
          g.writeStringProperty("id", target.text());
          all.forEach(
              (resource, quota) -> {
                if (usage) {
                  g.writeObjectPropertyStart(resource);
                  g.writeNumberProperty("in_use", quota.inUse());
                  g.writeNumberProperty("limit", quota.limit());
                  g.writeNumberProperty("reserved", 0); // what is being made is in use already
                  g.writeEndObject();
                } else {
                  g.writeNumberProperty(resource, quota.limit());
                }
              });
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  /** Those of the caller; for an operator those of everybody. Another's does not exist. */
  private ProjectId target(Request request) {
    var caller = request.caller();
    return ProjectId.parse(request.param("target_project_id"))
        .filter(
            id ->
                id.equals(request.project())
                    || caller.projects().contains(id)
                    || (caller.operator() && known.test(id)))
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.INVALID_TENANT,
                    "the project whose quotas are meant is not one the credentials of this call"
                        + " belong to"));
  }

  /**
   * What is not named stays as it is. A limit below what is used is fine: then nothing is added.
   */
  private Answer change(Request request) {
    var target = target(request);
    var wanted =
        Body.of(request, ErrorCode.INVALID_BODY)
            .object("quota_set")
            .orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, "quota_set is missing"));
    var limits = new TreeMap<String, Integer>(); // the order in which rows are locked
    for (var name : wanted.names()) {
      if (NOT_LIMITS.contains(name)) {
        if (!wanted.text(name).orElse(target.text()).equals(target.text())) {
          throw new ApiException(ErrorCode.INVALID_REQUEST, name + " is not that of the path");
        }
      } else if (!Quotas.RESOURCES.contains(name)) {
        throw new ApiException(ErrorCode.INVALID_REQUEST, "Bad key(s) in quota set: " + name);
      } else {
        wanted
            .integer(name, ErrorCode.INVALID_REQUEST)
            .ifPresent(limit -> limits.put(name, checked(name, limit)));
      }
    }
    if (limits.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "quota_set names no limit");
    }
    db.inTx(tx -> set(tx, target, limits));
    return answer(target, false);
  }

  private boolean set(Tx tx, ProjectId target, Map<String, Integer> limits) {
    limits.forEach((resource, limit) -> quotas.limit(tx, target, resource, limit));
    return true;
  }

  private static int checked(String name, int limit) {
    if (limit < Quotas.UNLIMITED) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, name + " must be a number from 0, or -1 for no limit");
    }
    return limit;
  }

  /** The defaults of the settings are its limits again. */
  private Answer reset(Request request) {
    var target = target(request);
    db.inTx(tx -> quotas.reset(tx, target));
    return Answer.empty(200);
  }
}
