package platter.driver;

import platter.id.SnapshotId;

/**
 * What a storage says about one snapshot.
 *
 * @param bytes the size of the volume at its instant
 * @param usedBytes what it takes on the storage now, shared with its volume or not; its size where
 *     the storage cannot tell
 */
public record SnapshotFact(SnapshotId id, long bytes, long usedBytes) {}
