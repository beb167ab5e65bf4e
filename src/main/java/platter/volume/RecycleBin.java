package platter.volume;

import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.DELETING;
import static platter.volume.VolumeStatus.RESTORABLE;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.VolumeId;

/** Keeps deleted volumes for a while, where the policy of their project says so. */
final class RecycleBin {
  private final VolumeStore volumes;
  private final RecycleStore store;
  private final InstantSource clock;

  RecycleBin(VolumeStore volumes, RecycleStore store, InstantSource clock) {
    this.volumes = volumes;
    this.store = store;
    this.clock = clock;
  }

  /**
   * How a volume shall be put in.
   *
   * @param before the status to return to
   */
  record Recycling(VolumeStatus before, int keepDays) {}

  /** Whether a volume that is deleted now goes into the bin; empty: it is destroyed. */
  Optional<Recycling> recycling(Tx tx, Volume volume) {
    var age = Duration.between(volume.createdAt(), clock.instant());
    if (age.compareTo(RecyclePolicy.SHORTEST_THRESHOLD) < 0 || !volume.status().restorable()) {
      return Optional.empty(); // the usual case asks for no policy
    }
    var policy = store.policy(tx, volume.project());
    return policy.takes(age)
        ? Optional.of(new Recycling(volume.status(), policy.keepDays()))
        : Optional.empty();
  }

  /** Puts it in, in the transaction that ends its deletion. */
  void put(Tx tx, VolumeId id, Recycling recycling, JobId job) {
    volumes.move(tx, id, DELETING, RESTORABLE, job);
    var now = clock.instant();
    store.insert(tx, id, recycling.before(), now, now.plus(Duration.ofDays(recycling.keepDays())));
  }

  /** Its row goes. One so young that it never was in the bin costs nothing. */
  void forget(Tx tx, Volume volume) {
    var age = Duration.between(volume.createdAt(), clock.instant());
    if (age.compareTo(RecyclePolicy.SHORTEST_THRESHOLD) >= 0) {
      store.remove(tx, volume.id());
    }
  }

  /**
   * Takes it out again: it is what it was before.
   *
   * @throws ApiException NOT_FOUND; INVALID_REQUEST when it is being destroyed
   */
  void revert(Tx tx, ProjectId project, VolumeId id) {
    var recycled = store.findToChange(tx, project, id).orElseThrow(() -> notFound(id));
    var volume = recycled.volume();
    if (volume.status() == RESTORABLE) {
      volumes.move(tx, id, RESTORABLE, recycled.before(), volume.job());
    } else if (volume.status() != AVAILABLE) { // else a repair found its data again
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "volume "
              + id
              + " in the recycle bin is "
              + volume.status().wireName()
              + ", only a restorable one can be reverted");
    }
    store.remove(tx, id);
  }

  static ApiException notFound(VolumeId id) {
    return new ApiException(
        ErrorCode.NOT_FOUND, "this project has no volume " + id + " in its recycle bin");
  }

  /**
   * Changes the policy.
   *
   * @throws ApiException RECYCLE_BIN_NOT_EMPTY when it is switched off while it holds volumes
   */
  void setPolicy(
      Tx tx,
      ProjectId project,
      Optional<Boolean> on,
      Optional<Integer> thresholdDays,
      Optional<Integer> keepDays) {
    var now = store.policyToChange(tx, project);
    var then =
        new RecyclePolicy(
            on.orElse(now.on()),
            thresholdDays.orElse(now.thresholdDays()),
            keepDays.orElse(now.keepDays()));
    if (now.on() && !then.on() && !store.isEmpty(tx, project)) {
      throw new ApiException(
          ErrorCode.RECYCLE_BIN_NOT_EMPTY, "revert the volumes in the bin, or delete them there");
    }
    store.setPolicy(tx, project, then);
  }
}
