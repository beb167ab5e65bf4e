package platter.attachment;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import platter.attachment.ServingStore.Holder;
import platter.attachment.ServingStore.Ticketed;
import platter.db.Database;
import platter.id.VolumeId;
import platter.node.Lease;
import platter.node.Owner;

/**
 * Which node serves which attachment, where nodes share a storage: it writes its name into the row,
 * and others refuse the ticket until that is gone or the node is dead. A node that is alone writes
 * nothing.
 */
final class ServingHolds {
  private static final System.Logger LOG = System.getLogger(ServingHolds.class.getName());

  private final Database db;
  private final Lease lease;
  private final CopyHolds copies;

  ServingHolds(Database db, Lease lease, CopyHolds copies) {
    this.db = db;
    this.lease = lease;
    this.copies = copies;
  }

  /**
   * From now on no other node serves it, nor copies its volume.
   *
   * @param gib the size that is served
   * @return false when nobody may open it any more
   * @throws IOException when another node serves it, or copies its volume
   */
  boolean take(Ticketed what, Owner me, int gib) throws IOException {
    var id = what.attachment();
    var holder =
        db.inTx(
            tx -> {
              CopyHolds.lock(tx, what.volume());
              var copier = copies.elsewhere(tx, what.volume());
              if (copier.isPresent()) {
                return copier;
              }
              var now = ServingStore.lockHolder(tx, id).map(Holder::owner);
              if (now.isPresent() && !now.get().equals(me) && lease.mayWrite(tx, now.get())) {
                return now;
              }
              return ServingStore.hold(tx, id, me, gib) ? Optional.of(me) : Optional.<Owner>empty();
            });
    if (holder.isPresent() && !holder.get().equals(me)) {
      throw new IOException("node " + holder.get().node() + " serves or copies the volume now");
    }
    return holder.isPresent();
  }

  /** When the database is away, whoever asks for {@link #mine} does it later. */
  void letGo(String attachment, Owner me) {
    if (lease.shared()) {
      try {
        db.inTx(
            tx -> {
              ServingStore.letGo(tx, attachment, me);
              return attachment;
            });
      } catch (RuntimeException e) {
        LOG.log(WARNING, "attachment " + attachment + " cannot be let go yet", e);
      }
    }
  }

  /** The attachments that this incarnation has taken and not let go. */
  List<String> mine(Owner me) {
    return lease.shared() ? db.lookUp(tx -> ServingStore.heldBy(tx, me)) : List.of();
  }

  /** Whether another node serves it. */
  boolean isElsewhere(String attachment) {
    return lease.shared()
        && db.read(
            tx ->
                ServingStore.holder(tx, attachment)
                    .map(Holder::owner)
                    .filter(owner -> !owner.equals(lease.owner()) && lease.mayWrite(tx, owner))
                    .isPresent());
  }

  /** Says that this node serves another size by now. */
  void grown(String attachment, Owner me, int gib) {
    if (lease.shared()) {
      db.inTx(
          tx -> {
            ServingStore.grown(tx, attachment, me, gib);
            return gib;
          });
    }
  }

  /** A node that serves a volume with less than that size. */
  Optional<Owner> late(VolumeId volume, int gib) {
    return lease.shared()
        ? db.read(
            tx ->
                ServingStore.holders(tx, volume).stream()
                    .filter(holder -> holder.gib() < gib)
                    .map(Holder::owner)
                    .filter(owner -> lease.mayWrite(tx, owner))
                    .findAny())
        : Optional.empty();
  }
}
