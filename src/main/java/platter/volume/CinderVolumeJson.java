package platter.volume;

import tools.jackson.core.JsonGenerator;

/**
 * A volume as the Cinder calls show it (pages "… (OpenStack Cinder API)"): times without a zone,
 * {@code bootable} a string.
 */
final class CinderVolumeJson {
  private CinderVolumeJson() {}

  /** Which of Cinder's APIs shows it. */
  enum Version {
    V2("v2", "os-volume-replication:extended_status"),
    V3("v3", "os-volume-replication:driver_data");

    private final String segment;
    private final String replicationInLists;

    Version(String segment, String replicationInLists) {
      this.segment = segment;
      this.replicationInLists = replicationInLists;
    }

    String segment() {
      return segment;
    }
  }

  /** The answer of a create call: as it was accepted, also when it is told again later. */
  static void writeCreated(JsonGenerator g, Volume volume, String base, Version version) {
    g.writeStartObject();
    members(g, volume, VolumeStatus.CREATING, base, version);
    g.writeNullProperty("updated_at");
    g.writeEndObject();
  }

  /** The members of an update's answer. */
  static void writeUpdated(JsonGenerator g, Volume volume, String base, Version version) {
    g.writeStartObject();
    members(g, volume, volume.status(), base, version);
    updatedAt(g, volume);
    g.writeEndObject();
  }

  static void writeShown(JsonGenerator g, Volume volume, String base, Version version) {
    write(g, volume, base, version, "os-volume-replication:extended_status");
  }

  static void writeListed(JsonGenerator g, Volume volume, String base, Version version) {
    write(g, volume, base, version, version.replicationInLists);
  }

  private static void write(
      JsonGenerator g, Volume volume, String base, Version version, String replication) {
    g.writeStartObject();
    members(g, volume, volume.status(), base, version);
    updatedAt(g, volume);
    attributes(g, volume);
    g.writeNullProperty("os-vol-mig-status-attr:name_id");
    g.writeNullProperty(replication);
    VolumeJson.performance(g, volume);
    g.writeEndObject();
  }

  /** Of the list without details. */
  static void writeBrief(JsonGenerator g, Volume volume, String base, Version version) {
    g.writeStartObject();
    g.writeStringProperty("id", volume.id().text());
    VolumeJson.links(g, volume, base, version.segment());
    g.writeStringProperty("name", volume.name());
    g.writeEndObject();
  }

  /** As the first version names its members (page "Querying Details About a Disk (Discarded)"). */
  static void writeV1(JsonGenerator g, Volume volume) {
    g.writeStartObject();
    VolumeJson.attachments(g, volume);
    g.writeStringProperty("availability_zone", volume.zone());
    attributes(g, volume);
    g.writeBooleanProperty("encrypted", false);
    g.writeNullProperty("os-volume-replication:extended_status");
    VolumeJson.snapshot(g, volume);
    g.writeStringProperty("id", volume.id().text());
    g.writeNumberProperty("size", volume.sizeGib());
    VolumeJson.strings(g, "metadata", volume.metadata());
    g.writeStringProperty("status", volume.status().wireName());
    description(g, "display_description", volume);
    g.writeNullProperty("source_volid");
    g.writeNullProperty("os-vol-mig-status-attr:name_id");
    g.writeStringProperty("display_name", volume.name());
    g.writeStringProperty("bootable", String.valueOf(volume.bootable()));
    g.writeStringProperty("created_at", VolumeJson.time(volume.createdAt()));
    g.writeStringProperty("volume_type", volume.type().name());
    g.writeBooleanProperty("multiattach", volume.multiattach());
    g.writeEndObject();
  }

  private static void members(
      JsonGenerator g, Volume volume, VolumeStatus status, String base, Version version) {
    VolumeJson.attachments(g, volume);
    g.writeStringProperty("availability_zone", volume.zone());
    g.writeStringProperty("bootable", String.valueOf(volume.bootable()));
    g.writeNullProperty("consistencygroup_id");
    g.writeStringProperty("created_at", VolumeJson.time(volume.createdAt()));
    description(g, "description", volume);
    g.writeBooleanProperty("encrypted", false);
    g.writeStringProperty("id", volume.id().text());
    VolumeJson.links(g, volume, base, version.segment());
    VolumeJson.strings(g, "metadata", volume.metadata());
    g.writeStringProperty("name", volume.name());
    g.writeStringProperty("replication_status", "disabled");
    g.writeBooleanProperty("multiattach", volume.multiattach());
    g.writeNumberProperty("size", volume.sizeGib());
    VolumeJson.snapshot(g, volume);
    g.writeNullProperty("source_volid");
    g.writeStringProperty("status", status.wireName());
    g.writeStringProperty("user_id", volume.userId());
    g.writeStringProperty("volume_type", volume.type().name());
  }

  private static void attributes(JsonGenerator g, Volume volume) {
    g.writeStringProperty("os-vol-host-attr:host", volume.zone() + "#" + volume.type());
    g.writeStringProperty("os-vol-tenant-attr:tenant_id", volume.project().text());
    g.writeNullProperty("os-vol-mig-status-attr:migstat");
    g.writeObjectPropertyStart("volume_image_metadata");
    g.writeEndObject();
  }

  private static void updatedAt(JsonGenerator g, Volume volume) {
    if (volume.updatedAt().isPresent()) {
      g.writeStringProperty("updated_at", VolumeJson.time(volume.updatedAt().get()));
    } else {
      g.writeNullProperty("updated_at");
    }
  }

  private static void description(JsonGenerator g, String name, Volume volume) {
    if (volume.description().isPresent()) {
      g.writeStringProperty(name, volume.description().get());
    } else {
      g.writeNullProperty(name);
    }
  }
}
