package platter.driver.rbd;

import java.util.Comparator;
import java.util.Optional;
import platter.driver.Fact;
import platter.driver.Guard;
import platter.driver.Sizes;
import platter.driver.SnapshotFact;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * What lies in the pool, and how it is changed.
 *
 * <pre>
 * ID            a volume
 * snapshot.ID   a snapshot: a clone of its volume, with a snap "base" that volumes are cloned of
 * next.ID       what a volume is about to become, by a revert
 * (trash)       what was deleted or replaced, also what others still have their bytes from
 * </pre>
 *
 * An image is whole when it bears its {@link Mark}, which is written last: the library makes images
 * in several steps, and a crash between them leaves half of one, or a clone without its parent.
 * Nobody depends on anybody as seen from outside: what is retired goes to the trash, whose {@link
 * Reaper} frees each image when the last one that reads from it has gone.
 */
final class Images {
  private static final String BASE = "base";

  /** Linux follows 16 parents; and each makes a read of what was never written slower. */
  private static final int MAX_DEPTH = 6;

  /** What lies under a name. */
  sealed interface Look {
    record None() implements Look {}

    /**
     * As it shall be.
     *
     * @param used of its own, or 0 when it was not asked for
     */
    record Whole(String id, long bytes, long used, int depth) implements Look {}

    /**
     * Not whole.
     *
     * @param ours it was never whole, and may go
     */
    record Half(boolean ours) implements Look {}
  }

  private final Pool pool;
  private final boolean alone;
  private final Guard guard;

  Images(Pool pool, boolean alone, Guard guard) {
    this.pool = pool;
    this.alone = alone;
    this.guard = guard;
  }

  /**
   * @param owner of whom the image must be the one
   */
  Look look(String name, String owner, boolean used) throws CephException {
    try (var image = pool.openReadOnly(name)) {
      var said = image.metadata(Mark.KEY);
      var mark = said.flatMap(Mark::parse).filter(m -> m.owner().equals(owner));
      if (mark.isPresent()) {
        return new Look.Whole(
            image.id(), image.size(), used ? image.usedBytes() : 0, mark.get().depth());
      }
      boolean making = said.filter(text -> text.equals(Mark.making(owner))).isPresent();
      return new Look.Half(making || (image.snaps().isEmpty() && image.usedBytes() == 0));
    } catch (CephException e) {
      if (e.is(CephException.ENOENT)) {
        return new Look.None();
      }
      throw e;
    }
  }

  private Optional<Look.Whole> whole(VolumeId id, boolean used) throws CephException {
    return look(Names.of(id), Mark.owner(id), used) instanceof Look.Whole whole
        ? Optional.of(whole)
        : Optional.empty();
  }

  private Optional<Look.Whole> whole(SnapshotId id, boolean used) throws CephException {
    return look(Names.of(id), Mark.owner(id), used) instanceof Look.Whole whole
        ? Optional.of(whole)
        : Optional.empty();
  }

  Optional<Fact> inspect(VolumeId id) throws CephException {
    return whole(id, true).map(found -> new Fact(id, found.bytes(), found.used()));
  }

  Optional<SnapshotFact> inspect(SnapshotId id) throws CephException {
    return whole(id, true).map(found -> new SnapshotFact(id, found.bytes(), found.used()));
  }

  boolean has(VolumeId id) throws CephException {
    return whole(id, false).isPresent();
  }

  /**
   * @param failure the beginning of a message
   */
  void ensure(VolumeId id, long bytes, String failure) throws CephException, BackendException {
    var name = Names.of(id);
    var owner = Mark.owner(id);
    if (isThere(name, owner, bytes, failure)) {
      return;
    }
    guard.check();
    makeUnder(name, () -> pool.create(name, bytes));
    try (var image = pool.open(name)) {
      image.setMetadata(Mark.KEY, new Mark(owner, 0).toString());
    }
  }

  void ensure(VolumeId id, long bytes, SnapshotId source, String failure)
      throws CephException, BackendException {
    var name = Names.of(id);
    if (!isThere(name, Mark.owner(id), bytes, failure)) {
      cloneOf(source, name, Mark.owner(id), bytes, failure);
    }
  }

  /** Whether it is there as it shall be; what is half made goes. */
  private boolean isThere(String name, String owner, long bytes, String failure)
      throws CephException, BackendException {
    return switch (look(name, owner, false)) {
      case Look.None _ -> false;
      case Look.Whole whole -> {
        if (whole.bytes() != bytes) {
          throw new BackendException.Conflict(
              failure + ": it is there with " + Sizes.text(whole.bytes()));
        }
        yield true;
      }
      case Look.Half(boolean ours) -> {
        discard(name, ours, failure);
        yield false;
      }
    };
  }

  private void discard(String name, boolean ours, String failure)
      throws CephException, BackendException {
    if (!ours) {
      throw new BackendException.Conflict(
          failure + ": the pool has an image " + name + " that Platter did not make");
    }
    guard.check();
    try (var image = pool.open(name)) {
      image.setMetadata(Mark.KEY, Mark.DEAD);
    }
    pool.moveToTrash(name);
  }

  /** Makes an image. */
  private interface Making {
    void run() throws CephException;
  }

  /** What cannot be opened and is in the way all the same is the half of an image. */
  private void makeUnder(String name, Making making) throws CephException {
    try {
      making.run();
    } catch (CephException e) {
      if (!e.is(CephException.EEXIST)) {
        throw e;
      }
      removeUnopenable(name);
      making.run();
    }
  }

  private void removeUnopenable(String name) throws CephException {
    try {
      pool.openReadOnly(name).close();
    } catch (CephException e) {
      if (!e.is(CephException.ENOENT)) {
        throw e;
      }
      pool.remove(name);
    }
  }

  private void cloneOf(SnapshotId source, String name, String owner, long bytes, String failure)
      throws CephException, BackendException {
    var from =
        whole(source, false)
            .orElseThrow(
                () ->
                    new BackendException.NotFound(
                        failure + ": the storage has no snapshot " + source));
    if (from.bytes() > bytes) {
      throw new BackendException.Conflict(
          failure + ": snapshot " + source + " has " + Sizes.text(from.bytes()));
    }
    guard.check();
    makeUnder(name, () -> pool.clone(Names.of(source), BASE, name));
    try (var image = pool.open(name)) {
      finish(image, owner, bytes, from.depth() + 1, false);
    }
  }

  /**
   * Makes a clone what it shall be, and whole. Who slept since the clone was made may find another
   * image under the name, which another node has made, and somebody uses.
   */
  private void finish(Image image, String owner, long bytes, int depth, boolean withBase)
      throws CephException, BackendException {
    if (isWhole(image, owner)) {
      return;
    }
    guard.check();
    image.setMetadata(Mark.KEY, Mark.making(owner));
    if (image.size() != bytes) {
      guard.check();
      image.resize(bytes, true);
    }
    boolean deep = depth > MAX_DEPTH;
    if (deep) {
      image.flatten();
    }
    if (withBase) {
      image.createSnap(BASE);
    }
    guard.check();
    image.setMetadata(Mark.KEY, new Mark(owner, deep ? 0 : depth).toString());
  }

  private static boolean isWhole(Image image, String owner) throws CephException {
    return image
        .metadata(Mark.KEY)
        .flatMap(Mark::parse)
        .filter(mark -> mark.owner().equals(owner))
        .isPresent();
  }

  long grow(VolumeId id, long atLeastBytes, String failure) throws CephException, BackendException {
    if (!has(id)) {
      throw missing(failure);
    }
    try (var image = pool.open(Names.of(id))) {
      long now = image.size();
      if (now >= atLeastBytes) {
        return now;
      }
      guard.check();
      try {
        image.resize(atLeastBytes, false); // however late: it never shrinks
      } catch (CephException e) {
        if (!e.is(CephException.EINVAL) || image.size() < atLeastBytes) {
          throw e;
        }
      }
      return image.size();
    }
  }

  private static BackendException.NotFound missing(String failure) {
    return new BackendException.NotFound(failure + ": the storage has no such volume");
  }

  void retire(VolumeId id, String failure) throws CephException, BackendException {
    dropNext(id);
    retire(Names.of(id), Mark.owner(id), failure);
  }

  void retire(SnapshotId id, String failure) throws CephException, BackendException {
    retire(Names.of(id), Mark.owner(id), failure);
  }

  private void retire(String name, String owner, String failure)
      throws CephException, BackendException {
    switch (look(name, owner, false)) {
      case Look.Whole _ -> {
        guard.check();
        absentIsDone(() -> pool.moveToTrash(name));
      }
      case Look.Half(boolean ours) -> discard(name, ours, failure);
      case Look.None _ -> {
        // what is half made, or half moved, cannot be opened
        guard.check();
        absentIsDone(() -> pool.moveToTrash(name));
        absentIsDone(() -> pool.remove(name));
      }
    }
  }

  private static void absentIsDone(Making change) throws CephException {
    try {
      change.run();
    } catch (CephException e) {
      if (!e.is(CephException.ENOENT)) {
        throw e;
      }
    }
  }

  /**
   * The instant is that of a snap on the volume's image. A clone of that is the snapshot; the snap
   * itself goes then, and lives on without a name as long as the clone does.
   */
  void snapshot(VolumeId id, SnapshotId snapshot, long bytes, String failure)
      throws CephException, BackendException {
    var name = Names.of(snapshot);
    var owner = Mark.owner(snapshot);
    if (isThere(name, owner, bytes, failure)) {
      dropTransient(id, snapshot);
      return;
    }
    var volume = whole(id, false).orElseThrow(() -> missing(failure));
    if (volume.bytes() < bytes) {
      throw new BackendException.Conflict(
          failure + ": the volume has " + Sizes.text(volume.bytes()));
    }
    var snap = Names.transientSnap(snapshot);
    guard.check();
    try (var image = pool.open(Names.of(id))) {
      for (var old : image.snaps()) {
        // of a dead attempt; those of other nodes may be at work
        if (old.name().equals(snap) || (alone && Names.isTransientSnap(old.name()))) {
          image.removeSnap(old.name());
        }
      }
      image.createSnap(snap);
      makeUnder(name, () -> pool.clone(Names.of(id), snap, name));
      try (var made = pool.open(name)) {
        finish(made, owner, bytes, volume.depth() + 1, true);
      }
      image.removeSnap(snap);
    }
  }

  /** What a call of {@link #snapshot} has left on the volume that has died, or failed. */
  void dropTransient(VolumeId id, SnapshotId snapshot) throws CephException, BackendException {
    if (!has(id)) {
      return;
    }
    var snap = Names.transientSnap(snapshot);
    try (var image = pool.open(Names.of(id))) {
      if (image.snaps().stream().anyMatch(one -> one.name().equals(snap))) {
        guard.check();
        image.removeSnap(snap);
      }
    }
  }

  /**
   * Makes a whole new image of the snapshot, and puts it in the volume's place in two moves. A
   * crash between them leaves no volume and what it shall become: {@link #settle} ends that.
   */
  void revert(VolumeId id, SnapshotId snapshot, String failure)
      throws CephException, BackendException {
    settle(id);
    var volume = whole(id, false).orElseThrow(() -> missing(failure));
    var next = Names.next(id);
    cloneOf(snapshot, next, Mark.owner(id), volume.bytes(), failure);
    guard.check();
    pool.moveToTrash(Names.of(id));
    try {
      takePlace(id);
    } catch (CephException e) {
      if (e.is(CephException.ENOENT)) { // another node has settled it: this call came late
        pool.restore(lastMoved(id, volume.id()), Names.of(id));
      }
      throw e;
    }
  }

  /**
   * What was moved to the trash last: another node may have reverted the volume before, and
   * somebody may have written to it since.
   *
   * @param then what the volume had when this call began
   */
  private String lastMoved(VolumeId id, String then) throws CephException {
    return pool.trash().stream()
        .filter(one -> one.name().equals(Names.of(id)))
        .max(
            Comparator.comparingLong(Pool.Entry::movedSeconds)
                .thenComparing(one -> !one.id().equals(then)))
        .map(Pool.Entry::id)
        .orElse(then);
  }

  /** Ends what a dead call of revert has begun: for it when it had passed the first move. */
  void settle(VolumeId id) throws CephException, BackendException {
    boolean moved =
        look(Names.next(id), Mark.owner(id), false) instanceof Look.Whole
            && !isListed(Names.of(id));
    if (moved) {
      guard.check();
      takePlace(id);
    } else {
      dropNext(id);
    }
  }

  private void takePlace(VolumeId id) throws CephException {
    var name = Names.of(id);
    try {
      pool.rename(Names.next(id), name);
    } catch (CephException e) {
      if (!e.is(CephException.EEXIST) || isListed(name)) {
        throw e;
      }
      // the first half of an earlier rename: the name leads to the image, the directory does not
      pool.removeObject("rbd_id." + name);
      pool.rename(Names.next(id), name);
    }
  }

  private boolean isListed(String name) throws CephException {
    return pool.list().stream().anyMatch(entry -> entry.name().equals(name));
  }

  private void dropNext(VolumeId id) throws CephException, BackendException {
    var name = Names.next(id);
    switch (look(name, Mark.owner(id), false)) {
      case Look.None _ -> {}
      case Look.Whole _, Look.Half _ -> discard(name, true, "");
    }
  }
}
