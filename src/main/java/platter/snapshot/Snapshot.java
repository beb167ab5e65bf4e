package platter.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.type.VolumeType;
import platter.volume.Volume;

/**
 * A snapshot as its row has it.
 *
 * @param volume its source, which outlives it
 * @param sizeGib of the volume at its instant
 * @param type of the volume at its instant
 * @param instantAccess as it was asked for; every snapshot can be used at once here
 * @param incremental as it was asked for; what is stored does not depend on it
 * @param job the one that explains the status
 * @param updatedAt empty when it never changed since its creation was asked for
 */
public record Snapshot(
    SnapshotId id,
    ProjectId project,
    VolumeId volume,
    String name,
    Optional<String> description,
    int sizeGib,
    VolumeType type,
    String zone,
    SnapshotStatus status,
    Map<String, String> metadata,
    Map<String, String> tags,
    String enterpriseProject,
    boolean instantAccess,
    boolean incremental,
    String userId,
    JobId job,
    Instant createdAt,
    Optional<Instant> updatedAt) {
  public Snapshot {
    if (sizeGib < 1) {
      throw new IllegalArgumentException("sizeGib " + sizeGib);
    }
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }

  /** What its storage should have. */
  public long bytes() {
    return sizeGib * Volume.BYTES_PER_GIB;
  }
}
