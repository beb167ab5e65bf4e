package platter.iam;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import platter.id.ProjectId;
import tools.jackson.core.JsonGenerator;

/** Where the services are: all of them at the address that the client used. */
final class Catalog {
  private static final String EVERY_REGION = "*";

  private record Service(String name, String type, String region, String url) {}

  private final String region;

  Catalog(String region) {
    this.region = region;
  }

  /**
   * Writes the rows as the member {@code catalog}.
   *
   * @param base scheme and authority
   * @param project for the services whose address names one; they are left out without
   */
  void write(JsonGenerator json, String base, Optional<ProjectId> project) {
    json.writeArrayPropertyStart("catalog");
    for (var service : services(base, project)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("endpoints");
      json.writeStartObject();
      json.writeStringProperty("id", id("endpoint", service));
      json.writeStringProperty("interface", "public");
      json.writeStringProperty("region", service.region());
      json.writeStringProperty("region_id", service.region());
      json.writeStringProperty("url", service.url());
      json.writeEndObject();
      json.writeEndArray();
      json.writeStringProperty("id", id("service", service));
      json.writeStringProperty("name", service.name());
      json.writeStringProperty("type", service.type());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes the endpoints by themselves, as the member {@code endpoints}. */
  void writeEndpoints(
      JsonGenerator json, String base, Optional<ProjectId> project, Optional<String> ofService) {
    json.writeArrayPropertyStart("endpoints");
    for (var service : services(base, project)) {
      if (ofService.isPresent() && !ofService.get().equals(id("service", service))) {
        continue;
      }
      json.writeStartObject();
      json.writeBooleanProperty("enabled", true);
      json.writeStringProperty("id", id("endpoint", service));
      json.writeStringProperty("interface", "public");
      Links.selfAndNeighbours(json, base + "/v3/endpoints/" + id("endpoint", service));
      json.writeStringProperty("region", service.region());
      json.writeStringProperty("region_id", service.region());
      json.writeStringProperty("service_id", id("service", service));
      json.writeStringProperty("url", service.url());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes the services by themselves, as the member {@code services}. */
  void writeServices(
      JsonGenerator json, String base, Optional<ProjectId> project, Optional<String> ofType) {
    json.writeArrayPropertyStart("services");
    for (var service : services(base, project)) {
      if (ofType.isPresent() && !ofType.get().equals(service.type())) {
        continue;
      }
      json.writeStartObject();
      json.writeBooleanProperty("enabled", true);
      json.writeStringProperty("id", id("service", service));
      Links.selfAndNeighbours(json, base + "/v3/services/" + id("service", service));
      json.writeStringProperty("name", service.name());
      json.writeStringProperty("type", service.type());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private List<Service> services(String base, Optional<ProjectId> project) {
    var services = new ArrayList<Service>();
    services.add(new Service("iam", "iam", EVERY_REGION, base + "/v3"));
    services.add(new Service("evs", "evs", region, base));
    if (project.isPresent()) {
      // the names that Go clients look up (page "IAM", 3); the newest first, since openstack4j
      // takes the first volume service that it finds
      var id = project.get();
      services.add(new Service("evsv3", "volumev3", region, base + "/v3/" + id));
      services.add(new Service("evsv2", "volumev2", region, base + "/v2/" + id));
      services.add(new Service("evs", "volume", region, base + "/v1/" + id));
    }
    return services;
  }

  /** 32 hex, the same after each start and on each node. */
  private static String id(String kind, Service service) {
    return UUID.nameUUIDFromBytes(
            (kind + "/" + service.region() + "/" + service.type()).getBytes(UTF_8))
        .toString()
        .replace("-", "");
  }
}
