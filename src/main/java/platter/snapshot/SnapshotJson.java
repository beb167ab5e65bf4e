package platter.snapshot;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import platter.id.JobId;
import tools.jackson.core.JsonGenerator;

/** A snapshot as each family shows it (pages "Querying Details About a Snapshot"). */
final class SnapshotJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final ToIntFunction<JobId> percent;

  /**
   * @param percent how far a job is
   */
  SnapshotJson(ToIntFunction<JobId> percent) {
    this.percent = percent;
  }

  /** The members of the answers to create and update, and of Cinder's brief list. */
  static void brief(JsonGenerator g, Snapshot snapshot) {
    g.writeStartObject();
    common(g, snapshot);
    g.writeEndObject();
  }

  /** Of {@code cloudsnapshots}, shown. */
  void custom(JsonGenerator g, Snapshot snapshot) {
    g.writeStartObject();
    common(g, snapshot);
    extended(g, snapshot);
    g.writeEndObject();
  }

  /** Of {@code cloudsnapshots}, listed. */
  void customListed(JsonGenerator g, Snapshot snapshot) {
    g.writeStartObject();
    common(g, snapshot);
    extended(g, snapshot);
    g.writeStringProperty("service_type", "EVS");
    g.writeNullProperty("dedicated_storage_id");
    g.writeNullProperty("dedicated_storage_name");
    g.writeEndObject();
  }

  /** Of Cinder, shown or listed in detail. */
  void cinder(JsonGenerator g, Snapshot snapshot) {
    g.writeStartObject();
    common(g, snapshot);
    extended(g, snapshot);
    g.writeStringProperty("user_id", snapshot.userId());
    g.writeEndObject();
  }

  private static void common(JsonGenerator g, Snapshot snapshot) {
    g.writeStringProperty("id", snapshot.id().text());
    g.writeStringProperty("name", snapshot.name());
    optional(g, "description", snapshot.description());
    g.writeStringProperty("status", snapshot.status().wireName());
    g.writeStringProperty("volume_id", snapshot.volume().text());
    g.writeNumberProperty("size", snapshot.sizeGib());
    strings(g, "metadata", snapshot.metadata());
    times(g, snapshot);
  }

  private static void times(JsonGenerator g, Snapshot snapshot) {
    g.writeStringProperty("created_at", time(snapshot.createdAt()));
    optional(g, "updated_at", snapshot.updatedAt().map(SnapshotJson::time));
  }

  private void extended(JsonGenerator g, Snapshot snapshot) {
    g.writeStringProperty("os-extended-snapshot-attributes:progress", progress(snapshot));
    g.writeStringProperty("os-extended-snapshot-attributes:project_id", snapshot.project().text());
  }

  /** Of v5: the fields that Terraform knows. */
  void v5(JsonGenerator g, Snapshot snapshot) {
    g.writeStartObject();
    g.writeStringProperty("id", snapshot.id().text());
    g.writeStringProperty("name", snapshot.name());
    optional(g, "description", snapshot.description());
    times(g, snapshot);
    g.writeStringProperty("volume_id", snapshot.volume().text());
    g.writeNumberProperty("size", snapshot.sizeGib());
    g.writeStringProperty("status", snapshot.status().wireName());
    g.writeStringProperty("enterprise_project_id", snapshot.enterpriseProject());
    g.writeBooleanProperty("encrypted", false);
    g.writeNullProperty("cmk_id");
    g.writeStringProperty("category", "standard");
    g.writeStringProperty("availability_zone", snapshot.zone());
    strings(g, "tags", snapshot.tags());
    g.writeBooleanProperty("instant_access", snapshot.instantAccess());
    g.writeNullProperty("retention_at");
    g.writeNullProperty("instant_access_retention_at");
    g.writeBooleanProperty("incremental", snapshot.incremental());
    g.writeStringProperty("snapshot_type", "user");
    g.writeStringProperty("progress", progress(snapshot));
    g.writeNullProperty("encrypt_algorithm");
    g.writeArrayPropertyStart("snapshot_chains");
    g.writeEndArray();
    g.writeNullProperty("snapshot_group_id");
    g.writeEndObject();
  }

  private String progress(Snapshot snapshot) {
    return switch (snapshot.status()) {
      case CREATING -> percent.applyAsInt(snapshot.job()) + "%";
      case ERROR -> "0%";
      case AVAILABLE, DELETING, ERROR_DELETING, ROLLBACKING, BACKING_UP -> "100%";
    };
  }

  private static void optional(JsonGenerator g, String name, Optional<String> text) {
    if (text.isPresent()) {
      g.writeStringProperty(name, text.get());
    } else {
      g.writeNullProperty(name);
    }
  }

  /** An object of strings. */
  static void strings(JsonGenerator g, String name, Map<String, String> strings) {
    g.writeObjectPropertyStart(name);
    strings.forEach(g::writeStringProperty);
    g.writeEndObject();
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
