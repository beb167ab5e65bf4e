package platter.attachment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.nbd.Limits;
import platter.node.Owner;
import platter.volume.Attachment;

/** The SQL of which node serves which attachment. */
final class ServingStore {
  private ServingStore() {}

  /**
   * What a ticket opens.
   *
   * @param iops a second, where the volume has chosen them
   * @param throughput MiB a second, where the volume has chosen it
   */
  record Ticketed(
      String attachment,
      VolumeId volume,
      Attachment.Mode mode,
      Attachment.Client client,
      OptionalInt iops,
      OptionalInt throughput) {}

  /** Empty when it opens nothing any more. */
  static Optional<Ticketed> find(Tx tx, String digest) {
    return tx.find(
        "select a.id, a.volume, a.mode, a.client, volume.iops, volume.throughput from attachment a join volume on volume.id = a.volume"
            + " where a.ticket = ? and a.status in ('attaching', 'attached') and a.client <> 'rbd'",
        row ->
            new Ticketed(
                row.getString(1),
                new VolumeId(row.getString(2)),
                Attachment.Mode.named(row.getString(3)).orElseThrow(),
                Attachment.Client.named(row.getString(4)).orElse(Attachment.Client.OTHER),
                number(row.getInt(5)),
                number(row.getInt(6))),
        digest);
  }

  private static OptionalInt number(int orZero) {
    return orZero == 0 ? OptionalInt.empty() : OptionalInt.of(orZero);
  }

  /**
   * A node that serves an attachment.
   *
   * @param gib the size that it serves
   */
  record Holder(Owner owner, int gib) {}

  private static final String HOLDER =
      "select node, node_epoch, served_gib from attachment where node is not null";

  private static Holder holder(ResultSet row) throws SQLException {
    return new Holder(new Owner(row.getString(1), row.getLong(2)), row.getInt(3));
  }

  static Optional<Holder> holder(Tx tx, String attachment) {
    return tx.find(HOLDER + " and id = ?", ServingStore::holder, attachment);
  }

  static List<Holder> holders(Tx tx, VolumeId volume) {
    return tx.list(HOLDER + " and volume = ?", ServingStore::holder, volume.text());
  }

  /** As {@link #holder}, and nobody else changes it before the transaction ends. */
  static Optional<Holder> lockHolder(Tx tx, String attachment) {
    tx.find(
        "select id from attachment where id = ?" + tx.dialect().forUpdate(),
        row -> row.getString(1),
        attachment);
    return holder(tx, attachment);
  }

  /** Returns false when nobody may open it any more. */
  static boolean hold(Tx tx, String attachment, Owner owner, int gib) {
    return tx.update(
            "update attachment set node = ?, node_epoch = ?, served_gib = ?"
                + " where id = ? and status in ('attaching', 'attached')",
            owner.node(),
            owner.epoch(),
            gib,
            attachment)
        == 1;
  }

  /** Says that it serves another size by now. */
  static void grown(Tx tx, String attachment, Owner owner, int gib) {
    tx.update(
        "update attachment set served_gib = ? where id = ? and node = ? and node_epoch = ?",
        gib,
        attachment,
        owner.node(),
        owner.epoch());
  }

  /** The attachments that a node serves, by its own word. */
  static List<String> heldBy(Tx tx, Owner owner) {
    return tx.list(
        "select id from attachment where node = ? and node_epoch = ?",
        row -> row.getString(1),
        owner.node(),
        owner.epoch());
  }

  /** By attachment, of those that a node serves. */
  static Map<String, Limits> limits(Tx tx, Owner owner) {
    var limits = new HashMap<String, Limits>();
    tx.list(
            "select a.id, volume.iops, volume.throughput from attachment a"
                + " join volume on volume.id = a.volume where a.node = ? and a.node_epoch = ?",
            row ->
                Map.entry(
                    row.getString(1), OpenLimits.of(number(row.getInt(2)), number(row.getInt(3)))),
            owner.node(),
            owner.epoch())
        .forEach(one -> limits.put(one.getKey(), one.getValue()));
    return limits;
  }

  static void letGo(Tx tx, String attachment, Owner owner) {
    tx.update(
        "update attachment set node = null, node_epoch = null, served_gib = null"
            + " where id = ? and node = ? and node_epoch = ?",
        attachment,
        owner.node(),
        owner.epoch());
  }

  /** Of any project, those whose end somebody has begun. */
  record Ending(ProjectId project, String attachment, VolumeId volume, Attachment.Client client) {}

  static List<Ending> detaching(Tx tx) {
    return tx.list(
        "select volume.project, a.id, a.volume, a.client from attachment a"
            + " join volume on volume.id = a.volume where a.status = 'detaching'",
        row ->
            new Ending(
                new ProjectId(row.getString(1)),
                row.getString(2),
                new VolumeId(row.getString(3)),
                Attachment.Client.named(row.getString(4)).orElse(Attachment.Client.OTHER)));
  }
}
