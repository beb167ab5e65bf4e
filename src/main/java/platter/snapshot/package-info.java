/**
 * Snapshots: what a volume held at one instant, to roll it back to or to make others of. {@link
 * platter.snapshot.Snapshots} is the door. Volumes know nothing of them but {@link
 * platter.volume.Origins}, which {@link platter.snapshot.SnapshotOrigins} answers.
 */
@NullMarked
package platter.snapshot;

import org.jspecify.annotations.NullMarked;
