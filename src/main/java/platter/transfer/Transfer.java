package platter.transfer;

import java.time.Instant;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.id.VolumeId;

/**
 * A volume on offer.
 *
 * @param project whose it is until somebody takes it
 * @param key what is known of the key that takes it
 */
record Transfer(
    TransferId id,
    ProjectId project,
    VolumeId volume,
    String name,
    KeyHash key,
    Instant createdAt) {}
