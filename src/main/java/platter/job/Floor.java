package platter.job;

import static java.lang.System.Logger.Level.DEBUG;

import java.time.Duration;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;
import platter.id.JobIds;
import platter.node.Lease;
import platter.node.Owner;

/**
 * Keeps the number below which none of this node's jobs is unfinished, see {@link OwnedJobs}: it is
 * never too high, and now and then follows the oldest unfinished one.
 *
 * <p>It may rise to a number once nobody can bring a lower one any more: who was accepting a job
 * when that number was the least to come has ended, and no job came from another node meanwhile.
 */
final class Floor {
  private static final System.Logger LOG = System.getLogger(Floor.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Database db;
  private final JobIds ids;
  private final Lease lease;
  private final Crew crew;
  private final OwnedJobs owned;
  private volatile Optional<Owner> held = Optional.empty();
  private volatile boolean stopping;

  // of the one who raises it
  private Optional<Mark> mark = Optional.empty();
  private long reached;

  /**
   * A moment.
   *
   * @param number the least that a job accepted later has
   * @param transaction who was accepting then has a lower one
   */
  private record Mark(Owner owner, long number, long transaction) {}

  Floor(Database db, JobIds ids, Lease lease, Crew crew, OwnedJobs owned) {
    this.db = db;
    this.ids = ids;
    this.lease = lease;
    this.crew = crew;
    this.owned = owned;
  }

  /** Before a job gets its number: the first of an incarnation says from where on to look. */
  void hold(Tx tx, Owner owner) {
    var now = Optional.of(owner);
    if (!held.equals(now)) {
      owned.lower(tx, owner.node(), ids.least());
      tx.afterCommit(() -> held = now);
    }
  }

  /** From now on it rises by itself. */
  void start() {
    crew.aside(EVERY, this::round);
  }

  void stop() {
    stopping = true;
  }

  private void round() {
    try {
      raise();
    } catch (DatabaseException e) {
      LOG.log(DEBUG, "the oldest unfinished job is not looked for: " + e.getMessage());
    }
    if (!stopping) {
      start();
    }
  }

  /** Up to what was to come when this was called before. */
  void raise() {
    var owner = lease.owner();
    if (mark.filter(then -> then.owner.equals(owner)).isPresent()) {
      if (!raiseTo(owner, mark.get())) {
        return; // somebody is accepting for very long
      }
      mark = Optional.empty();
    }
    if (ids.least() != reached) {
      mark =
          Optional.of(
              db.inTx(
                  tx -> new Mark(owner, ids.least(), tx.number(tx.dialect().nextTransaction()))));
    }
  }

  private boolean raiseTo(Owner owner, Mark then) {
    long running = db.lookUp(tx -> tx.number(tx.dialect().oldestTransaction()));
    if (running < then.transaction) {
      return false;
    }
    var known = db.lookUp(tx -> owned.from(tx, owner.node()));
    reached = known.map(from -> raise(owner, from, then.number)).orElse(then.number);
    return true;
  }

  private long raise(Owner owner, OwnedJobs.From known, long to) {
    long oldest = db.lookUp(tx -> owned.oldest(tx, owner.node(), known.number(), to));
    if (oldest > known.number()) {
      db.inTx(
          tx -> {
            owned.raise(tx, owner, known, oldest);
            return true;
          });
    }
    return oldest;
  }
}
