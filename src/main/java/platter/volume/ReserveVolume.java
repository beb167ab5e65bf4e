package platter.volume;

import static platter.volume.VolumeStatus.ATTACHING;
import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.IN_USE;

import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Keeps a volume for a server that is about to attach it, or gives it back (OpenStack's {@code
 * os-reserve} and {@code os-unreserve}): available to attaching and back. A shared volume may be
 * reserved while others use it.
 */
final class ReserveVolume {
  private final Database db;
  private final VolumeStore store;
  private final Origins origins;

  ReserveVolume(Database db, VolumeStore store, Origins origins) {
    this.db = db;
    this.store = store;
    this.origins = origins;
  }

  /**
   * @throws ApiException NOT_FOUND, WRONG_STATUS
   */
  void reserve(ProjectId project, VolumeId id) {
    db.inTx(
        tx -> {
          var volume = find(tx, project, id);
          boolean free =
              volume.status() == AVAILABLE || (volume.status() == IN_USE && volume.multiattach());
          if (!free) {
            throw refused(volume, "to be reserved it must be available");
          }
          origins.mustNotBeCopied(tx, id);
          store.move(tx, id, volume.status(), ATTACHING, volume.job());
          return id;
        });
  }

  /**
   * @throws ApiException NOT_FOUND, WRONG_STATUS
   */
  void unreserve(ProjectId project, VolumeId id) {
    db.inTx(
        tx -> {
          var volume = find(tx, project, id);
          var before = Attachments.statusOf(AttachmentStore.of(tx, id));
          if (volume.status() != ATTACHING
              || before == ATTACHING // by an attachment, which is taken away in its own way
              || !store.tryMove(tx, id, ATTACHING, before, volume.job())) {
            throw refused(volume, "it is not reserved");
          }
          return id;
        });
  }

  private Volume find(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
  }

  static ApiException refused(Volume volume, String wish) {
    return new ApiException(
        ErrorCode.WRONG_STATUS,
        "Invalid volume: " + volume.id() + " is " + volume.status().wireName() + ", " + wish);
  }
}
