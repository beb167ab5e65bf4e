package platter.volume;

import java.util.List;
import platter.db.Tx;
import platter.error.ApiException;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.type.VolumeType;

/** What volumes must know of snapshots, which stand above them and answer it. */
public interface Origins {
  /** A snapshot of which volumes can be made. */
  record Origin(SnapshotId id, int sizeGib, VolumeType type, String zone) {}

  /**
   * A snapshot of this project, which stays as it is until the transaction ends.
   *
   * @throws ApiException INVALID_SNAPSHOT_ID when there is none, SNAPSHOT_NOT_USABLE by its status
   */
  Origin hold(Tx tx, ProjectId project, SnapshotId id);

  /**
   * Refuses who is about to write, in a way that nobody serves here, to a volume of which a
   * snapshot is being made piece by piece: it would have some of both. The volume is held by the
   * transaction.
   *
   * @throws ApiException WRONG_STATUS
   */
  void mustNotBeCopied(Tx tx, VolumeId volume);

  /** The snapshots that a volume has, which stay as they are until the transaction ends. */
  List<SnapshotId> of(Tx tx, VolumeId volume);

  /**
   * All that {@link #of} told go with their volume, by its job.
   *
   * @throws ApiException SNAPSHOT_DELETE_REFUSED when one of them cannot go now
   */
  void deleting(Tx tx, VolumeId volume, JobId job);

  /** They are gone. */
  void deleted(Tx tx, List<SnapshotId> snapshots);

  /** The job has failed. */
  void notDeleted(Tx tx, List<SnapshotId> snapshots, JobId job);

  /**
   * Another job does it again.
   *
   * @throws ApiException JOB_STATE when one is not any more what the failure left
   */
  void deletingAgain(Tx tx, List<SnapshotId> snapshots, JobId failed, JobId job);
}
