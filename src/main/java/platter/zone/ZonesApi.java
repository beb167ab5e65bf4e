package platter.zone;

import java.util.List;
import java.util.stream.Stream;
import platter.auth.Action;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;

/** The JSON of {@code os-availability-zone} (reference: types.md, section 4). */
public final class ZonesApi {
  private final Zones zones;

  public ZonesApi(Zones zones) {
    this.zones = zones;
  }

  public List<Route> routes() {
    return Stream.of("v2", "v3")
        .map(
            version ->
                new Route(
                    "GET",
                    "/" + version + "/{project_id}/os-availability-zone",
                    Face.CINDER,
                    Action.ANY,
                    this::list))
        .toList();
  }

  private Answer list(Request request) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("availabilityZoneInfo");
          for (var zone : zones.names()) {
            g.writeStartObject();
            g.writeStringProperty("zoneName", zone);
            g.writeObjectPropertyStart("zoneState");
            g.writeBooleanProperty("available", true);
            g.writeEndObject();
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }
}
