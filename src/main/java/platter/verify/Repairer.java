package platter.verify;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static platter.volume.VolumeStatus.ERROR_DELETING;

import java.util.ArrayList;
import java.util.Optional;
import platter.db.Database;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.JobId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.quota.Quotas;
import platter.snapshot.Snapshot;
import platter.snapshot.SnapshotStatus;
import platter.snapshot.Snapshots;
import platter.verify.Difference.PoolDiffers;
import platter.verify.Difference.QuotaDiffers;
import platter.verify.Outcome.Done;
import platter.verify.Outcome.Left;
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
import platter.volume.Volumes;

/**
 * Heals differences, each by itself. Every one is looked at again at that moment, and left alone
 * unless it is still the same; rows change by compare-and-set.
 */
final class Repairer {
  private static final System.Logger LOG = System.getLogger(Repairer.class.getName());
  private static final String REMAINS = "what was left when it failed to be created is taken away";
  private static final String CHANGED = "it changed while it was to be repaired; verify again";

  private final Database db;
  private final Volumes volumes;
  private final Snapshots snapshots;
  private final Quotas quotas;
  private final StorageDriver driver;
  private final Comparison comparison;

  Repairer(
      Database db,
      Volumes volumes,
      Snapshots snapshots,
      Quotas quotas,
      StorageDriver driver,
      Comparison comparison) {
    this.db = db;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.quotas = quotas;
    this.driver = driver;
    this.comparison = comparison;
  }

  /** It cannot be healed now. */
  private static final class NotNow extends Exception {
    NotNow(String why) {
      super(why, null, false, false);
    }
  }

  /**
   * Repairs what can be.
   *
   * @param by who asked for it, for humans
   * @param deleteData whether storage may be removed
   */
  Outcome run(String by, boolean deleteData) throws BackendException {
    var outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
    for (var difference : comparison.all().differences()) {
      if (!(difference instanceof QuotaDiffers || difference instanceof PoolDiffers)) {
        heal(difference, by, deleteData, outcome);
      }
    }
    for (var difference : comparison.quotas()) { // now, because rows have changed
      heal(difference, by, deleteData, outcome);
    }
    return outcome;
  }

  private void heal(Difference difference, String by, boolean deleteData, Outcome outcome) {
    var repair = difference.repair();
    if (repair.deletesData() && !deleteData) {
      outcome.left().add(new Left(difference, "its repair deletes data, which was not allowed"));
      return;
    }
    if (repair instanceof Impossible(var why)) {
      outcome.left().add(new Left(difference, why));
      return;
    }
    LOG.log(INFO, "repair, asked by {0}: {1}: {2}", by, difference.sentence(), repair.sentence());
    try {
      outcome.done().add(new Done(difference, heal(difference, repair, by)));
    } catch (NotNow | BackendException e) {
      var why = String.valueOf(e.getMessage());
      LOG.log(WARNING, "not repaired: {0}: {1}", difference.sentence(), why);
      outcome.left().add(new Left(difference, why));
    }
  }

  /** Returns the job that explains what was changed, where there is one. */
  private Optional<JobId> heal(Difference difference, Repair repair, String by)
      throws BackendException, NotNow {
    return switch (repair) {
      case RemoveStorage(var volume, var row) -> {
        mustStillBe(difference, volume);
        Optional<JobId> job = Optional.empty();
        if (row.isPresent()) { // from now on nobody makes it again, nor takes it for whole
          job = Optional.of(change(row.get(), ERROR_DELETING, row.get().sizeGib(), REMAINS, by));
        }
        driver.retire(volume);
        yield job;
      }
      case RemoveSnapshot(var snapshot, var row) -> {
        mustStillBe(difference, snapshot);
        Optional<JobId> job = Optional.empty();
        if (row.isPresent()) {
          job = Optional.of(change(row.get(), SnapshotStatus.ERROR_DELETING, REMAINS, by));
          driver.retire(row.get().volume(), snapshot);
        } else {
          driver.retire(snapshot);
        }
        yield job;
      }
      case RemoveDraft(var volume) -> {
        mustStillBe(comparison.isDraftLeft(volume));
        driver.settle(volume);
        yield Optional.empty();
      }
      case RemoveSnapshotDraft(var snapshot) -> {
        mustStillBe(comparison.isDraftLeft(snapshot));
        driver.settle(snapshot);
        yield Optional.empty();
      }
      case ChangeSnapshot(var seen, var status, var lost) -> {
        mustStillBe(difference, seen.id());
        yield Optional.of(change(seen, status, lost, by));
      }
      case ChangeRow change -> {
        mustStillBe(difference, change.seen().id());
        yield Optional.of(change(change, by));
      }
      case Recount recount -> {
        recount(recount);
        yield Optional.empty();
      }
      case RecountPool(long counted) -> {
        if (!db.inTx(
            tx -> quotas.pool().recount(tx, counted, () -> comparison.provisionedGib(tx)))) {
          throw new NotNow(CHANGED);
        }
        yield Optional.empty();
      }
      case Impossible(var why) -> throw new NotNow(why);
    };
  }

  private void mustStillBe(Difference difference, VolumeId volume) throws BackendException, NotNow {
    if (!comparison.of(volume).equals(Optional.of(difference))) {
      throw new NotNow(CHANGED);
    }
  }

  private void mustStillBe(Difference difference, SnapshotId snapshot)
      throws BackendException, NotNow {
    if (!comparison.of(snapshot).equals(Optional.of(difference))) {
      throw new NotNow(CHANGED);
    }
  }

  private static void mustStillBe(boolean so) throws NotNow {
    if (!so) {
      throw new NotNow(CHANGED);
    }
  }

  private JobId change(ChangeRow change, String by) throws BackendException, NotNow {
    var seen = change.seen();
    if (change.lost().isEmpty()) { // to whole GiB, and durable before the row says so
      driver.grow(seen.id(), change.sizeGib() * Volume.BYTES_PER_GIB);
    }
    return change(seen, change.status(), change.sizeGib(), change.lost(), by);
  }

  private JobId change(Volume seen, VolumeStatus to, int sizeGib, String lost, String by)
      throws NotNow {
    return volumes
        .repair(new Asked(seen.project(), by), seen, to, sizeGib, lost)
        .orElseThrow(() -> new NotNow(CHANGED));
  }

  private JobId change(Snapshot seen, SnapshotStatus to, String lost, String by) throws NotNow {
    return snapshots
        .repair(new Asked(seen.project(), by), seen, to, lost)
        .orElseThrow(() -> new NotNow(CHANGED));
  }

  private void recount(Recount recount) throws NotNow {
    var project = recount.project();
    var resource = recount.resource();
    boolean same =
        db.inTx(
            tx ->
                quotas.recount(
                    tx,
                    project,
                    resource,
                    recount.counted(),
                    () -> comparison.made(tx, project, resource)));
    if (!same) {
      throw new NotNow(CHANGED);
    }
  }
}
