package platter.driver;

import platter.id.VolumeId;

/**
 * What a storage says about one volume.
 *
 * @param bytes its size as its user sees it
 * @param usedBytes what it takes on the storage now; its size where the storage cannot tell
 */
public record Fact(VolumeId id, long bytes, long usedBytes) {}
