package platter.snapshot;

import java.nio.charset.StandardCharsets;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.json.Json;
import platter.type.VolumeType;

/**
 * What the answer of a snapshot's job tells: the members of a volume's job, and the id of the
 * snapshot. The cloud's answer is not documented.
 */
final class Entities {
  private Entities() {}

  static String of(Snapshot snapshot) {
    return of(
        snapshot.id(), snapshot.name(), snapshot.sizeGib(), snapshot.volume(), snapshot.type());
  }

  static String of(SnapshotId id, String name, int sizeGib, VolumeId volume, VolumeType type) {
    return new String(
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeStringProperty("name", name);
              g.writeNumberProperty("size", sizeGib);
              g.writeStringProperty("volume_id", volume.text());
              g.writeStringProperty("volume_type", type.name());
              g.writeStringProperty("snapshot_id", id.text());
              g.writeEndObject();
            }),
        StandardCharsets.UTF_8);
  }
}
