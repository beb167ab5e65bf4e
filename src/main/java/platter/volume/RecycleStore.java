package platter.volume;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import platter.db.Filter;
import platter.db.Page;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.id.VolumeId;

/** The SQL of the tables recycle_policy and recycled. */
final class RecycleStore {
  private static final String TABLES = "volume join recycled on recycled.volume_id = volume.id";
  private static final String SELECT =
      "select "
          + VolumeStore.COLUMNS
          + ", status_before, pre_deleted_at, plan_delete_at from "
          + TABLES;

  /**
   * A volume in the bin: its row is where it always was, and out of sight.
   *
   * @param before its status when it was deleted
   * @param preDeletedAt when it was put in
   * @param planDeleteAt when it will be destroyed
   */
  record Recycled(Volume volume, VolumeStatus before, Instant preDeletedAt, Instant planDeleteAt) {}

  RecyclePolicy policy(Tx tx, ProjectId project) {
    return tx.find(
            "select is_on, threshold_days, keep_days from recycle_policy where project = ?",
            row -> new RecyclePolicy(row.getInt(1) != 0, row.getInt(2), row.getInt(3)),
            project.text())
        .orElse(RecyclePolicy.DEFAULT);
  }

  /** As {@link #policy}, and nobody else changes it before the transaction ends. */
  RecyclePolicy policyToChange(Tx tx, ProjectId project) {
    var none = RecyclePolicy.DEFAULT; // a row is needed to hold
    tx.update(
        "insert into recycle_policy (project, is_on, threshold_days, keep_days)"
            + " values (?, ?, ?, ?) on conflict (project) do nothing",
        project.text(),
        none.on(),
        none.thresholdDays(),
        none.keepDays());
    tx.find(
        "select project from recycle_policy where project = ?" + tx.dialect().forUpdate(),
        row -> row.getString(1),
        project.text());
    return policy(tx, project);
  }

  /** After {@link #policyToChange}. */
  void setPolicy(Tx tx, ProjectId project, RecyclePolicy policy) {
    tx.update(
        "update recycle_policy set is_on = ?, threshold_days = ?, keep_days = ? where project = ?",
        policy.on(),
        policy.thresholdDays(),
        policy.keepDays(),
        project.text());
  }

  void insert(Tx tx, VolumeId id, VolumeStatus before, Instant at, Instant until) {
    tx.update(
        "insert into recycled (volume_id, status_before, pre_deleted_at, plan_delete_at)"
            + " values (?, ?, ?, ?)",
        id.text(),
        before.wireName(),
        VolumeStore.micros(at),
        VolumeStore.micros(until));
  }

  void remove(Tx tx, VolumeId id) {
    tx.update("delete from recycled where volume_id = ?", id.text());
  }

  boolean isEmpty(Tx tx, ProjectId project) {
    return tx.find(
            "select 1 from volume join recycled on recycled.volume_id = volume.id"
                + " where project = ? limit 1",
            row -> row.getInt(1),
            project.text())
        .isEmpty();
  }

  /** One in this project's bin; another's does not exist. */
  Optional<Recycled> find(Tx tx, ProjectId project, VolumeId id) {
    return tx.find(
        SELECT + " where id = ? and project = ?", RecycleStore::read, id.text(), project.text());
  }

  /** As {@link #find}, and nobody else changes it before the transaction ends. */
  Optional<Recycled> findToChange(Tx tx, ProjectId project, VolumeId id) {
    return tx.find(
        SELECT + " where id = ? and project = ?" + tx.dialect().forUpdate(),
        RecycleStore::read,
        id.text(),
        project.text());
  }

  /** Those whose time is over, and that can be destroyed. */
  List<Recycled> due(Tx tx, Instant now, int limit) {
    return tx.list(
        SELECT
            + " where plan_delete_at <= ? and status not in ('deleting', 'error_deleting')"
            + " order by plan_delete_at limit ?",
        RecycleStore::read,
        VolumeStore.micros(now),
        limit);
  }

  /** The ones that were put in last come first. */
  Page<Recycled> list(Tx tx, Filter filter, int limit, int offset) {
    return filter.page(
        tx,
        filter.count(tx, TABLES),
        SELECT,
        Filter.order("pre_deleted_at", true),
        limit,
        offset,
        RecycleStore::read);
  }

  private static Recycled read(ResultSet row) throws SQLException {
    return new Recycled(
        VolumeStore.read(row),
        VolumeStatus.named(row.getString("status_before")).orElseThrow(),
        VolumeStore.instant(row.getLong("pre_deleted_at")),
        VolumeStore.instant(row.getLong("plan_delete_at")));
  }
}
