package platter.volume;

import java.nio.charset.StandardCharsets;
import platter.id.VolumeId;
import platter.json.Json;
import platter.type.VolumeType;

/** What the answer of a single-volume job tells of its volume, in the order of the document. */
final class Entities {
  private Entities() {}

  /**
   * @param sizeGib of the volume, or the size it is to reach
   */
  static String of(Volume volume, int sizeGib) {
    return of(volume.name(), sizeGib, volume.id(), volume.type());
  }

  static String of(String name, int sizeGib, VolumeId id, VolumeType type) {
    return new String(
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeStringProperty("name", name);
              g.writeNumberProperty("size", sizeGib);
              g.writeStringProperty("volume_id", id.text());
              g.writeStringProperty("volume_type", type.name());
              g.writeEndObject();
            }),
        StandardCharsets.UTF_8);
  }
}
