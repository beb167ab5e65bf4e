package platter.volume;

import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.AWAITING_TRANSFER;

import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.quota.Quotas;

/**
 * The part of a transfer that volumes know: on offer, taken back, another's. The job that explains
 * the status stays the one that made it available.
 */
final class HandOver {
  private final VolumeStore store;
  private final Quotas quotas;
  private final Origins origins;

  HandOver(VolumeStore store, Quotas quotas, Origins origins) {
    this.store = store;
    this.quotas = quotas;
    this.origins = origins;
  }

  /**
   * From now on it awaits its transfer.
   *
   * @throws ApiException NOT_FOUND, INVALID_REQUEST when it is not available, HAS_SNAPSHOTS
   */
  void offer(Tx tx, ProjectId project, VolumeId id) {
    var volume = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
    if (volume.status() != AVAILABLE) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "Invalid volume: volume "
              + id
              + " is "
              + volume.status().wireName()
              + ", a transfer needs available.");
    }
    if (!origins.of(tx, id).isEmpty()) {
      throw new ApiException(
          ErrorCode.HAS_SNAPSHOTS,
          "Invalid volume: volume " + id + " has snapshots, which cannot go with it.");
    }
    store.move(tx, id, AVAILABLE, AWAITING_TRANSFER, volume.job());
  }

  /** It stays where it is, available. */
  void withdraw(Tx tx, VolumeId id) {
    var volume = store.find(tx, id).orElseThrow();
    store.move(tx, id, AWAITING_TRANSFER, AVAILABLE, volume.job());
  }

  /**
   * Row and quota become another project's.
   *
   * @throws ApiException VOLUMES_QUOTA, GIGABYTES_QUOTA when that one has no room
   */
  void handOver(Tx tx, VolumeId id, ProjectId from, ProjectId to, String userId) {
    var volume = store.findToChange(tx, from, id).orElseThrow();
    var type = volume.type().name();
    boolean releaseFirst = from.text().compareTo(to.text()) <= 0;
    if (releaseFirst) { // in one order, so that two never wait for each other
      quotas.release(tx, from, type, 1, volume.quotaGib());
    }
    var _ =
        quotas.reserve(tx, to, type, 1, volume.quotaGib(), volume.sizeGib()); // as much as before
    if (!releaseFirst) {
      quotas.release(tx, from, type, 1, volume.quotaGib());
    }
    store.give(tx, id, to, userId, CreateRequest.DEFAULT_ENTERPRISE_PROJECT);
    store.move(tx, id, AWAITING_TRANSFER, AVAILABLE, volume.job());
  }
}
