package platter.volume;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The life of a volume (page "EVS Disk Status"). */
public enum VolumeStatus {
  CREATING,
  AVAILABLE,
  IN_USE,
  /** Kept for a host that has not said yet how it connects; Cinder's word. */
  RESERVED,
  ATTACHING,
  DETACHING,
  EXTENDING,
  /** Its type or its performance changes; Cinder's word, EVS documents none. */
  RETYPING,
  DELETING,
  ROLLBACKING,
  BACKING_UP,
  RESTORING_BACKUP,
  UPLOADING,
  DOWNLOADING,
  AWAITING_TRANSFER,
  /** In the recycle bin. */
  RESTORABLE,
  ERROR,
  ERROR_EXTENDING,
  ERROR_DELETING,
  ERROR_RESTORING,
  ERROR_ROLLBACKING;

  /** Such as {@code in-use} and {@code error_extending}. */
  public String wireName() {
    return switch (this) {
      case IN_USE -> "in-use";
      case BACKING_UP -> "backing-up";
      case RESTORING_BACKUP -> "restoring-backup";
      case AWAITING_TRANSFER -> "awaiting-transfer";
      case CREATING,
          AVAILABLE,
          RESERVED,
          ATTACHING,
          DETACHING,
          EXTENDING,
          RETYPING,
          DELETING,
          ROLLBACKING,
          UPLOADING,
          DOWNLOADING,
          RESTORABLE,
          ERROR,
          ERROR_EXTENDING,
          ERROR_DELETING,
          ERROR_RESTORING,
          ERROR_ROLLBACKING ->
          name().toLowerCase(Locale.ROOT);
    };
  }

  static List<String> wireNames() {
    return Arrays.stream(values()).map(VolumeStatus::wireName).toList();
  }

  static Optional<VolumeStatus> named(String wireName) {
    for (var status : values()) {
      if (status.wireName().equals(wireName)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a delete may begin. Beyond the cloud's list a delete that failed may be asked for again
   * (docs/decisions/0004).
   */
  boolean deletable() {
    return switch (this) {
      case AVAILABLE, ERROR, ERROR_EXTENDING, ERROR_RESTORING, ERROR_ROLLBACKING, ERROR_DELETING ->
          true;
      case CREATING,
          IN_USE,
          RESERVED,
          ATTACHING,
          DETACHING,
          EXTENDING,
          RETYPING,
          DELETING,
          ROLLBACKING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          RESTORABLE ->
          false;
    };
  }

  /** Whether its attachments alone decide it: no job works on it, and none has failed. */
  public boolean followsAttachments() {
    return switch (this) {
      case AVAILABLE, RESERVED, ATTACHING, IN_USE, DETACHING -> true;
      case CREATING,
          EXTENDING,
          RETYPING,
          DELETING,
          ROLLBACKING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          RESTORABLE,
          ERROR,
          ERROR_EXTENDING,
          ERROR_DELETING,
          ERROR_RESTORING,
          ERROR_ROLLBACKING ->
          false;
    };
  }

  /** Whether the recycle bin takes it: its data is there, and nothing is done with it. */
  boolean restorable() {
    return switch (this) {
      case AVAILABLE, ERROR_EXTENDING, ERROR_RESTORING, ERROR_ROLLBACKING -> true;
      case CREATING,
          IN_USE,
          RESERVED,
          ATTACHING,
          DETACHING,
          EXTENDING,
          RETYPING,
          DELETING,
          ROLLBACKING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          RESTORABLE,
          ERROR,
          ERROR_DELETING ->
          false;
    };
  }
}
