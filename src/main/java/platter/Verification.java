package platter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.driver.Found;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.volume.Volume;
import platter.volume.Volumes;

/**
 * Compares rows, storage and quotas both ways. On a running service what is being worked on is left
 * out: a volume counts only if its row is the same before and after the storage was listed.
 */
final class Verification {
  private final Database db;
  private final Volumes volumes;
  private final Quotas quotas;
  private final Jobs jobs;
  private final StorageDriver driver;

  Verification(Database db, Volumes volumes, Quotas quotas, Jobs jobs, StorageDriver driver) {
    this.db = db;
    this.volumes = volumes;
    this.quotas = quotas;
    this.jobs = jobs;
    this.driver = driver;
  }

  /**
   * What was found.
   *
   * @param volumes rows that were compared
   * @param differences a sentence each; none is what should be
   * @param foreign things on the storage that are not Platter's: told, never touched
   */
  record Report(int volumes, List<String> differences, List<String> foreign) {}

  Report run() throws BackendException {
    var differences = new ArrayList<String>();
    var before = rows();
    var stored = new HashMap<VolumeId, Long>();
    var foreign = new ArrayList<String>();
    for (var found : driver.list()) {
      switch (found) {
        case Found.OfVolume(var fact) -> stored.put(fact.id(), fact.bytes());
        case Found.Foreign(var name) -> foreign.add(name);
        case Found.Retired _ -> {} // on its way out
      }
    }
    var after = rows();
    for (var volume : before.values()) {
      if (volume.equals(after.get(volume.id()))) {
        compare(volume, stored.get(volume.id()), differences);
      }
    }
    for (var id : stored.keySet()) {
      if (!before.containsKey(id) && !after.containsKey(id)) {
        differences.add("storage has volume " + id + " of which there is no row");
      }
    }
    compareQuotas(differences);
    return new Report(before.size(), differences, foreign);
  }

  private Map<VolumeId, Volume> rows() {
    var rows = new TreeMap<VolumeId, Volume>();
    db.read(volumes::all).forEach(volume -> rows.put(volume.id(), volume));
    return rows;
  }

  private void compare(Volume volume, @Nullable Long bytes, List<String> differences) {
    var name = "volume " + volume.id() + " (" + volume.status().wireName() + ") ";
    long wanted = volume.sizeGib() * (1L << 30);
    switch (volume.status()) {
      case CREATING, EXTENDING, DELETING -> {
        if (!isUnfinished(volume.job())) {
          differences.add(name + "waits for job " + volume.job() + ", which is not running");
        }
      }
      case ERROR -> {
        if (bytes != null) {
          differences.add(name + "failed to be created, and still has storage");
        }
      }
      case ERROR_DELETING -> {} // it may be there or not
      case ERROR_EXTENDING -> {
        if (bytes == null || bytes < wanted) {
          differences.add(name + "has " + bytes + " bytes on the storage, its row says " + wanted);
        }
      }
      case AVAILABLE,
          IN_USE,
          ATTACHING,
          DETACHING,
          ROLLBACKING,
          BACKING_UP,
          RESTORING_BACKUP,
          UPLOADING,
          DOWNLOADING,
          AWAITING_TRANSFER,
          ERROR_RESTORING,
          ERROR_ROLLBACKING -> {
        if (bytes == null) {
          differences.add(name + "has no storage");
        } else if (bytes != wanted) {
          differences.add(name + "has " + bytes + " bytes on the storage, its row says " + wanted);
        }
      }
    }
  }

  private boolean isUnfinished(JobId job) {
    return db.read(tx -> jobs.isUnfinished(tx, job));
  }

  private void compareQuotas(List<String> differences) {
    var counted =
        db.read(
            tx -> {
              var rows = new TreeMap<String, Long>();
              for (var volume : volumes.all(tx)) {
                var project = volume.project() + "/";
                rows.merge(project + "volumes", 1L, Long::sum);
                rows.merge(project + "volumes_" + volume.type(), 1L, Long::sum);
                rows.merge(project + "gigabytes", (long) volume.quotaGib(), Long::sum);
                rows.merge(
                    project + "gigabytes_" + volume.type(), (long) volume.quotaGib(), Long::sum);
              }
              return Map.entry(rows, quotas.counted(tx));
            });
    var keys = new TreeSet<>(counted.getKey().keySet());
    keys.addAll(counted.getValue().keySet());
    for (var key : keys) {
      long rows = counted.getKey().getOrDefault(key, 0L);
      long use = counted.getValue().getOrDefault(key, 0L);
      if (rows != use) {
        differences.add("quota " + key + " counts " + use + ", the volumes make " + rows);
      }
    }
  }
}
