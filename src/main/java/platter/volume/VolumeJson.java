package platter.volume;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * A volume as the custom API shows it (page "Querying Details About a Disk"). {@code bootable} and
 * {@code shareable} are strings: a boolean makes the Java SDK refuse the whole body.
 */
final class VolumeJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private VolumeJson() {}

  /** All members of show and list. */
  static void write(JsonGenerator g, Volume volume, String base) {
    g.writeStartObject();
    common(g, volume, base);
    g.writeNullProperty("os-vol-mig-status-attr:migstat");
    g.writeNullProperty("os-vol-mig-status-attr:name_id");
    g.writeNullProperty("consistencygroup_id");
    g.writeStringProperty("replication_status", "disabled");
    strings(g, "tags", volume.tags());
    g.writeBooleanProperty("encrypted", false);
    g.writeStringProperty("service_type", "EVS");
    g.writeNullProperty("dedicated_storage_id");
    g.writeNullProperty("dedicated_storage_name");
    g.writeStringProperty("wwn", wwn(volume));
    g.writeStringProperty("enterprise_project_id", volume.enterpriseProject());
    g.writeStringProperty("user_id", volume.userId());
    if (volume.updatedAt().isPresent()) {
      g.writeStringProperty("updated_at", time(volume.updatedAt().get()));
    } else {
      g.writeNullProperty("updated_at");
    }
    volume.iops().ifPresent(iops -> chosen(g, "iops", "IOPS-0e312.", volume, iops));
    volume
        .throughput()
        .ifPresent(throughput -> chosen(g, "throughput", "MiBps-7151.", volume, throughput));
    g.writeEndObject();
  }

  /** The members of an update's answer: a bare volume. */
  static void writeUpdated(JsonGenerator g, Volume volume, String base) {
    g.writeStartObject();
    common(g, volume, base);
    g.writeEndObject();
  }

  private static void common(JsonGenerator g, Volume volume, String base) {
    g.writeStringProperty("id", volume.id().text());
    links(g, volume, base);
    g.writeStringProperty("name", volume.name());
    g.writeStringProperty("status", volume.status().wireName());
    g.writeArrayPropertyStart("attachments");
    g.writeEndArray();
    g.writeStringProperty("availability_zone", volume.zone());
    g.writeStringProperty("bootable", "false");
    g.writeStringProperty("created_at", time(volume.createdAt()));
    if (volume.description().isPresent()) {
      g.writeStringProperty("description", volume.description().get());
    } else {
      g.writeNullProperty("description");
    }
    strings(g, "metadata", volume.metadata());
    g.writeBooleanProperty("multiattach", volume.multiattach());
    g.writeStringProperty("shareable", String.valueOf(volume.multiattach()));
    g.writeNumberProperty("size", volume.sizeGib());
    if (volume.snapshot().isPresent()) {
      g.writeStringProperty("snapshot_id", volume.snapshot().get().text());
    } else {
      g.writeNullProperty("snapshot_id");
    }
    g.writeNullProperty("source_volid");
    g.writeObjectPropertyStart("volume_image_metadata");
    g.writeEndObject();
    g.writeStringProperty("volume_type", volume.type().name());
    g.writeStringProperty("os-vol-host-attr:host", volume.zone() + "#" + volume.type());
    g.writeStringProperty("os-vol-tenant-attr:tenant_id", volume.project().text());
    g.writeNullProperty("os-volume-replication:extended_status");
  }

  private static void links(JsonGenerator g, Volume volume, String base) {
    var path = "/" + volume.project() + "/volumes/" + volume.id();
    g.writeArrayPropertyStart("links");
    link(g, "self", base + "/v2" + path);
    link(g, "bookmark", base + path);
    g.writeEndArray();
  }

  static void link(JsonGenerator g, String rel, String href) {
    g.writeStartObject();
    g.writeStringProperty("rel", rel);
    g.writeStringProperty("href", href);
    g.writeEndObject();
  }

  private static void strings(JsonGenerator g, String name, Map<String, String> strings) {
    g.writeObjectPropertyStart(name);
    strings.forEach(g::writeStringProperty);
    g.writeEndObject();
  }

  private static void chosen(
      JsonGenerator g, String name, String prefix, Volume volume, int total) {
    g.writeObjectPropertyStart(name);
    g.writeBooleanProperty("frozened", false);
    g.writeStringProperty("id", prefix + volume.id());
    g.writeNumberProperty("total_val", total);
    g.writeStringProperty("volume_id", volume.id().text());
    g.writeEndObject();
  }

  /** NAA type 6, 128 bits, made of the volume's id. */
  private static String wwn(Volume volume) {
    return "6" + volume.id().text().replace("-", "").substring(1);
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
