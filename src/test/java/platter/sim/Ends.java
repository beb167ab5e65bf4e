package platter.sim;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** I4: what a verdict says is what the rows and the storage are at its commit. */
final class Ends {
  private static final long GIB = 1L << 30;

  private final World world;
  private final Rows rows;

  Ends(World world, Rows rows) {
    this.world = world;
    this.rows = rows;
  }

  /** What an end is compared with. */
  private record Seen(
      JobRow job,
      JsonNode params,
      @Nullable VolumeRow volume,
      @Nullable Long bytes,
      @Nullable Long content) {
    boolean volumeIs(String status) {
      return volume != null && volume.status().equals(status);
    }
  }

  void check(JobRow job) {
    if (job.isBatch() || job.type().equals("repairVolume")) {
      return;
    }
    var id = job.volume().isEmpty() ? null : new VolumeId(job.volume());
    var seen =
        new Seen(
            job,
            Json.read(job.params()),
            rows.volumes().get(job.volume()),
            id == null ? null : world.shelf.volumes.get(id),
            id == null ? null : world.shelf.contents.get(id));
    boolean succeeded = job.state().equals("succeeded");
    switch (job.type()) {
      case "createVolume" -> created(seen, succeeded);
      case "extendVolume" -> extended(seen, succeeded);
      case "deleteVolume", "deleteSingleVolume" -> deleted(seen, succeeded);
      case "retypeVolume" -> retyped(seen, succeeded);
      case "createSnapshot" -> snapshotMade(seen, succeeded);
      case "deleteSnapshot" -> snapshotDeleted(seen, succeeded);
      case "rollbackSnapshot" -> rolledBack(seen, succeeded);
      default -> throw world.violation("unknown type of " + job);
    }
  }

  private void must(boolean holds, String otherwise, Seen seen) {
    world.must(holds, () -> otherwise + ": " + seen);
  }

  /** The row still says by which job. */
  private void mustBeBy(Seen seen) {
    must(
        seen.volume != null && seen.volume.job().equals(seen.job.id()),
        "an end without its volume",
        seen);
  }

  private void created(Seen seen, boolean succeeded) {
    mustBeBy(seen);
    if (!succeeded) {
      must(
          (seen.bytes == null || seen.job.isStuck()) && seen.volumeIs("error"),
          "I4: not created, and not undone",
          seen);
      return;
    }
    var source = seen.params.path("source").path("text").asString("");
    var wanted =
        source.isEmpty()
            ? Long.valueOf(SimDriver.ZEROS)
            : Objects.requireNonNull(world.shelf.snapshots.get(new SnapshotId(source))).content();
    must(
        Objects.equals(seen.bytes, seen.params.path("bytes").asLong())
            && Objects.equals(seen.content, wanted)
            && seen.volumeIs("available"),
        "I4: created, and not there",
        seen);
  }

  private void extended(Seen seen, boolean succeeded) {
    mustBeBy(seen);
    long to = seen.params.path("toGib").asLong();
    var volume = Objects.requireNonNull(seen.volume);
    if (succeeded) {
      must(
          Objects.equals(seen.bytes, to * GIB)
              && volume.sizeGib() == to
              && seen.volumeIs("available"),
          "I4: extended, and not larger",
          seen);
    } else {
      must(
          seen.bytes != null
              && volume.sizeGib() == seen.params.path("fromGib").asInt()
              && volume.quotaGib() == volume.sizeGib()
              && seen.volumeIs("error_extending"),
          "I4: not extended, and not undone",
          seen);
    }
  }

  private void deleted(Seen seen, boolean succeeded) {
    if (succeeded) {
      must(seen.bytes == null && seen.volume == null, "I4: deleted, and still there", seen);
      for (var id : seen.job.snapshots()) {
        must(isGone(id), "I4: deleted, and its snapshot " + id + " is still there", seen);
      }
    } else {
      must(seen.volumeIs("error_deleting"), "I4: not deleted, and not told", seen);
      for (var id : seen.job.snapshots()) {
        var row = rows.snapshots().get(id);
        must(row == null || !row.isChanging(), "I4: not deleted, and " + row + " waits", seen);
      }
    }
  }

  private boolean isGone(String snapshot) {
    return !rows.snapshots().containsKey(snapshot)
        && !world.shelf.snapshots.containsKey(new SnapshotId(snapshot));
  }

  private void retyped(Seen seen, boolean succeeded) {
    mustBeBy(seen);
    var volume = Objects.requireNonNull(seen.volume);
    must(
        volume.type().equals(seen.params.path(succeeded ? "to" : "from").asString(""))
            && volume.retypeTo() == null
            && !volume.isChanging(),
        "I4: the type is another than was told",
        seen);
  }

  private void snapshotMade(Seen seen, boolean succeeded) {
    var id = seen.job.snapshots().iterator().next();
    var row = rows.snapshots().get(id);
    var kept = world.shelf.snapshots.get(new SnapshotId(id));
    var about = ": " + row + ", storage " + kept;
    must(row != null && row.job().equals(seen.job.id()), "an end without its snapshot", seen);
    var status = Objects.requireNonNull(row).status();
    if (succeeded) {
      must(
          kept != null
              && kept.bytes() == seen.params.path("bytes").asLong()
              && status.equals("available"),
          "I4: snapshot made, and not there" + about,
          seen);
    } else {
      must(
          (kept == null || seen.job.isStuck()) && status.equals("error"),
          "I4: snapshot not made, and not undone" + about,
          seen);
    }
  }

  private void snapshotDeleted(Seen seen, boolean succeeded) {
    var id = seen.job.snapshots().iterator().next();
    var row = rows.snapshots().get(id);
    must(
        succeeded ? isGone(id) : row != null && row.status().equals("error_deleting"),
        "I4: the end of a snapshot's delete, and " + row,
        seen);
  }

  private void rolledBack(Seen seen, boolean succeeded) {
    mustBeBy(seen);
    var id = seen.job.snapshots().iterator().next();
    var row = rows.snapshots().get(id);
    var kept = world.shelf.snapshots.get(new SnapshotId(id));
    must(
        row != null && row.status().equals("available") && kept != null,
        "I4: rolled back to what is " + row,
        seen);
    if (succeeded) {
      must(
          seen.volumeIs("available")
              && Objects.equals(seen.content, Objects.requireNonNull(kept).content()),
          "I4: rolled back, and has not the bytes of " + kept,
          seen);
    } else {
      must(
          seen.volumeIs("error_rollbacking")
              && (Objects.equals(seen.content, Objects.requireNonNull(kept).content())
                  || Objects.equals(seen.content, world.shelf.written.get(seen.job.volume()))),
          "I4: not rolled back, and has neither its bytes nor those of " + kept,
          seen);
    }
    world.shelf.written.put(seen.job.volume(), Objects.requireNonNull(seen.content));
  }
}
