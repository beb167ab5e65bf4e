package platter.verify;

import java.util.Optional;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.snapshot.Snapshot;
import platter.snapshot.SnapshotStatus;
import platter.volume.Volume;
import platter.volume.VolumeStatus;

/** What heals a difference. Only two kinds delete data. */
sealed interface Repair {
  /**
   * Deletes data.
   *
   * @param row of the volume that failed to be created; empty when there is none
   */
  record RemoveStorage(VolumeId volume, Optional<Volume> row) implements Repair {}

  /**
   * Changes the row of a volume and its quota, and writes down the job that explains it.
   *
   * @param seen the row that is changed, if it still is this one
   * @param lost what was lost, for the job's fail_reason; empty when nothing was
   */
  record ChangeRow(Volume seen, VolumeStatus status, int sizeGib, String lost) implements Repair {}

  /**
   * Deletes data.
   *
   * @param row of the snapshot that failed to be made; empty when there is none
   */
  record RemoveSnapshot(SnapshotId snapshot, Optional<Snapshot> row) implements Repair {}

  /** Throws away what nobody can read. */
  record RemoveDraft(VolumeId volume) implements Repair {}

  /** Throws away what nobody can read. */
  record RemoveSnapshotDraft(SnapshotId snapshot) implements Repair {}

  /**
   * Changes the status of a snapshot, and writes down the job that explains it.
   *
   * @param seen the row that is changed, if it still is this one
   * @param lost what was lost, for the job's fail_reason; empty when nothing was
   */
  record ChangeSnapshot(Snapshot seen, SnapshotStatus status, String lost) implements Repair {}

  /**
   * Counts the use of a quota anew.
   *
   * @param counted what it is now, wrongly
   */
  record Recount(ProjectId project, String resource, long counted) implements Repair {}

  /** As {@link Recount}, of what the storage has promised. */
  record RecountPool(long counted) implements Repair {}

  /** Somebody must do something else first. */
  record Impossible(String why) implements Repair {}

  default boolean deletesData() {
    return switch (this) {
      case RemoveStorage _, RemoveSnapshot _ -> true;
      case ChangeRow _,
          ChangeSnapshot _,
          RemoveDraft _,
          RemoveSnapshotDraft _,
          Recount _,
          RecountPool _,
          Impossible _ ->
          false;
    };
  }

  /** For humans, as an order, without a full stop. */
  default String sentence() {
    return switch (this) {
      case RemoveStorage _, RemoveSnapshot _ -> "remove its storage with all data in it";
      case RemoveDraft _, RemoveSnapshotDraft _ -> "throw it away";
      case ChangeRow change -> change(change);
      case ChangeSnapshot(_, var status, _) -> "make it " + status.wireName();
      case Recount _, RecountPool _ -> "count what the rows make";
      case Impossible(var why) -> "cannot be repaired: " + why;
    };
  }

  private static String change(ChangeRow change) {
    var seen = change.seen;
    var status = seen.status() == change.status ? "" : "make it " + change.status.wireName();
    var size =
        seen.sizeGib() == change.sizeGib ? "" : "make its row say " + change.sizeGib + " GiB";
    return status + (status.isEmpty() || size.isEmpty() ? "" : ", ") + size;
  }
}
