package platter.volume;

import static platter.auth.Action.VOLUME_TAG_CREATE;
import static platter.auth.Action.VOLUME_TAG_GET;
import static platter.auth.Action.VOLUME_TAG_LIST;
import static platter.auth.Action.VOLUME_TAG_SEARCH;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.ListQuery;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.tag.TagsApi;

/** The JSON of the tags of volumes, and of the search by them (reference: tags.md). */
final class VolumeTagsApi {
  private static final int MAX_TAGS = 10;
  private static final int MAX_VALUES = 10;
  private static final int MAX_MATCH = 255;

  /** Each key once. */
  private static final int MAX_MATCHES = 2;

  private static final Shape.Members SEARCH =
      Shape.object(
          needs("action", Shape.oneOf("filter", "count")),
          needs(
              "tags",
              Shape.list(
                  Shape.object(
                      needs("key", Shape.text()),
                      may("values", Shape.list(Shape.text(), 0, MAX_VALUES))),
                  0,
                  MAX_TAGS)),
          may(
              "matches",
              Shape.list(
                  Shape.object(
                      needs("key", Shape.oneOf("resource_name", "service_type")),
                      may("value", Shape.text(MAX_MATCH))),
                  0,
                  MAX_MATCHES)),
          may("limit", Shape.whole(1, ListQuery.MAX_LIMIT)),
          may("offset", Shape.whole(0, Integer.MAX_VALUE)));

  private final TagsApi tags;
  private final ListVolumesByTags list;

  VolumeTagsApi(TagsApi tags, ListVolumesByTags list) {
    this.tags = tags;
    this.list = list;
  }

  /** The current paths, and those of the older family with the same bodies. */
  List<Route> routes() {
    var routes = new ArrayList<Route>();
    routes.add(
        new Route(
            "GET", "/v2/{project_id}/cloudvolumes/tags", Face.EVS, VOLUME_TAG_LIST, tags::all));
    for (var volumes :
        List.of(
            "/v2/{project_id}/cloudvolumes",
            "/v2/{project_id}/os-vendor-volumes",
            "/v3/{project_id}/os-vendor-volumes")) {
      var ofOne = volumes + "/{volume_id}/tags";
      routes.add(
          new Route(
                  "POST",
                  ofOne + "/action",
                  Face.EVS,
                  VOLUME_TAG_CREATE,
                  request -> tags.action(request, volumeId(request)))
              .body(TagsApi.ACTION));
      routes.add(
          new Route(
              "GET",
              ofOne,
              Face.EVS,
              VOLUME_TAG_GET,
              request -> tags.show(request, volumeId(request))));
      routes.add(
          new Route(
                  "POST",
                  volumes + "/resource_instances/action",
                  Face.EVS,
                  VOLUME_TAG_SEARCH,
                  this::search)
              .body(SEARCH));
    }
    return routes;
  }

  private static String volumeId(Request request) {
    return CloudVolumesApi.volumeId(request.param("volume_id")).text();
  }

  private Answer search(Request request) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    var action = body.text("action").orElse("");
    if (!action.equals("filter") && !action.equals("count")) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "action must be filter or count");
    }
    var wanted = wanted(body);
    return action.equals("count") ? count(request, wanted) : filter(request, body, wanted);
  }

  private Answer count(Request request, ListVolumesByTags.Wanted wanted) {
    long total = list.count(request.project(), wanted);
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("total_count", total);
          g.writeEndObject();
        });
  }

  private Answer filter(Request request, Body body, ListVolumesByTags.Wanted wanted) {
    var limit = body.integer("limit", ErrorCode.INVALID_LIMIT);
    var offset = body.integer("offset", ErrorCode.OFFSET_NOT_INTEGER);
    var page =
        list.list(
            request.project(),
            wanted,
            ListQuery.checkedLimit(limit.orElse(ListQuery.MAX_LIMIT)),
            ListQuery.checkedOffset(offset.orElse(0)));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeNumberProperty("total_count", page.count());
          g.writeArrayPropertyStart("resources");
          for (var volume : page.rows()) {
            g.writeStartObject();
            g.writeStringProperty("resource_id", volume.id().text());
            g.writeStringProperty("resource_name", volume.name());
            g.writeName("resource_detail");
            VolumeJson.writeFound(g, volume, request.base());
            TagsApi.writePairs(g, volume.tags());
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private static ListVolumesByTags.Wanted wanted(Body body) {
    var tags = tags(body);
    var keys = new HashSet<String>();
    var name = Optional.<String>empty();
    boolean elsewhere = false;
    for (var match : body.objects("matches").orElse(List.of())) {
      var key = match.text("key").orElse("");
      var value = match.text("value").orElse("");
      if (!keys.add(key)) {
        throw refused("the match " + key + " stands there twice");
      }
      if (value.length() > MAX_MATCH) {
        throw refused("a match has up to " + MAX_MATCH + " characters");
      }
      switch (key) {
        case "resource_name" -> name = Optional.of(value).filter(text -> !text.isEmpty());
        case "service_type" -> elsewhere = ListQuery.isElsewhere(value);
        default -> throw refused("the key of a match must be resource_name or service_type");
      }
    }
    return new ListVolumesByTags.Wanted(tags, name, elsewhere);
  }

  private static ApiException refused(String detail) {
    return new ApiException(ErrorCode.INVALID_REQUEST, detail);
  }

  private static List<ListVolumesByTags.Tag> tags(Body body) {
    var wanted =
        body.objects("tags")
            .orElseThrow(() -> new ApiException(ErrorCode.INVALID_TAG, "tags is missing"));
    if (wanted.size() > MAX_TAGS) {
      throw new ApiException(ErrorCode.INVALID_TAG, "up to " + MAX_TAGS + " tags may be asked for");
    }
    var tags = new ArrayList<ListVolumesByTags.Tag>();
    var keys = new HashSet<String>();
    for (var one : wanted) {
      var key = one.text("key").orElse("");
      var values = one.texts("values").orElse(List.of());
      if (key.isEmpty() || !keys.add(key)) {
        throw new ApiException(ErrorCode.INVALID_TAG, "keys must be there, each of them once");
      }
      if (values.size() > MAX_VALUES || Set.copyOf(values).size() < values.size()) {
        throw new ApiException(
            ErrorCode.INVALID_TAG, "a key has up to " + MAX_VALUES + " values, each of them once");
      }
      tags.add(new ListVolumesByTags.Tag(key, values));
    }
    return tags;
  }
}
