package platter.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.node.Lease;
import platter.node.Owner;

/**
 * What every commit and every change of the storage must hold, whoever makes it: the rows of jobs
 * and volumes, the quotas and the storage, compared with what they were before. Triggers name the
 * rows that a transaction touched.
 */
final class Rows {
  private final World world;
  private final Map<Long, JobRow> jobs = new TreeMap<>();
  private final Map<String, VolumeRow> volumes = new TreeMap<>();
  private final Map<String, SnapshotRow> snapshots = new TreeMap<>();
  private final Set<String> accepted = new HashSet<>();

  /** The jobs that may have done what cannot be taken back. */
  private final Set<String> begun = new HashSet<>();

  private final Map<Long, List<Long>> childNumbers = new HashMap<>();
  private final Ends ends;

  Rows(World world) {
    this.world = world;
    ends = new Ends(world, this);
    world.memory.read(
        tx -> {
          tx.update("create temp table touched (what text, id text)");
          watch(tx, "job", "number");
          watch(tx, "volume", "id");
          watch(tx, "snapshot", "id");
          watch(tx, "quota_usage", "project");
          return true;
        });
  }

  private static void watch(Tx tx, String table, String key) {
    for (var change : List.of("insert", "update", "delete")) {
      tx.update(
          "create temp trigger %1$s_%2$s after %2$s on main.%1$s begin insert into touched values ('%1$s', %3$s.%4$s); end"
              .formatted(table, change, change.equals("delete") ? "old" : "new", key));
    }
  }

  private record Touched(String what, String id) {}

  Map<Long, JobRow> jobs() {
    return jobs;
  }

  Optional<JobRow> job(String id) {
    return Optional.ofNullable(jobs.get(Long.parseUnsignedLong(id.substring(0, 16), 16)))
        .filter(row -> row.id().equals(id));
  }

  Map<String, VolumeRow> volumes() {
    return volumes;
  }

  Map<String, SnapshotRow> snapshots() {
    return snapshots;
  }

  /** After a commit. */
  void look(SimNode by) {
    world.memory.read(tx -> look(tx, by));
  }

  private boolean look(Tx tx, SimNode by) {
    var touched =
        new HashSet<>(
            tx.list(
                "select distinct what, id from touched",
                row -> new Touched(row.getString(1), row.getString(2))));
    if (touched.isEmpty()) {
      return false;
    }
    tx.update("delete from touched");
    var jobsBefore = new TreeMap<Long, @Nullable JobRow>();
    var volumesBefore = new TreeMap<String, @Nullable VolumeRow>();
    var snapshotsBefore = new TreeMap<String, @Nullable SnapshotRow>();
    boolean quotas = false;
    for (var one : touched) {
      switch (one.what) {
        case "job" -> {
          long number = Long.parseLong(one.id());
          jobsBefore.put(number, jobs.get(number));
          put(
              jobs,
              number,
              tx.find(
                  "select " + JobRow.COLUMNS + " from job where number = ?", JobRow::read, number));
        }
        case "volume" -> {
          volumesBefore.put(one.id(), volumes.get(one.id()));
          put(
              volumes,
              one.id(),
              tx.find(
                  "select " + VolumeRow.COLUMNS + " from volume where id = ?",
                  VolumeRow::read,
                  one.id()));
          quotas = true;
        }
        case "snapshot" -> {
          snapshotsBefore.put(one.id(), snapshots.get(one.id()));
          put(
              snapshots,
              one.id(),
              tx.find(
                  "select " + SnapshotRow.COLUMNS + " from snapshot where id = ?",
                  SnapshotRow::read,
                  one.id()));
          quotas = true;
        }
        default -> quotas = true;
      }
    }
    for (var entry : jobsBefore.entrySet()) {
      var after = jobs.get(entry.getKey());
      if (entry.getValue() == null && after != null) {
        accepted(tx, after);
      }
    }
    for (var entry : jobsBefore.entrySet()) {
      changed(tx, by, entry.getValue(), jobs.get(entry.getKey()));
    }
    for (var entry : volumesBefore.entrySet()) {
      changed(by, entry.getValue(), volumes.get(entry.getKey()));
    }
    for (var entry : snapshotsBefore.entrySet()) {
      changed(by, entry.getValue(), snapshots.get(entry.getKey()));
    }
    if (quotas) {
      quotas(tx);
    }
    return true;
  }

  private static <K, V> void put(Map<K, V> map, K key, Optional<V> value) {
    if (value.isPresent()) {
      map.put(key, value.get());
    } else {
      map.remove(key);
    }
  }

  private void changed(Tx tx, SimNode by, @Nullable JobRow before, @Nullable JobRow after) {
    if (before == null && after == null) {
      return;
    }
    if (after == null) {
      collected(tx, Objects.requireNonNull(before));
      return;
    }
    world.note(
        () ->
            "%s: job %s %s %s by %s/%d%s"
                .formatted(
                    by.name,
                    after.id().substring(8),
                    after.type(),
                    after.state(),
                    after.owner().node(),
                    after.owner().epoch(),
                    after.cancelled() ? ", cancelled" : ""));
    must(after.hasEnded() == (after.progress() == 2000), "I3: an end without an end_time", after);
    must(
        !(after.state().equals("succeeded") && after.cancelled()),
        "a cancelled job succeeded",
        after);
    if (before != null) {
      moved(tx, by, before, after);
    }
    if (after.isBatch()) {
      batch(after);
    } else {
      waitedFor(after);
    }
    if (after.parent() != 0) {
      var parent = jobs.get(after.parent());
      must(parent != null, "a sub-job without its batch", after);
      batch(Objects.requireNonNull(parent));
    }
    if (after.hasEnded() && (before == null || !before.hasEnded())) {
      ends.check(after);
    }
  }

  private void must(boolean holds, String otherwise, Object about) {
    world.must(holds, () -> otherwise + ": " + about);
  }

  /** Whether there ever was such a job. */
  boolean wasAccepted(String id) {
    return accepted.contains(id);
  }

  private void accepted(Tx tx, JobRow job) {
    accepted.add(job.id());
    if (job.parent() != 0) {
      childNumbers.computeIfAbsent(job.parent(), _ -> new ArrayList<>()).add(job.number());
    }
    must(job.state().equals("init") || job.type().equals("repairVolume"), "accepted as it is", job);
    must(isMember(tx, job.owner()), "accepted by a node that is dead", job);
  }

  private boolean isMember(Tx tx, Owner owner) {
    return tx.number(
            "select count(*) from node where name = ? and epoch = ? and stopped = 0",
            owner.node(),
            owner.epoch())
        == 1;
  }

  private void moved(Tx tx, SimNode by, JobRow before, JobRow after) {
    must(
        before.id().equals(after.id())
            && before.project().equals(after.project())
            && before.type().equals(after.type())
            && before.parent() == after.parent()
            && before.entities().equals(after.entities())
            && before.params().equals(after.params())
            && before.beginMillis() == after.beginMillis(),
        "what was accepted has changed",
        before + " to " + after);
    if (before.hasEnded()) {
      must(
          before.endMillis() == after.endMillis()
              && Objects.equals(before.code(), after.code())
              && Objects.equals(before.reason(), after.reason())
              && (before.state().equals(after.state()) || isCareOfStuck(before, after)),
          "I3: final, and changed",
          before + " to " + after);
      return;
    }
    must(before.progress() <= after.progress(), "I3: backwards", before + " to " + after);
    must(!before.cancelled() || after.cancelled(), "a cancel was taken back", after);
    must(
        before.cancelled() || !after.cancelled() || !begun.contains(after.id()),
        "cancelled, though it had begun what cannot be taken back",
        after);
    if (!before.owner().equals(after.owner())) {
      must(
          before.state().equals(after.state()) && !isMember(tx, before.owner()),
          "I6: taken from a node that lives",
          before + " to " + after);
    } else if (!before.state().equals(after.state())) {
      must(
          by.lease().map(lease -> after.owner().equals(lease.owner())).orElse(true)
              && isMember(tx, after.owner()),
          "I6: written by " + by.name + ", who does not own it",
          before + " to " + after);
    }
  }

  private static boolean isCareOfStuck(JobRow before, JobRow after) {
    return before.isStuck() && (after.isStuck() || after.state().equals("failed"));
  }

  private List<JobRow> children(JobRow batch) {
    return childNumbers.getOrDefault(batch.number(), List.of()).stream()
        .map(jobs::get)
        .filter(Objects::nonNull)
        .toList();
  }

  private void batch(JobRow batch) {
    var children = children(batch);
    long open = children.stream().filter(child -> !child.hasEnded()).count();
    must(open == batch.openChildren(), "I3: " + open + " sub-jobs are open", batch);
    must(batch.hasEnded() == (open == 0), "I3: a batch ends with its last sub-job", batch);
    if (batch.hasEnded()) {
      boolean succeeded = children.stream().allMatch(child -> child.state().equals("succeeded"));
      must(succeeded == batch.state().equals("succeeded"), "the verdict of a batch", batch);
    }
  }

  /** A job that has not ended explains the statuses of what it changes. */
  private void waitedFor(JobRow job) {
    if (job.hasEnded()) {
      return;
    }
    if (job.changesVolume()) {
      var volume = volumes.get(job.volume());
      must(
          volume != null && volume.isChanging() && volume.job().equals(job.id()),
          "a job whose volume does not wait for it",
          job + ", " + volume);
    }
    for (var id : job.snapshots()) {
      var snapshot = snapshots.get(id);
      must(
          snapshot != null && snapshot.isChanging() && snapshot.job().equals(job.id()),
          "a job whose snapshot does not wait for it",
          job + ", " + snapshot);
    }
  }

  private void collected(Tx tx, JobRow job) {
    must(job.hasEnded() && !job.isStuck(), "I8: collected too early", job);
    if (job.parent() != 0) {
      must(!jobs.containsKey(job.parent()), "I8: collected without its batch", job);
    }
    must(children(job).isEmpty(), "I8: collected without its sub-jobs", job);
    must(
        tx.number("select count(*) from tombstone where number = ?", job.number()) == 1,
        "collected without a trace",
        job);
  }

  private void changed(SimNode by, @Nullable VolumeRow before, @Nullable VolumeRow after) {
    world.note(() -> by.name + ": " + (after == null ? before + " is gone" : after));
    if (after == null) {
      var id = new VolumeId(Objects.requireNonNull(before).id());
      must(!world.shelf.volumes.containsKey(id), "I12: storage without a row", before);
      return;
    }
    if (after.isChanging()) {
      var job = job(after.job());
      must(
          job.filter(one -> !one.hasEnded() && one.volume().equals(after.id())).isPresent(),
          "a status without a job that explains it",
          after + ", " + job);
    }
  }

  private void changed(SimNode by, @Nullable SnapshotRow before, @Nullable SnapshotRow after) {
    world.note(() -> by.name + ": " + (after == null ? before + " is gone" : after));
    if (after == null) {
      var id = new SnapshotId(Objects.requireNonNull(before).id());
      must(!world.shelf.snapshots.containsKey(id), "I12: storage without a row", before);
      return;
    }
    if (after.isChanging()) {
      var job = job(after.job());
      must(
          job.filter(one -> !one.hasEnded() && one.snapshots().contains(after.id())).isPresent(),
          "a status without a job that explains it",
          after + ", " + job);
    }
  }

  /** I7. */
  private void quotas(Tx tx) {
    var made = new TreeMap<String, Long>();
    for (var volume : volumes.values()) {
      made.merge(volume.project() + "/volumes", 1L, Long::sum);
      made.merge(volume.project() + "/volumes_" + volume.type(), 1L, Long::sum);
      made.merge(volume.project() + "/gigabytes", (long) volume.quotaGib(), Long::sum);
      made.merge(
          volume.project() + "/gigabytes_" + volume.type(), (long) volume.quotaGib(), Long::sum);
      made.merge("pool/provisioned", (long) volume.quotaGib(), Long::sum);
      if (volume.retypeTo() != null) {
        made.merge(volume.project() + "/volumes_" + volume.retypeTo(), 1L, Long::sum);
        made.merge(
            volume.project() + "/gigabytes_" + volume.retypeTo(),
            (long) volume.quotaGib(),
            Long::sum);
      }
    }
    for (var snapshot : snapshots.values()) {
      made.merge(snapshot.project() + "/snapshots", 1L, Long::sum);
      made.merge(snapshot.project() + "/snapshots_" + snapshot.type(), 1L, Long::sum);
    }
    var counted = new HashMap<String, Long>();
    tx.list(
            "select project || '/' || resource, in_use from quota_usage where in_use <> 0",
            row -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(entry -> counted.put(entry.getKey(), entry.getValue()));
    must(made.equals(counted), "I7: counted " + counted + ", the rows make", made);
  }

  /** Right before the storage is changed, on behalf of {@link Lease#ACTING}. */
  void effect(String what, VolumeId id, SimNode by) {
    var volume = volumes.get(id.text());
    if (volume == null) {
      must(!what.equals("ensure"), "I12: storage before its row", id);
      must(!world.shelf.volumes.containsKey(id), "I12: storage without a row", id);
      return;
    }
    boolean undoesStuck =
        (what.equals("settle") || (what.equals("retire") && UNDONE.contains(volume.status())))
            && isStuckBeingUndone(one -> one.volume().equals(id.text()));
    must(
        undoesStuck || isOwn(volume.job(), what),
        "I6: " + what + " by " + by.name + " as " + Lease.ACTING.get(),
        volume + ", " + job(volume.job()));
  }

  /** As {@link #effect(String, VolumeId, SimNode)}. */
  void effect(String what, SnapshotId id, SimNode by) {
    var snapshot = snapshots.get(id.text());
    if (snapshot == null) {
      must(!what.equals("snapshot"), "I12: storage before its row", id);
      must(!world.shelf.snapshots.containsKey(id), "I12: storage without a row", id);
      return;
    }
    boolean undoesStuck =
        what.equals("retire")
            && UNDONE.contains(snapshot.status())
            && isStuckBeingUndone(one -> one.snapshots().contains(id.text()));
    must(
        undoesStuck || isOwn(snapshot.job(), what),
        "I6: " + what + " by " + by.name + " as " + Lease.ACTING.get(),
        snapshot + ", " + job(snapshot.job()));
  }

  /**
   * In which the undo of a stuck job may take away what remains. It may settle whatever is there:
   * that changes nothing but what an earlier rollback may still do.
   */
  private static final Set<String> UNDONE = Set.of("error", "error_deleting", "deleting");

  private boolean isOwn(String job, String what) {
    var acting = Lease.ACTING.get();
    var own =
        job(job)
            .filter(one -> !one.hasEnded() && one.owner().equals(acting) && does(one.type(), what))
            .filter(one -> !one.cancelled() || isTakenBack(one.type()));
    own.filter(one -> !isTakenBack(one.type())).ifPresent(one -> begun.add(one.id()));
    return own.isPresent();
  }

  /** Else a cancel is accepted only of one that does nothing now, and it never does. */
  private static boolean isTakenBack(String type) {
    return !type.startsWith("delete") && !type.equals("extendVolume");
  }

  private boolean isStuckBeingUndone(Predicate<JobRow> which) {
    return jobs.values().stream()
        .anyMatch(one -> one.state().startsWith("stuck-undo") && which.test(one));
  }

  private static boolean does(String type, String what) {
    return switch (type) {
      case "createVolume" -> Set.of("ensure", "retire").contains(what);
      case "extendVolume" -> what.equals("grow");
      case "createSnapshot" -> Set.of("snapshot", "retire").contains(what);
      case "rollbackSnapshot" -> Set.of("revert", "settle").contains(what);
      case "retypeVolume" -> false;
      default -> what.equals("retire");
    };
  }
}
