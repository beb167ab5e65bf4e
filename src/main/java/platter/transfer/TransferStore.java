package platter.transfer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.id.VolumeId;

/** The SQL of the table transfer. */
final class TransferStore {
  private static final String SELECT =
      "select id, project, volume, name, salt, key_hash, created_at from transfer where ";

  void insert(Tx tx, Transfer transfer) {
    tx.update(
        "insert into transfer (id, project, volume, name, salt, key_hash, created_at)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        transfer.id().text(),
        transfer.project().text(),
        transfer.volume().text(),
        transfer.name(),
        transfer.key().salt(),
        transfer.key().hash(),
        ChronoUnit.MICROS.between(Instant.EPOCH, transfer.createdAt()));
  }

  /** One of this project's; another's does not exist. */
  Optional<Transfer> find(Tx tx, ProjectId project, TransferId id) {
    return tx.find(
        SELECT + "id = ? and project = ?", TransferStore::read, id.text(), project.text());
  }

  /** Of any project, and nobody else changes it before the transaction ends. */
  Optional<Transfer> findToChange(Tx tx, TransferId id) {
    return tx.find(SELECT + "id = ?" + tx.dialect().forUpdate(), TransferStore::read, id.text());
  }

  /**
   * The oldest first.
   *
   * @param after the one before the first of them; empty: from the beginning
   */
  List<Transfer> list(Tx tx, ProjectId project, Optional<TransferId> after, int limit, int offset) {
    var args = new ArrayList<Object>(List.of(project.text()));
    after.ifPresent(id -> args.add(id.text()));
    args.addAll(List.of(limit, offset));
    return tx.list(
        SELECT
            + "project = ?"
            + (after.isPresent()
                ? " and (created_at, id) > (select created_at, id from transfer where id = ?)"
                : "")
            + " order by created_at, id limit ? offset ?",
        TransferStore::read,
        args.toArray());
  }

  void delete(Tx tx, TransferId id) {
    tx.update("delete from transfer where id = ?", id.text());
  }

  private static Transfer read(ResultSet row) throws SQLException {
    return new Transfer(
        new TransferId(row.getString(1)),
        new ProjectId(row.getString(2)),
        new VolumeId(row.getString(3)),
        row.getString(4),
        new KeyHash(row.getString(5), row.getString(6)),
        Instant.EPOCH.plus(row.getLong(7), ChronoUnit.MICROS));
  }
}
