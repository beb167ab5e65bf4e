package platter.snapshot;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The life of a snapshot (page "EVS Snapshot Status"). */
public enum SnapshotStatus {
  CREATING,
  AVAILABLE,
  ERROR,
  DELETING,
  ERROR_DELETING,
  ROLLBACKING,
  BACKING_UP;

  /** Such as {@code backing-up} and {@code error_deleting}. */
  public String wireName() {
    return switch (this) {
      case BACKING_UP -> "backing-up";
      case CREATING, AVAILABLE, ERROR, DELETING, ERROR_DELETING, ROLLBACKING ->
          name().toLowerCase(Locale.ROOT);
    };
  }

  static List<String> wireNames() {
    return Arrays.stream(values()).map(SnapshotStatus::wireName).toList();
  }

  static Optional<SnapshotStatus> named(String wireName) {
    for (var status : values()) {
      if (status.wireName().equals(wireName)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a delete may begin. Beyond the cloud's list a delete that failed may be asked for
   * again, as of a volume (docs/decisions/0004).
   */
  boolean deletable() {
    return switch (this) {
      case AVAILABLE, ERROR, ERROR_DELETING -> true;
      case CREATING, DELETING, ROLLBACKING, BACKING_UP -> false;
    };
  }

  /** Whether a volume may be made of it. */
  boolean usable() {
    return this == AVAILABLE || this == BACKING_UP;
  }
}
