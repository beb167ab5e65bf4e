package platter.driver.rbd;

import java.util.Optional;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** What images are called: a volume by its id alone, all else by a word and an id. */
final class Names {
  private static final String SNAPSHOT = "snapshot.";
  private static final String NEXT = "next.";
  private static final String TRANSIENT = "platter.";

  private Names() {}

  static String of(VolumeId id) {
    return id.text();
  }

  static String of(SnapshotId id) {
    return SNAPSHOT + id;
  }

  /** What a volume will be when it has been reverted. */
  static String next(VolumeId id) {
    return NEXT + id;
  }

  /** On the image of a volume, while the snapshot is being made. */
  static String transientSnap(SnapshotId id) {
    return TRANSIENT + id;
  }

  static boolean isTransientSnap(String name) {
    return name.startsWith(TRANSIENT);
  }

  static Optional<VolumeId> volume(String name) {
    return VolumeId.isUuid(name) ? Optional.of(new VolumeId(name)) : Optional.empty();
  }

  static Optional<SnapshotId> snapshot(String name) {
    return behind(SNAPSHOT, name).map(SnapshotId::new);
  }

  static Optional<VolumeId> reverted(String name) {
    return behind(NEXT, name).map(VolumeId::new);
  }

  private static Optional<String> behind(String word, String name) {
    return name.startsWith(word) && VolumeId.isUuid(name.substring(word.length()))
        ? Optional.of(name.substring(word.length()))
        : Optional.empty();
  }
}
