package platter.snapshot;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.id.ProjectId;
import platter.id.SnapshotId;

/** Changes what is written on a snapshot; what is in it never changes. */
final class UpdateSnapshot {
  private final Database db;
  private final SnapshotStore store;

  UpdateSnapshot(Database db, SnapshotStore store) {
    this.db = db;
    this.store = store;
  }

  /** Changes a snapshot that is held by the transaction. */
  private interface Change {
    void of(Tx tx, Snapshot now);
  }

  private Snapshot change(ProjectId project, SnapshotId id, Change change) {
    return db.inTx(
        tx -> {
          change.of(
              tx, store.findToChange(tx, project, id).orElseThrow(() -> Snapshots.notFound(id)));
          return store.find(tx, id).orElseThrow();
        });
  }

  /** Returns the snapshot as it is now. What is empty stays as it was. */
  Snapshot update(
      ProjectId project,
      SnapshotId id,
      Optional<String> name,
      Optional<String> description,
      Optional<Boolean> instantAccess) {
    return change(
        project,
        id,
        (tx, now) ->
            store.update(
                tx,
                id,
                name.orElse(now.name()),
                description.isPresent() ? description : now.description(),
                instantAccess.orElse(now.instantAccess())));
  }

  /**
   * Changes the metadata.
   *
   * @param change makes the new map of the old one, and may refuse
   * @throws ApiException NOT_FOUND, METADATA_TOO_LARGE, SNAPSHOT_METADATA_PROTECTED
   */
  Map<String, String> metadata(
      ProjectId project, SnapshotId id, UnaryOperator<Map<String, String>> change) {
    return change(
            project,
            id,
            (tx, now) -> {
              var changed = change.apply(now.metadata());
              SnapshotRequest.METADATA.check(now.metadata(), changed);
              store.setMetadata(tx, id, changed);
            })
        .metadata();
  }
}
