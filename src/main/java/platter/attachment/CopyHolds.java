package platter.attachment;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import platter.db.Database;
import platter.db.Tx;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.node.Lease;
import platter.node.Owner;
import platter.volume.Served;

/**
 * Which node copies which volume, where nodes share a storage. A copy is of one instant when all
 * who write are in step with it, so they have to be on its node: who begins a copy looks whether
 * another node serves the volume, and who begins to serve it whether another node copies it. Both
 * hold the row of the volume while they look and say so.
 */
final class CopyHolds {
  private static final System.Logger LOG = System.getLogger(CopyHolds.class.getName());

  private final Database db;
  private final Lease lease;
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  CopyHolds(Database db, Lease lease) {
    this.db = db;
    this.lease = lease;
  }

  /**
   * From now on no other node begins to serve the volume, until it is closed.
   *
   * @throws BackendException.Unavailable because of {@link Lease.Elsewhere} when another node
   *     serves it, and could make the copy
   * @throws BackendException.Busy when several nodes serve it
   */
  Served.Hold take(VolumeId volume, SnapshotId copy) throws BackendException {
    var me = lease.owner();
    held.add(copy.text()); // before its row is there
    boolean mine = false;
    try {
      mustServeAlone(volume, me, db.inTx(tx -> take(tx, volume, copy, me)));
      mine = true;
    } catch (DatabaseException e) {
      throw new BackendException.Unavailable("the database cannot tell who serves " + volume, e);
    } finally {
      if (!mine) {
        held.remove(copy.text());
      }
    }
    return () -> letGo(copy, me);
  }

  /** Returns who serves it; says that this node copies it when that is nobody else. */
  private List<Owner> take(Tx tx, VolumeId volume, SnapshotId copy, Owner me) {
    lock(tx, volume);
    var servers =
        ServingStore.holders(tx, volume).stream()
            .map(ServingStore.Holder::owner)
            .distinct()
            .filter(owner -> owner.equals(me) || lease.mayWrite(tx, owner))
            .toList();
    if (servers.stream().allMatch(me::equals)) {
      tx.update(
          """
          insert into copying (snapshot, volume, node, node_epoch) values (?, ?, ?, ?)
          on conflict (snapshot) do update set node = excluded.node,
              node_epoch = excluded.node_epoch\
          """,
          copy.text(),
          volume.text(),
          me.node(),
          me.epoch());
    }
    return servers;
  }

  private static void mustServeAlone(VolumeId volume, Owner me, List<Owner> servers)
      throws BackendException {
    if (servers.size() > 1) {
      throw new BackendException.Busy(
          "volume "
              + volume
              + " is served by several nodes at once ("
              + String.join(", ", servers.stream().map(Owner::node).sorted().toList())
              + "), and would have to be copied in step with all of them");
    }
    if (servers.size() == 1 && !servers.getFirst().equals(me)) {
      var other = servers.getFirst();
      throw new BackendException.Unavailable(
          "node " + other.node() + " serves volume " + volume, new Lease.Elsewhere(other));
    }
  }

  private void letGo(SnapshotId copy, Owner me) {
    held.remove(copy.text());
    try {
      db.inTx(
          tx ->
              tx.update(
                  "delete from copying where snapshot = ? and node = ? and node_epoch = ?",
                  copy.text(),
                  me.node(),
                  me.epoch()));
    } catch (DatabaseException e) { // the next look does it
      LOG.log(WARNING, "the copy " + copy + " cannot be let go yet", e);
    }
  }

  /** Takes away what this node has left: while the database was away, and in earlier lives. */
  void letGoOfTheRest() {
    var me = lease.owner();
    for (var copy :
        db.lookUp(
            tx ->
                tx.list(
                    "select snapshot from copying where node = ?",
                    row -> row.getString(1),
                    me.node()))) {
      if (!held.contains(copy)) {
        try {
          db.inTx(tx -> letGoOfOneLeft(tx, copy, me));
        } catch (BegunAgain e) {
          LOG.log(DEBUG, "the copy {0} has begun again", copy);
        }
      }
    }
  }

  /** Somebody holds it after all; thrown so that its row stays. */
  private static final class BegunAgain extends RuntimeException {
    BegunAgain() {
      super(null, null, false, false);
    }
  }

  /** Who begins it later waits for this row before it writes its own. */
  private int letGoOfOneLeft(Tx tx, String copy, Owner me) {
    int gone = tx.update("delete from copying where snapshot = ? and node = ?", copy, me.node());
    if (held.contains(copy)) {
      throw new BegunAgain();
    }
    return gone;
  }

  /** Nobody else looks at the volume to serve or to copy it before the transaction ends. */
  static void lock(Tx tx, VolumeId volume) {
    tx.find(
        "select id from volume where id = ?" + tx.dialect().forUpdate(),
        row -> row.getString(1),
        volume.text());
  }

  /** Another node that copies the volume now. */
  Optional<Owner> elsewhere(Tx tx, VolumeId volume) {
    var me = lease.owner();
    return tx
        .list(
            "select node, node_epoch from copying where volume = ?",
            row -> new Owner(row.getString(1), row.getLong(2)),
            volume.text())
        .stream()
        .filter(owner -> !owner.equals(me) && lease.mayWrite(tx, owner))
        .findAny();
  }
}
