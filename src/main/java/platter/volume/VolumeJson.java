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

  /**
   * All members of show and list.
   *
   * @param version of the path that was asked, such as {@code v2}
   */
  static void write(JsonGenerator g, Volume volume, String base, String version) {
    g.writeStartObject();
    members(g, volume, base, version);
    g.writeEndObject();
  }

  private static void members(JsonGenerator g, Volume volume, String base, String version) {
    common(g, volume, base, version);
    g.writeStringProperty("shareable", String.valueOf(volume.multiattach()));
    more(g, volume);
    performance(g, volume);
  }

  /** As a search by tags shows it: {@code shareable} is a boolean, and performance is not told. */
  static void writeFound(JsonGenerator g, Volume volume, String base) {
    g.writeStartObject();
    common(g, volume, base, "v2");
    g.writeBooleanProperty("shareable", volume.multiattach());
    more(g, volume);
    g.writeEndObject();
  }

  /** As {@link #write}, and when it was put into the recycle bin and will be destroyed. */
  static void writeRecycled(
      JsonGenerator g, Volume volume, String base, Instant preDeletedAt, Instant planDeleteAt) {
    g.writeStartObject();
    members(g, volume, base, "v3");
    g.writeStringProperty("pre_deleted_at", time(preDeletedAt));
    g.writeStringProperty("plan_delete_at", time(planDeleteAt));
    g.writeEndObject();
  }

  private static void more(JsonGenerator g, Volume volume) {
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
    if ("true".equals(volume.metadata().get("hw:passthrough"))) { // a SCSI disk
      g.writeStringProperty("serial_number", volume.id().text());
    }
    g.writeStringProperty("enterprise_project_id", volume.enterpriseProject());
    g.writeStringProperty("user_id", volume.userId());
    if (volume.updatedAt().isPresent()) {
      g.writeStringProperty("updated_at", time(volume.updatedAt().get()));
    } else {
      g.writeNullProperty("updated_at");
    }
  }

  /** The members of an update's answer: a bare volume. */
  static void writeUpdated(JsonGenerator g, Volume volume, String base) {
    g.writeStartObject();
    common(g, volume, base, "v2");
    g.writeStringProperty("shareable", String.valueOf(volume.multiattach()));
    g.writeEndObject();
  }

  /** The members of the old brief list. */
  static void writeBriefly(JsonGenerator g, Volume volume, String base, String version) {
    g.writeStartObject();
    g.writeStringProperty("id", volume.id().text());
    links(g, volume, base, version);
    g.writeStringProperty("name", volume.name());
    g.writeEndObject();
  }

  private static void common(JsonGenerator g, Volume volume, String base, String version) {
    g.writeStringProperty("id", volume.id().text());
    links(g, volume, base, version);
    g.writeStringProperty("name", volume.name());
    g.writeStringProperty("status", volume.status().wireName());
    attachments(g, volume);
    g.writeStringProperty("availability_zone", volume.zone());
    g.writeStringProperty("bootable", String.valueOf(volume.bootable()));
    g.writeStringProperty("created_at", time(volume.createdAt()));
    if (volume.description().isPresent()) {
      g.writeStringProperty("description", volume.description().get());
    } else {
      g.writeNullProperty("description");
    }
    strings(g, "metadata", volume.metadata());
    g.writeBooleanProperty("multiattach", volume.multiattach());
    g.writeNumberProperty("size", volume.sizeGib());
    snapshot(g, volume);
    g.writeNullProperty("source_volid");
    g.writeObjectPropertyStart("volume_image_metadata");
    g.writeEndObject();
    g.writeStringProperty("volume_type", volume.type().name());
    g.writeStringProperty("os-vol-host-attr:host", volume.zone() + "#" + volume.type());
    g.writeStringProperty("os-vol-tenant-attr:tenant_id", volume.project().text());
    g.writeNullProperty("os-volume-replication:extended_status");
  }

  /** What it was made of. */
  static void snapshot(JsonGenerator g, Volume volume) {
    if (volume.snapshot().isPresent()) {
      g.writeStringProperty("snapshot_id", volume.snapshot().get().text());
    } else {
      g.writeNullProperty("snapshot_id");
    }
  }

  /** {@code id} is the volume's, as in every example of the cloud. */
  static void attachments(JsonGenerator g, Volume volume) {
    g.writeArrayPropertyStart("attachments");
    for (var attachment : volume.attachments()) {
      if (!attachment.status().isAttached()) {
        continue; // as Cinder: a reservation is none yet
      }
      g.writeStartObject();
      g.writeStringProperty("attachment_id", attachment.id());
      g.writeStringProperty("id", volume.id().text());
      g.writeStringProperty("volume_id", volume.id().text());
      if (attachment.server().isPresent()) {
        g.writeStringProperty("server_id", attachment.server().get());
      } else {
        g.writeNullProperty("server_id"); // a host attached it by itself
      }
      g.writeStringProperty("device", attachment.device());
      g.writeStringProperty("attached_at", time(attachment.attachedAt()));
      if (attachment.hostName().isPresent()) {
        g.writeStringProperty("host_name", attachment.hostName().get());
      } else {
        g.writeNullProperty("host_name");
      }
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  /**
   * The address of the volume, with and without a version.
   *
   * @param version such as {@code v2}
   */
  static void links(JsonGenerator g, Volume volume, String base, String version) {
    var path = "/" + volume.project() + "/volumes/" + volume.id();
    g.writeArrayPropertyStart("links");
    link(g, "self", base + "/" + version + path);
    link(g, "bookmark", base + path);
    g.writeEndArray();
  }

  static void link(JsonGenerator g, String rel, String href) {
    g.writeStartObject();
    g.writeStringProperty("rel", rel);
    g.writeStringProperty("href", href);
    g.writeEndObject();
  }

  static void strings(JsonGenerator g, String name, Map<String, String> strings) {
    g.writeObjectPropertyStart(name);
    strings.forEach(g::writeStringProperty);
    g.writeEndObject();
  }

  /** What was chosen, of the types that let one choose. */
  static void performance(JsonGenerator g, Volume volume) {
    volume.iops().ifPresent(iops -> chosen(g, "iops", "IOPS-0e312.", volume, iops));
    volume
        .throughput()
        .ifPresent(throughput -> chosen(g, "throughput", "MiBps-7151.", volume, throughput));
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

  static String time(Instant instant) {
    return TIME.format(instant);
  }
}
