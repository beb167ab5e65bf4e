package platter.id;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The name of a snapshot: a dashed lower-case UUID. It is also its name on the storage. */
public record SnapshotId(String text) implements Comparable<SnapshotId> {
  public SnapshotId {
    if (!VolumeId.isUuid(text)) {
      throw new IllegalArgumentException("snapshot id '" + text + "'");
    }
  }

  public static SnapshotId of(UUID uuid) {
    return new SnapshotId(uuid.toString());
  }

  /** The id that was asked for, in lower case, or empty when the text cannot be one. */
  public static Optional<SnapshotId> parse(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return VolumeId.isUuid(lower) ? Optional.of(new SnapshotId(lower)) : Optional.empty();
  }

  @Override
  public int compareTo(SnapshotId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
