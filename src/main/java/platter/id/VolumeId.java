package platter.id;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The name of a volume: a dashed lower-case UUID. It is also its name on the storage. */
public record VolumeId(String text) implements Comparable<VolumeId> {
  public VolumeId {
    if (!isUuid(text)) {
      throw new IllegalArgumentException("volume id '" + text + "'");
    }
  }

  public static VolumeId of(UUID uuid) {
    return new VolumeId(uuid.toString());
  }

  /** The id that was asked for, in lower case, or empty when the text cannot be one. */
  public static Optional<VolumeId> parse(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return isUuid(lower) ? Optional.of(new VolumeId(lower)) : Optional.empty();
  }

  /** Whether the text has the form of a dashed lower-case UUID. */
  public static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? text.charAt(i) != '-' : !Hex.isLower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(VolumeId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
