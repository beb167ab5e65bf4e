package platter.sim;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;
import platter.id.VolumeId;
import platter.json.Json;
import platter.node.Lease;
import platter.node.Owner;

/**
 * What every commit and every change of the storage must hold, whoever makes it: the rows of jobs
 * and volumes, the quotas and the storage, compared with what they were before. Triggers name the
 * rows that a transaction touched.
 */
final class Rows {
  private static final long GIB = 1L << 30;

  private final World world;
  private final Map<Long, JobRow> jobs = new TreeMap<>();
  private final Map<String, VolumeRow> volumes = new TreeMap<>();
  private final Set<String> accepted = new HashSet<>();
  private final Map<Long, List<Long>> childNumbers = new HashMap<>();

  Rows(World world) {
    this.world = world;
    world.memory.read(
        tx -> {
          tx.update("create temp table touched (what text, id text)");
          watch(tx, "job", "number");
          watch(tx, "volume", "id");
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

  /** A row of the table job. */
  record JobRow(
      long number,
      String id,
      String project,
      String type,
      long parent,
      String entities,
      String params,
      long beginMillis,
      String state,
      int openChildren,
      long endMillis,
      @Nullable String code,
      @Nullable String reason,
      Owner owner,
      boolean cancelled,
      String volume) {
    private static final String VOLUME = "\"volume\":{\"text\":\"";
    private static final int VOLUME_CHARACTERS = 36;
    static final String COLUMNS =
        "number, id, project, type, parent, entities, params, begin_time, state, open_children,"
            + " end_time, error_code, fail_reason, owner, epoch, cancelled_by";

    static JobRow read(ResultSet row) throws SQLException {
      return new JobRow(
          row.getLong(1),
          row.getString(2),
          row.getString(3),
          row.getString(4),
          row.getLong(5),
          row.getString(6),
          row.getString(7),
          row.getLong(8),
          row.getString(9),
          row.getInt(10),
          row.getLong(11),
          row.getString(12),
          row.getString(13),
          new Owner(row.getString(14), row.getLong(15)),
          row.getString(16) != null,
          volumeOf(row.getString(7)));
    }

    private static String volumeOf(String params) {
      int at = params.indexOf(VOLUME) + VOLUME.length();
      return params.equals("{}") ? "" : params.substring(at, at + VOLUME_CHARACTERS);
    }

    boolean isBatch() {
      return params.equals("{}");
    }

    boolean hasEnded() {
      return endMillis != 0;
    }

    boolean isStuck() {
      return state.startsWith("stuck");
    }

    /** Of the machine: no job ever gets a smaller one. */
    int progress() {
      int space = state.indexOf(' ');
      int step = space < 0 ? 0 : Integer.parseInt(state, space + 1, state.length(), 10);
      return switch (space < 0 ? state : state.substring(0, space)) {
        case "init" -> 0;
        case "running" -> 1 + step;
        case "undoing" -> 1000 - step;
        case "succeeded", "failed", "stuck", "stuck-undo" -> 2000;
        default -> throw new IllegalStateException(state);
      };
    }
  }

  /** A row of the table volume. */
  record VolumeRow(
      String id,
      String project,
      int sizeGib,
      int quotaGib,
      String type,
      String status,
      String job) {
    static final String COLUMNS = "id, project, size_gib, quota_gib, volume_type, status, job";

    static VolumeRow read(ResultSet row) throws SQLException {
      return new VolumeRow(
          row.getString(1),
          row.getString(2),
          row.getInt(3),
          row.getInt(4),
          row.getString(5),
          row.getString(6),
          row.getString(7));
    }

    @Override
    public String toString() {
      return "volume %s %d GiB %s by %s".formatted(id, sizeGib, status, job.substring(8));
    }

    boolean isChanging() {
      return status.equals("creating") || status.equals("extending") || status.equals("deleting");
    }
  }

  private record Touched(String what, String id) {}

  Map<Long, JobRow> jobs() {
    return jobs;
  }

  Optional<JobRow> job(String id) {
    return Optional.ofNullable(jobs.get(Long.parseUnsignedLong(id.substring(0, 16), 16)))
        .filter(row -> row.id.equals(id));
  }

  Map<String, VolumeRow> volumes() {
    return volumes;
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
    boolean quotas = false;
    for (var one : touched) {
      switch (one.what) {
        case "job" -> {
          long number = Long.parseLong(one.id);
          jobsBefore.put(number, jobs.get(number));
          put(
              jobs,
              number,
              tx.find(
                  "select " + JobRow.COLUMNS + " from job where number = ?", JobRow::read, number));
        }
        case "volume" -> {
          volumesBefore.put(one.id, volumes.get(one.id));
          put(
              volumes,
              one.id,
              tx.find(
                  "select " + VolumeRow.COLUMNS + " from volume where id = ?",
                  VolumeRow::read,
                  one.id));
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
                    after.id.substring(8),
                    after.type,
                    after.state,
                    after.owner.node(),
                    after.owner.epoch(),
                    after.cancelled ? ", cancelled" : ""));
    must(after.hasEnded() == (after.progress() == 2000), "I3: an end without an end_time", after);
    must(!(after.state.equals("succeeded") && after.cancelled), "a cancelled job succeeded", after);
    if (before != null) {
      moved(tx, by, before, after);
    }
    if (after.isBatch()) {
      batch(after);
    } else {
      volumeOf(after);
    }
    if (after.parent != 0) {
      var parent = jobs.get(after.parent);
      must(parent != null, "a sub-job without its batch", after);
      batch(Objects.requireNonNull(parent));
    }
    if (after.hasEnded() && (before == null || !before.hasEnded())) {
      ended(after);
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
    accepted.add(job.id);
    if (job.parent != 0) {
      childNumbers.computeIfAbsent(job.parent, _ -> new ArrayList<>()).add(job.number);
    }
    must(job.state.equals("init") || job.type.equals("repairVolume"), "accepted as it is", job);
    must(isMember(tx, job.owner), "accepted by a node that is dead", job);
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
        before.id.equals(after.id)
            && before.project.equals(after.project)
            && before.type.equals(after.type)
            && before.parent == after.parent
            && before.entities.equals(after.entities)
            && before.params.equals(after.params)
            && before.beginMillis == after.beginMillis,
        "what was accepted has changed",
        before + " to " + after);
    if (before.hasEnded()) {
      must(
          before.endMillis == after.endMillis
              && Objects.equals(before.code, after.code)
              && Objects.equals(before.reason, after.reason)
              && (before.state.equals(after.state) || isCareOfStuck(before, after)),
          "I3: final, and changed",
          before + " to " + after);
      return;
    }
    must(before.progress() <= after.progress(), "I3: backwards", before + " to " + after);
    must(!before.cancelled || after.cancelled, "a cancel was taken back", after);
    if (!before.owner.equals(after.owner)) {
      must(
          before.state.equals(after.state) && !isMember(tx, before.owner),
          "I6: taken from a node that lives",
          before + " to " + after);
    } else if (!before.state.equals(after.state)) {
      must(
          by.lease().map(lease -> after.owner.equals(lease.owner())).orElse(true)
              && isMember(tx, after.owner),
          "I6: written by " + by.name + ", who does not own it",
          before + " to " + after);
    }
  }

  private static boolean isCareOfStuck(JobRow before, JobRow after) {
    return before.isStuck() && (after.isStuck() || after.state.equals("failed"));
  }

  private List<JobRow> children(JobRow batch) {
    return childNumbers.getOrDefault(batch.number, List.of()).stream()
        .map(jobs::get)
        .filter(Objects::nonNull)
        .toList();
  }

  private void batch(JobRow batch) {
    var children = children(batch);
    long open = children.stream().filter(child -> !child.hasEnded()).count();
    must(open == batch.openChildren, "I3: " + open + " sub-jobs are open", batch);
    must(batch.hasEnded() == (open == 0), "I3: a batch ends with its last sub-job", batch);
    if (batch.hasEnded()) {
      boolean succeeded = children.stream().allMatch(child -> child.state.equals("succeeded"));
      must(succeeded == batch.state.equals("succeeded"), "the verdict of a batch", batch);
    }
  }

  /** A job that has not ended explains its volume's status. */
  private void volumeOf(JobRow job) {
    if (job.hasEnded()) {
      return;
    }
    var volume = volumes.get(job.volume());
    must(
        volume != null && volume.isChanging() && volume.job.equals(job.id),
        "a job whose volume does not wait for it",
        job + ", " + volume);
  }

  private void ended(JobRow job) {
    if (job.isBatch() || job.type.equals("repairVolume")) {
      return;
    }
    var volume = volumes.get(job.volume());
    var bytes = world.shelf.volumes.get(new VolumeId(job.volume()));
    var about = job + ", " + volume + ", storage " + bytes;
    var params = Json.read(job.params);
    boolean succeeded = job.state.equals("succeeded");
    switch (job.type) {
      case "createVolume" -> {
        must(volume != null && volume.job.equals(job.id), "a create without its volume", about);
        if (succeeded) {
          must(
              bytes != null
                  && bytes == params.path("bytes").asLong()
                  && volume != null
                  && volume.status.equals("available"),
              "I4: created, and not there",
              about);
        } else {
          must(
              (bytes == null || job.isStuck()) && volume != null && volume.status.equals("error"),
              "I4: not created, and not undone",
              about);
        }
      }
      case "extendVolume" -> {
        long to = params.path("toGib").asLong();
        must(volume != null && volume.job.equals(job.id), "an extend without its volume", about);
        if (succeeded) {
          must(
              bytes != null
                  && bytes == to * GIB
                  && volume != null
                  && volume.sizeGib == to
                  && volume.status.equals("available"),
              "I4: extended, and not larger",
              about);
        } else {
          must(
              bytes != null
                  && volume != null
                  && volume.sizeGib == params.path("fromGib").asInt()
                  && volume.quotaGib == volume.sizeGib
                  && volume.status.equals("error_extending"),
              "I4: not extended, and not undone",
              about);
        }
      }
      case "deleteVolume", "deleteSingleVolume" -> {
        if (succeeded) {
          must(bytes == null && volume == null, "I4: deleted, and still there", about);
        } else {
          must(
              volume != null && volume.status.equals("error_deleting"),
              "I4: not deleted, and not told",
              about);
        }
      }
      default -> throw world.violation("unknown type of " + job);
    }
  }

  private void collected(Tx tx, JobRow job) {
    must(job.hasEnded() && !job.isStuck(), "I8: collected too early", job);
    if (job.parent != 0) {
      must(!jobs.containsKey(job.parent), "I8: collected without its batch", job);
    }
    must(children(job).isEmpty(), "I8: collected without its sub-jobs", job);
    must(
        tx.number("select count(*) from tombstone where number = ?", job.number) == 1,
        "collected without a trace",
        job);
  }

  private void changed(SimNode by, @Nullable VolumeRow before, @Nullable VolumeRow after) {
    world.note(() -> by.name + ": " + (after == null ? before + " is gone" : after));
    if (after == null) {
      var id = new VolumeId(Objects.requireNonNull(before).id);
      must(!world.shelf.volumes.containsKey(id), "I12: storage without a row", before);
      return;
    }
    if (after.isChanging()) {
      var job = job(after.job);
      must(
          job.filter(one -> !one.hasEnded() && one.volume().equals(after.id)).isPresent(),
          "a status without a job that explains it",
          after + ", " + job);
    }
  }

  /** I7. */
  private void quotas(Tx tx) {
    var made = new TreeMap<String, Long>();
    for (var volume : volumes.values()) {
      made.merge(volume.project + "/volumes", 1L, Long::sum);
      made.merge(volume.project + "/volumes_" + volume.type, 1L, Long::sum);
      made.merge(volume.project + "/gigabytes", (long) volume.quotaGib, Long::sum);
      made.merge(volume.project + "/gigabytes_" + volume.type, (long) volume.quotaGib, Long::sum);
      made.merge("pool/provisioned", (long) volume.quotaGib, Long::sum);
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
    var acting = Lease.ACTING.get();
    var job = job(volume.job);
    boolean own =
        job.filter(one -> !one.hasEnded() && one.owner.equals(acting) && does(one.type, what))
            .isPresent();
    boolean undoesStuck =
        what.equals("retire")
            && Set.of("error", "error_deleting", "deleting").contains(volume.status)
            && jobs.values().stream()
                .anyMatch(
                    one -> one.state.startsWith("stuck-undo") && one.volume().equals(id.text()));
    must(
        own || undoesStuck,
        "I6: " + what + " by " + by.name + " as " + acting,
        volume + ", " + job);
  }

  private static boolean does(String type, String what) {
    return switch (type) {
      case "createVolume" -> Set.of("ensure", "retire").contains(what);
      case "extendVolume" -> what.equals("grow");
      default -> what.equals("retire");
    };
  }
}
