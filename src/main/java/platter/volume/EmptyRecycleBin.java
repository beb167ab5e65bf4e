package platter.volume;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.DatabaseException;
import platter.job.Asked;
import platter.job.Jobs;

/**
 * Destroys volumes whose time in the recycle bin is over, by ordinary jobs: a few in each
 * transaction, so that nobody waits for it. Every node does it; each volume is looked at again when
 * its row is held, so it gets one job.
 */
final class EmptyRecycleBin {
  private static final System.Logger LOG = System.getLogger(EmptyRecycleBin.class.getName());
  private static final String ASKED_BY = "the recycle bin, where its time was over";

  /** Volumes in one transaction. */
  private static final int AT_ONCE = 50;

  /** Between two looks; times are told in days. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Database db;
  private final RecycleStore store;
  private final DeleteVolume delete;
  private final Jobs jobs;
  private final InstantSource clock;

  EmptyRecycleBin(
      Database db, RecycleStore store, DeleteVolume delete, Jobs jobs, InstantSource clock) {
    this.db = db;
    this.store = store;
    this.delete = delete;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** From now on, as long as the engine runs. */
  void start() {
    jobs.aside(Duration.ZERO, this::round);
  }

  private void round() {
    boolean more = false;
    try {
      more = destroy() == AT_ONCE;
    } catch (DatabaseException e) {
      LOG.log(WARNING, "the recycle bin is not emptied: " + e.getMessage());
    } catch (ApiException e) { // too many jobs
      LOG.log(INFO, "the recycle bin is emptied later: " + e.detail());
    }
    jobs.aside(more ? Duration.ofMillis(50) : PAUSE, this::round);
  }

  /** Gives some their jobs. Returns how many were due. */
  private int destroy() {
    var due = db.lookUp(tx -> store.due(tx, clock.instant(), AT_ONCE));
    if (!due.isEmpty()) {
      var taken = db.inTx(tx -> due.stream().filter(one -> take(tx, one.volume())).toList());
      if (!taken.isEmpty()) {
        LOG.log(
            INFO,
            "destroys volumes from the recycle bin: {0}",
            taken.stream().map(one -> one.volume().id()).toList());
      }
    }
    return due.size();
  }

  /** Whether it got its job here; another node, or its owner, may have been faster. */
  private boolean take(Tx tx, Volume volume) {
    var now =
        store
            .findToChange(tx, volume.project(), volume.id())
            .filter(one -> !one.planDeleteAt().isAfter(clock.instant()))
            .filter(one -> DeleteVolume.destroyable(one.volume()));
    now.ifPresent(one -> delete.destroy(tx, new Asked(volume.project(), ASKED_BY), one.volume()));
    return now.isPresent();
  }
}
