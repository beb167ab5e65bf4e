package platter.driver;

import platter.id.SnapshotId;
import platter.id.VolumeId;

/** One thing that lies on a storage. */
public sealed interface Found {
  /** A volume: complete, never half made. */
  record OfVolume(Fact fact) implements Found {}

  /**
   * What is left of a deleted volume until the reaper has freed it.
   *
   * @param name what the storage calls it
   */
  record Retired(VolumeId id, String name) implements Found {}

  /** A snapshot: complete, never half made. */
  record OfSnapshot(SnapshotFact fact) implements Found {}

  /**
   * What is left of a deleted snapshot until the reaper has freed it.
   *
   * @param name what the storage calls it
   */
  record RetiredSnapshot(SnapshotId id, String name) implements Found {}

  /**
   * A volume or snapshot that is being made, or was by one who died in the middle. It is gone for
   * sure when it is made again, and at the latest when the storage is opened alone.
   *
   * @param name what the storage calls it
   */
  record HalfMade(String name) implements Found {}

  /**
   * A volume, or what shall replace one, that is being copied: not there yet. One that is left is
   * gone on with by the job that began it.
   *
   * @param name what the storage calls it
   */
  record DraftOfVolume(VolumeId id, String name) implements Found {}

  /** As {@link DraftOfVolume}, of a snapshot. */
  record DraftOfSnapshot(SnapshotId id, String name) implements Found {}

  /**
   * Not ours: reported, never touched.
   *
   * @param name where it is, as seen from the root of the storage
   */
  record Foreign(String name) implements Found {}
}
