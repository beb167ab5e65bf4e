package platter.volume;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.type.VolumeType;

/**
 * A volume as its row has it.
 *
 * @param quotaGib what is counted for the quota: the larger size while one is being reached
 * @param iops of the types that let it be chosen
 * @param throughput MiB/s, of the types that let it be chosen
 * @param job the one that explains the status
 * @param updatedAt empty when it never changed since its creation was asked for
 * @param bootable whether a server may start from it, as its owner said
 * @param attachments the oldest first
 * @param snapshot what it was made of, which may be gone since
 */
public record Volume(
    VolumeId id,
    ProjectId project,
    String name,
    Optional<String> description,
    int sizeGib,
    int quotaGib,
    VolumeType type,
    String zone,
    VolumeStatus status,
    boolean multiattach,
    Map<String, String> metadata,
    Map<String, String> tags,
    String enterpriseProject,
    OptionalInt iops,
    OptionalInt throughput,
    String userId,
    JobId job,
    Instant createdAt,
    Optional<Instant> updatedAt,
    boolean bootable,
    List<Attachment> attachments,
    Optional<SnapshotId> snapshot) {
  public Volume {
    if (sizeGib < 1 || quotaGib < sizeGib) {
      throw new IllegalArgumentException("sizeGib " + sizeGib + ", quotaGib " + quotaGib);
    }
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    attachments = List.copyOf(attachments);
  }

  public static final long BYTES_PER_GIB = 1L << 30;

  /** What its storage should have. */
  public long bytes() {
    return sizeGib * BYTES_PER_GIB;
  }
}
