package platter.verify;

import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.AWAITING_TRANSFER;
import static platter.volume.VolumeStatus.ERROR;
import static platter.volume.VolumeStatus.ERROR_DELETING;
import static platter.volume.VolumeStatus.ERROR_EXTENDING;
import static platter.volume.VolumeStatus.ERROR_ROLLBACKING;
import static platter.volume.VolumeStatus.IN_USE;
import static platter.volume.VolumeStatus.RESTORABLE;

import java.util.Optional;
import java.util.OptionalLong;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.snapshot.Snapshot;
import platter.snapshot.SnapshotStatus;
import platter.type.VolumeType;
import platter.verify.Repair.ChangeRow;
import platter.verify.Repair.ChangeSnapshot;
import platter.verify.Repair.Impossible;
import platter.verify.Repair.Recount;
import platter.verify.Repair.RecountPool;
import platter.verify.Repair.RemoveDraft;
import platter.verify.Repair.RemoveSnapshot;
import platter.verify.Repair.RemoveSnapshotDraft;
import platter.verify.Repair.RemoveStorage;
import platter.volume.Volume;
import platter.volume.VolumeStatus;

/**
 * One way in which rows, storage and quotas disagree, and the rule of its repair: what was lost
 * makes a volume {@code error}, what is there beyond the row is counted, and storage is removed
 * only where no volume has ever been in it for anybody.
 */
public sealed interface Difference {
  /** Storage that belongs to no volume of any project. */
  record StorageWithoutRow(VolumeId volume, long bytes) implements Difference {}

  /** A volume whose storage is gone. */
  record StorageLost(Volume row) implements Difference {}

  /** A volume whose storage has another size than its row says. */
  record SizeDiffers(Volume row, long bytes) implements Difference {}

  /** What could not be undone when a volume failed to be created. */
  record FailedCreateHasStorage(Volume row) implements Difference {}

  /** A volume in error, not by its creation, that has all its storage: it was put back. */
  record StorageFoundAgain(Volume row, long bytes) implements Difference {}

  /**
   * A volume that waits for a job which has ended, or is not known.
   *
   * @param bytes of its storage, when there is one
   */
  record WaitsForNoJob(Volume row, OptionalLong bytes) implements Difference {}

  /**
   * A volume whose status is not what its attachments make of it.
   *
   * @param should what they make
   */
  record AttachmentsDiffer(Volume row, VolumeStatus should) implements Difference {}

  /** Storage that belongs to no snapshot of any project. */
  record SnapshotWithoutRow(SnapshotId snapshot, long bytes) implements Difference {}

  /** A snapshot whose storage is gone. */
  record SnapshotLost(Snapshot row) implements Difference {}

  /** A snapshot whose storage has another size than its row says. */
  record SnapshotSizeDiffers(Snapshot row, long bytes) implements Difference {}

  /** What could not be undone when a snapshot failed to be made. */
  record FailedSnapshotHasStorage(Snapshot row) implements Difference {}

  /**
   * A snapshot that waits for a job which has ended, or is not known.
   *
   * @param bytes of its storage, when there is one
   */
  record SnapshotWaitsForNoJob(Snapshot row, OptionalLong bytes) implements Difference {}

  /** A copy in the making, of which nothing is being made. */
  record DraftLeft(VolumeId volume) implements Difference {}

  /** A copy in the making, of which nothing is being made. */
  record SnapshotDraftLeft(SnapshotId snapshot) implements Difference {}

  /**
   * A quota whose use is not what the rows make.
   *
   * @param resource such as {@code gigabytes_SSD}
   */
  record QuotaDiffers(ProjectId project, String resource, long counted, long made)
      implements Difference {}

  /** The count of what the storage has promised is not what the rows make, in GiB. */
  record PoolDiffers(long counted, long made) implements Difference {}

  /** For humans, without a full stop. */
  default String sentence() {
    return switch (this) {
      case StorageWithoutRow(var id, _) -> "storage has volume " + id + " of which there is no row";
      case StorageLost(var row) -> name(row) + "has no storage";
      case SizeDiffers(var row, long bytes) ->
          name(row) + "has " + bytes + " bytes on the storage, its row says " + row.bytes();
      case FailedCreateHasStorage(var row) ->
          name(row) + "failed to be created, and still has storage";
      case StorageFoundAgain(var row, _) ->
          name(row) + "has its storage, though it is in error for another reason than its creation";
      case WaitsForNoJob(var row, _) ->
          name(row) + "waits for job " + row.job() + ", which is not running";
      case AttachmentsDiffer(var row, var should) ->
          name(row) + "has attachments by which it is " + should.wireName();
      case SnapshotWithoutRow(var id, _) ->
          "storage has snapshot " + id + " of which there is no row";
      case SnapshotLost(var row) -> name(row) + "has no storage";
      case SnapshotSizeDiffers(var row, long bytes) ->
          name(row) + "has " + bytes + " bytes on the storage, its row says " + row.bytes();
      case FailedSnapshotHasStorage(var row) -> name(row) + "failed to be made, and has storage";
      case SnapshotWaitsForNoJob(var row, _) ->
          name(row) + "waits for job " + row.job() + ", which is not running";
      case DraftLeft(var id) -> "storage has a half-made copy for volume " + id;
      case SnapshotDraftLeft(var id) -> "storage has a half-made copy for snapshot " + id;
      case QuotaDiffers(var project, var resource, long counted, long made) ->
          "quota %s/%s counts %d, the rows make %d".formatted(project, resource, counted, made);
      case PoolDiffers(long counted, long made) ->
          "the pool counts %d GiB of volumes, the rows make %d".formatted(counted, made);
    };
  }

  private static String name(Volume row) {
    return "volume " + row.id() + " (" + row.status().wireName() + ") ";
  }

  private static String name(Snapshot row) {
    return "snapshot " + row.id() + " (" + row.status().wireName() + ") ";
  }

  /** What heals it. */
  default Repair repair() {
    return switch (this) {
      case StorageWithoutRow(var id, _) -> new RemoveStorage(id, Optional.empty());
      case StorageLost(var row) -> idle(row) ? lost(row, OptionalLong.empty()) : inUse(row);
      case SizeDiffers(var row, long bytes) -> {
        if (!idle(row)) {
          yield inUse(row);
        }
        yield bytes < row.bytes()
            ? lost(row, OptionalLong.of(bytes))
            : has(row, row.status(), bytes);
      }
      case FailedCreateHasStorage(var row) -> new RemoveStorage(row.id(), Optional.of(row));
      case StorageFoundAgain(var row, long bytes) -> atRest(row, bytes);
      case WaitsForNoJob(var row, var bytes) -> abandoned(row, bytes);
      case AttachmentsDiffer(var row, var should) -> new ChangeRow(row, should, row.sizeGib(), "");
      case SnapshotWithoutRow(var id, _) -> new RemoveSnapshot(id, Optional.empty());
      case SnapshotLost(var row) -> lost(row, OptionalLong.empty());
      case SnapshotSizeDiffers(var row, long bytes) -> lost(row, OptionalLong.of(bytes));
      case FailedSnapshotHasStorage(var row) -> new RemoveSnapshot(row.id(), Optional.of(row));
      case SnapshotWaitsForNoJob(var row, var bytes) -> abandoned(row, bytes);
      case DraftLeft(var id) -> new RemoveDraft(id);
      case SnapshotDraftLeft(var id) -> new RemoveSnapshotDraft(id);
      case QuotaDiffers(var project, var resource, long counted, _) ->
          new Recount(project, resource, counted);
      case PoolDiffers(long counted, _) -> new RecountPool(counted);
    };
  }

  /** Whether nobody reads and writes it. */
  private static boolean idle(Volume row) {
    return row.attachments().isEmpty()
        && (row.status() == AVAILABLE
            || row.status() == ERROR_EXTENDING
            || row.status() == ERROR_ROLLBACKING
            || row.status() == RESTORABLE);
  }

  private static Repair inUse(Volume row) {
    return new Impossible(
        "it is "
            + row.status().wireName()
            + (row.status() == AWAITING_TRANSFER
                ? "; take its transfer back first"
                : "; detach it first"));
  }

  private static Repair lost(Volume row, OptionalLong bytes) {
    return new ChangeRow(
        row,
        ERROR,
        row.sizeGib(),
        "volume "
            + row.id()
            + (bytes.isEmpty()
                ? " has no storage any more"
                : " has only " + bytes.getAsLong() + " of its " + row.bytes() + " bytes"));
  }

  private static Repair lost(Snapshot row, OptionalLong bytes) {
    return new ChangeSnapshot(
        row,
        SnapshotStatus.ERROR,
        "snapshot "
            + row.id()
            + (bytes.isEmpty()
                ? " has no storage any more"
                : " has " + bytes.getAsLong() + " bytes, not its " + row.bytes()));
  }

  /** As its job would have ended, had it failed; but what is complete is not thrown away. */
  private static Repair abandoned(Snapshot row, OptionalLong bytes) {
    var why = "snapshot " + row.id() + " waited for job " + row.job() + ", which does not run";
    return switch (row.status()) {
      case CREATING ->
          bytes.isPresent() && bytes.getAsLong() == row.bytes()
              ? new ChangeSnapshot(row, SnapshotStatus.AVAILABLE, "")
              : lost(row, bytes);
      case DELETING -> new ChangeSnapshot(row, SnapshotStatus.ERROR_DELETING, why);
      case ROLLBACKING -> new ChangeSnapshot(row, SnapshotStatus.AVAILABLE, "");
      case AVAILABLE, ERROR, ERROR_DELETING, BACKING_UP ->
          throw new IllegalStateException(row.status() + " waits for no job");
    };
  }

  /** What is there is counted: in whole GiB, to which the storage is grown. */
  private static Repair has(Volume row, VolumeStatus status, long bytes) {
    long gib = Math.ceilDiv(bytes, Volume.BYTES_PER_GIB);
    return gib <= VolumeType.MAX_SIZE_GIB
        ? new ChangeRow(row, status, (int) gib, "")
        : new Impossible("no volume may be so large; delete it, or cut its storage by hand");
  }

  /** What a server uses keeps its size until it is detached. */
  private static Repair atRest(Volume row, long bytes) {
    return row.attachments().isEmpty()
        ? has(row, AVAILABLE, bytes)
        : new ChangeRow(row, IN_USE, row.sizeGib(), "");
  }

  /** As its job would have ended, had it failed; but what is complete is not thrown away. */
  private static Repair abandoned(Volume row, OptionalLong bytes) {
    boolean whole = bytes.isPresent() && bytes.getAsLong() >= row.bytes();
    var why = "volume " + row.id() + " waited for job " + row.job() + ", which does not run";
    return switch (row.status()) {
      case CREATING -> whole ? has(row, AVAILABLE, bytes.getAsLong()) : lost(row, bytes);
      case EXTENDING ->
          whole ? new ChangeRow(row, ERROR_EXTENDING, row.sizeGib(), why) : lost(row, bytes);
      // the row still says what it was before
      case RETYPING -> whole ? atRest(row, bytes.getAsLong()) : lost(row, bytes);
      case DELETING -> new ChangeRow(row, ERROR_DELETING, row.sizeGib(), why);
      case ROLLBACKING ->
          whole ? new ChangeRow(row, ERROR_ROLLBACKING, row.sizeGib(), why) : lost(row, bytes);
      case AVAILABLE,
          IN_USE,
          RESERVED,
          ATTACHING,
          DETACHING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          RESTORABLE,
          ERROR,
          ERROR_EXTENDING,
          ERROR_DELETING,
          ERROR_RESTORING,
          ERROR_ROLLBACKING ->
          throw new IllegalStateException(row.status() + " waits for no job");
    };
  }
}
