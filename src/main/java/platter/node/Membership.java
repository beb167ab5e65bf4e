package platter.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;

/**
 * This node among several on one database. There is no leader, and no clock of two machines is ever
 * compared: a node lives as long as the others see its {@code beat} rise, each by its own clock
 * that measures durations only.
 *
 * <p>Of a lease, a node that cannot renew begins nothing after a half; the others take it for dead
 * after seven tenths without a beat; and since they look every tenth, its jobs are taken over
 * within the whole. Taking over raises the dead node's epoch, under a lock that waits for what it
 * is committing, so whatever it wants to write later is refused in the database ({@link #check}).
 */
public final class Membership implements Lease {
  private static final System.Logger LOG = System.getLogger(Membership.class.getName());

  private static final int BEATS_IN_A_LEASE = 10;
  private static final double HELD = 0.5;
  private static final double DEAD = 0.7;

  /** What others do with the jobs of a node. */
  public interface Jobs {
    /** Makes the unfinished jobs of these incarnations, and of earlier ones, this node's. */
    int claim(Tx tx, Owner dead);

    /** Runs what was claimed, after the commit. */
    void adopt();

    /** Whether there are jobs of this node that it does not run: as after a lost answer. */
    boolean hasStrays();

    /** This incarnation was taken for dead. */
    void lost(Owner incarnation);

    /** Looks for what was asked of this node's jobs elsewhere. */
    void noticeCancelled();
  }

  /** Another node has that name, and lives. */
  public static final class NameTaken extends Exception {
    NameTaken(String node) {
      super(
          "another node named "
              + node
              + " works on this database; give this one a name of its own with --node");
    }
  }

  private final Database db;
  private final String node;
  private final String folder;
  private final Duration lease;
  private final LongSupplier nanos;
  private final Map<String, Seen> others = new HashMap<>();
  private final Set<Owner> settled = new HashSet<>();
  private volatile Owner owner;
  private volatile long renewedNanos;
  private int slot;
  private int beats;
  private boolean toAdopt;

  /** A node as it was seen last, and since when it has not changed. */
  private record Seen(long epoch, long beat, long sinceNanos) {
    boolean same(Row row) {
      return row.epoch == epoch && row.beat == beat;
    }
  }

  private record Row(
      String name, long epoch, long beat, boolean stopped, @Nullable String folder) {}

  /**
   * @param folder names the data folder whose lock this process holds: an earlier incarnation of
   *     the same folder is surely dead
   * @param nanos a clock that only measures durations
   */
  public Membership(Database db, String node, String folder, Duration lease, LongSupplier nanos) {
    this.db = db;
    this.node = node;
    this.folder = folder;
    this.lease = lease;
    this.nanos = nanos;
    owner = new Owner(node, 0);
  }

  private long part(double of) {
    return (long) (lease.toNanos() * of);
  }

  /** How long to wait between two {@link #beat}s. */
  public Duration interval() {
    return lease.dividedBy(BEATS_IN_A_LEASE);
  }

  /**
   * Becomes a node of the service. To be called again, after {@link #interval}, as long as it says
   * no: an incarnation of the same name may be alive.
   *
   * @return whether it is one now
   * @throws NameTaken when another process under that name is alive
   */
  public boolean join() throws NameTaken {
    long before = nanos.getAsLong();
    var row = db.inTxUnguarded(tx -> find(tx, node));
    if (row.isPresent() && !mayTake(row.get())) {
      return false;
    }
    long known = row.map(Row::epoch).orElse(0L);
    boolean joined;
    try {
      joined = take(known);
    } catch (DatabaseException e) { // such as another node that took the same slot
      LOG.log(INFO, "node " + node + " does not join yet: " + e.getMessage());
      return false;
    }
    if (!joined) {
      others.remove(node);
      return false; // somebody else was quicker: look again whether it lives
    }
    owner = new Owner(node, known + 1);
    renewedNanos = before;
    LOG.log(INFO, "node {0} joined, epoch {1}", node, owner.epoch());
    return true;
  }

  private boolean take(long known) {
    return db.inTxUnguarded(
        tx -> {
          int rows =
              tx.update(
                  """
                      insert into node (name, epoch, folder, lease_millis, slot)
                      values (?, 1, ?, ?, (select coalesce(max(slot), 0) + 1 from node))
                      on conflict (name) do update set epoch = node.epoch + 1, beat = node.beat + 1,
                          stopped = 0, folder = excluded.folder,
                          lease_millis = excluded.lease_millis
                      where node.epoch = ?\
                      """,
                  node,
                  folder,
                  lease.toMillis(),
                  known);
          slot = (int) tx.number("select slot from node where name = ?", node);
          return rows == 1;
        });
  }

  private boolean mayTake(Row row) throws NameTaken {
    if (row.stopped || folder.equals(row.folder)) {
      return true;
    }
    long now = nanos.getAsLong();
    var seen = others.get(node);
    if (seen == null) {
      others.put(node, new Seen(row.epoch, row.beat, now));
      return false;
    }
    if (!seen.same(row)) {
      throw new NameTaken(node);
    }
    return now - seen.sinceNanos > part(DEAD);
  }

  /** From 0; no other node of the database has it. Known when it has joined. */
  public int slot() {
    return slot;
  }

  @Override
  public Owner owner() {
    return owner;
  }

  @Override
  public boolean holds(Owner incarnation) {
    return incarnation.equals(owner) && nanos.getAsLong() - renewedNanos < part(HELD);
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public Duration length() {
    return lease;
  }

  /**
   * Refuses the transaction of a node that was taken for dead. The lock lets beats pass and makes
   * those who want to take over wait for the commit.
   */
  public void check(Tx tx) {
    var now = owner;
    boolean mine =
        tx.find(
                "select epoch from node where name = ? and epoch = ?" + tx.dialect().forKeyShare(),
                row -> row.getLong(1),
                now.node(),
                now.epoch())
            .isPresent();
    if (!mine) {
      throw new DatabaseException("node " + node + " was taken for dead and has not joined again");
    }
  }

  /**
   * Renews the lease, then looks after the others. To be called every {@link #interval}.
   *
   * @throws DatabaseException when the database cannot be reached: the lease runs
   */
  public void beat(Jobs jobs) {
    if (renew(jobs)) {
      look(jobs);
      jobs.noticeCancelled();
      beats++;
      if (toAdopt || (beats % BEATS_IN_A_LEASE == 0 && jobs.hasStrays())) {
        jobs.adopt();
        toAdopt = false;
      }
    }
  }

  /** Whether this node is a member. One that was taken for dead joins again, as a new one. */
  private boolean renew(Jobs jobs) {
    long before = nanos.getAsLong(); // the lease counts from here, however long the commit takes
    var now = owner;
    boolean mine =
        db.inTxUnguarded(
            tx ->
                tx.update(
                        """
                        update node set beat = beat + 1
                        where name = ? and epoch = ? and stopped = 0\
                        """,
                        now.node(),
                        now.epoch())
                    == 1);
    if (mine) {
      renewedNanos = before;
      return true;
    }
    LOG.log(WARNING, "node {0} epoch {1} was taken for dead; it joins again", node, now.epoch());
    owner = new Owner(node, 0); // nobody's: what runs begins nothing any more
    jobs.lost(now);
    try {
      toAdopt = join();
      return toAdopt;
    } catch (NameTaken e) {
      LOG.log(WARNING, e.getMessage());
      return false;
    }
  }

  private void look(Jobs jobs) {
    var rows =
        db.lookUp(
            tx ->
                tx.list(
                    "select name, epoch, beat, stopped, folder from node where name <> ?",
                    Membership::read,
                    node));
    long now = nanos.getAsLong();
    var dead = new ArrayList<Row>();
    for (var row : rows) {
      var seen = others.get(row.name);
      if (seen == null || !seen.same(row)) {
        others.put(row.name, new Seen(row.epoch, row.beat, now));
      } else if (!row.stopped && now - seen.sinceNanos > part(DEAD)) {
        dead.add(row);
      }
      if (row.stopped && !settled.contains(new Owner(row.name, row.epoch))) {
        dead.add(row);
      }
    }
    dead.forEach(row -> takeOver(jobs, row));
  }

  private void takeOver(Jobs jobs, Row dead) {
    int jobsClaimed =
        db.inTx(
            tx -> {
              boolean still =
                  tx.find(
                          "select epoch from node where name = ? and epoch = ? and beat = ?"
                              + tx.dialect().forUpdateSkipLocked(),
                          row -> row.getLong(1),
                          dead.name,
                          dead.epoch,
                          dead.beat)
                      .isPresent();
              if (!still) {
                return -1; // it lives, or somebody else takes over
              }
              if (!dead.stopped) {
                tx.update(
                    "update node set epoch = epoch + 1, stopped = 1 where name = ?", dead.name);
              }
              return jobs.claim(tx, new Owner(dead.name, dead.epoch));
            });
    if (jobsClaimed < 0) {
      return;
    }
    settled.add(new Owner(dead.name, dead.stopped ? dead.epoch : dead.epoch + 1));
    LOG.log(
        dead.stopped ? INFO : WARNING,
        "node {0} {1}; took over {2} jobs",
        dead.name,
        dead.stopped ? "has stopped" : "is dead",
        jobsClaimed);
    toAdopt |= jobsClaimed > 0;
  }

  private static Optional<Row> find(Tx tx, String name) {
    return tx.find(
        "select name, epoch, beat, stopped, folder from node where name = ?",
        Membership::read,
        name);
  }

  private static Row read(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Row(
        row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4) != 0, row.getString(5));
  }

  /** Leaves: the others take the unfinished jobs at once. After the last runner has stopped. */
  public void leave() {
    var now = owner;
    owner = new Owner(node, 0);
    try {
      db.inTxUnguarded(
          tx ->
              tx.update(
                  "update node set stopped = 1 where name = ? and epoch = ?",
                  now.node(),
                  now.epoch()));
    } catch (DatabaseException e) {
      LOG.log(WARNING, "node " + node + " leaves without saying so: " + e.getMessage());
    }
  }

  /** Whether that incarnation has not ended, as far as the others know. */
  public static boolean isMember(Tx tx, Owner incarnation) {
    return tx.number(
            "select count(*) from node where name = ? and epoch = ? and stopped = 0",
            incarnation.node(),
            incarnation.epoch())
        == 1;
  }

  /** All nodes, for those who look after the service. */
  public record Member(String name, long epoch, boolean stopped) {}

  /** In the order of their names. */
  public static List<Member> members(Tx tx) {
    return tx.list(
        "select name, epoch, stopped from node order by name",
        row -> new Member(row.getString(1), row.getLong(2), row.getLong(3) != 0));
  }
}
