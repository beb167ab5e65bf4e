package platter.volume;

import java.util.TreeMap;
import platter.db.Database;
import platter.error.ApiException;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Says of a volume that a server may start from it, or that it must not be written (OpenStack's
 * {@code os-set_bootable} and {@code os-update_readonly_flag}).
 */
final class FlagVolume {
  private final Database db;
  private final VolumeStore store;

  FlagVolume(Database db, VolumeStore store) {
    this.db = db;
    this.store = store;
  }

  /**
   * @throws ApiException NOT_FOUND
   */
  void bootable(ProjectId project, VolumeId id, boolean bootable) {
    db.inTx(
        tx -> {
          var volume = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
          store.setBootable(tx, volume.id(), bootable);
          return id;
        });
  }

  /**
   * Shown as {@code readonly} in the metadata.
   *
   * @throws ApiException NOT_FOUND, WRONG_STATUS when it is not available
   */
  void readonly(ProjectId project, VolumeId id, boolean readonly) {
    db.inTx(
        tx -> {
          var volume = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
          if (volume.status() != VolumeStatus.AVAILABLE) {
            throw ReserveVolume.refused(volume, "its readonly flag changes only when available");
          }
          var metadata = new TreeMap<>(volume.metadata());
          metadata.put(AttachVolume.READONLY, readonly ? "True" : "False");
          store.setMetadata(tx, id, metadata);
          return id;
        });
  }
}
