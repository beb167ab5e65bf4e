package platter.iam;

import java.util.List;
import platter.auth.Action;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Microversion;
import platter.http.Route;
import tools.jackson.core.JsonGenerator;

/**
 * The version documents of EVS, and on {@code /v3} beside them the one of the identity service:
 * both have that address, and a client looks only for its own member.
 */
final class VersionsApi {
  private record Version(
      String id, String path, String status, String updated, String min, String max) {}

  private static final Version V1 =
      new Version("v1.0", "/v1", "SUPPORTED", "2014-06-28T12:20:21Z", "", "");
  private static final Version V2 =
      new Version("v2.0", "/v2", "SUPPORTED", "2014-06-28T12:20:21Z", "", "");
  private static final Version V3 =
      new Version(
          "v3.0",
          "/v3",
          "CURRENT",
          "2016-02-08T12:20:21Z",
          Microversion.LOWEST,
          Microversion.HIGHEST);

  List<Route> routes() {
    return List.of(
        new Route("GET", "/", Face.OPEN, Action.ANY, request -> all(request.base())),
        new Route("GET", "/v1", Face.OPEN, Action.ANY, request -> first(request.base())),
        new Route("GET", "/v2", Face.OPEN, Action.ANY, request -> second(request.base())),
        new Route("GET", "/v3", Face.OPEN, Action.ANY, request -> third(request.base())));
  }

  Answer all(String base) {
    return Answer.json(
        300,
        json -> {
          json.writeStartObject();
          versions(json, base, V1, V2, V3);
          json.writeEndObject();
        });
  }

  Answer first(String base) {
    return one(base, V1);
  }

  Answer second(String base) {
    return one(base, V2);
  }

  private static Answer one(String base, Version version) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          versions(json, base, version);
          json.writeEndObject();
        });
  }

  Answer third(String base) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          versions(json, base, V3);
          identity(json, base);
          json.writeEndObject();
        });
  }

  private static void versions(JsonGenerator json, String base, Version... versions) {
    json.writeArrayPropertyStart("versions");
    for (var version : versions) {
      json.writeStartObject();
      json.writeStringProperty("id", version.id());
      json.writeArrayPropertyStart("links");
      json.writeStartObject();
      json.writeStringProperty("href", "http://docs.openstack.org/");
      json.writeStringProperty("rel", "describedby");
      json.writeStringProperty("type", "text/html");
      json.writeEndObject();
      json.writeStartObject();
      json.writeStringProperty("href", base + version.path());
      json.writeStringProperty("rel", "self");
      json.writeEndObject();
      json.writeEndArray();
      json.writeArrayPropertyStart("media-types");
      // version=1 for all of them, and XML which nobody speaks: word by word as the cloud answers
      mediaType(json, "application/json", "application/vnd.openstack.volume+json;version=1");
      mediaType(json, "application/xml", "application/vnd.openstack.volume+xml;version=1");
      json.writeEndArray();
      json.writeStringProperty("min_version", version.min());
      json.writeStringProperty("status", version.status());
      json.writeStringProperty("updated", version.updated());
      json.writeStringProperty("version", version.max());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void identity(JsonGenerator json, String base) {
    json.writeObjectPropertyStart("version");
    json.writeStringProperty("id", "v3.6");
    json.writeArrayPropertyStart("links");
    json.writeStartObject();
    json.writeStringProperty("href", base + "/v3/");
    json.writeStringProperty("rel", "self");
    json.writeEndObject();
    json.writeEndArray();
    json.writeArrayPropertyStart("media-types");
    mediaType(json, "application/json", "application/vnd.openstack.identity-v3+json");
    json.writeEndArray();
    json.writeStringProperty("status", "stable");
    json.writeStringProperty("updated", "2016-04-04T00:00:00Z");
    json.writeEndObject();
  }

  private static void mediaType(JsonGenerator json, String base, String type) {
    json.writeStartObject();
    json.writeStringProperty("base", base);
    json.writeStringProperty("type", type);
    json.writeEndObject();
  }
}
