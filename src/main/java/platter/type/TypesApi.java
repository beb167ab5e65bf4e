package platter.type;

import java.util.List;
import java.util.stream.Stream;
import platter.auth.Action;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code /v2|v3/{project_id}/types} (page "Querying EVS Disk Types"). */
final class TypesApi {
  private final Types types;

  TypesApi(Types types) {
    this.types = types;
  }

  List<Route> routes() {
    return Stream.of("v2", "v3")
        .map(version -> "/" + version + "/{project_id}/types")
        .flatMap(
            path ->
                Stream.of(
                    new Route("GET", path, Face.CINDER, Action.TYPE_GET, this::list),
                    new Route(
                        "GET", path + "/{type_id}", Face.CINDER, Action.TYPE_GET, this::show)))
        .toList();
  }

  private Answer list(Request request) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("volume_types");
          types.all().forEach(type -> write(g, type));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer show(Request request) {
    var id = request.param("type_id");
    var found =
        types.all().stream()
            .filter(type -> type.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorCode.NOT_FOUND, "Volume type " + id + " could not be found."));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("volume_type");
          write(g, found);
          g.writeEndObject();
        });
  }

  private void write(JsonGenerator g, VolumeType type) {
    var zones = String.join(",", types.zones(type));
    g.writeStartObject();
    g.writeStringProperty("id", type.id());
    g.writeStringProperty("name", type.name());
    g.writeStringProperty("description", type.description());
    g.writeBooleanProperty("is_public", true);
    g.writeNullProperty("qos_specs_id");
    g.writeObjectPropertyStart("extra_specs");
    g.writeStringProperty("volume_backend_name", type.name());
    g.writeStringProperty("availability-zone", zones);
    g.writeStringProperty("RESKEY:availability_zones", zones);
    g.writeStringProperty(
        "os-vendor-extended:sold_out_availability_zones", String.join(",", types.soldOut(type)));
    g.writeEndObject();
    g.writeEndObject();
  }
}
