package platter.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;
import platter.node.Member.State;

/**
 * This node among several on one database. There is no leader, and no clock of two machines is ever
 * compared: a node lives as long as the others see its {@code beat} rise, each by its own clock
 * that measures durations only.
 *
 * <p>Of a lease, a node that cannot renew begins nothing after a half; the others take it for dead
 * after seven tenths without a beat; and since they look every tenth, its jobs are taken over
 * within the whole. Taking over raises the dead node's epoch, under a lock that it gets only
 * between what the node is committing, so whatever that wants to write later is refused in the
 * database ({@link #check}).
 *
 * <p>One thread renews; another may look after the others, so that taking over a great many jobs
 * keeps no heart from beating.
 */
public final class Membership implements Lease {
  private static final System.Logger LOG = System.getLogger(Membership.class.getName());

  private static final int BEATS_IN_A_LEASE = 10;
  private static final double HELD = 0.5;
  private static final double DEAD = 0.7;

  /**
   * So much of a silence counts between two looks: when the database was away for all, nobody is
   * dead for it.
   */
  private static final double HEARD_AT_ONCE = 0.3;

  /** What others do with the jobs of a node. */
  public interface Jobs {
    /** Makes the unfinished jobs of these incarnations, and of earlier ones, this node's. */
    int claim(Tx tx, Owner dead);

    /** Runs what is this node's and not run yet: what was claimed, or whose answer was lost. */
    void adopt();

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
  private final Queue<Owner> lost = new ConcurrentLinkedQueue<>();
  private volatile Owner owner;
  private volatile long renewedNanos;
  private volatile boolean left;

  // of the thread that renews
  private Optional<Seen> namesake = Optional.empty();
  private long namesakeNanos;
  private boolean cut;
  private boolean refused;
  private int slot;

  // of the thread that looks
  private final Map<String, Seen> others = new ConcurrentHashMap<>();
  private final Set<Owner> settled = new HashSet<>();
  private long lookedNanos;
  private int looks;
  private boolean toAdopt;

  /**
   * A node as it was seen last.
   *
   * @param silentNanos for how long it has not changed
   * @param beats whether it was seen to change
   */
  private record Seen(long epoch, long beat, long silentNanos, boolean beats) {
    static Seen first(Row row) {
      return new Seen(row.epoch, row.beat, 0, false);
    }

    /** As it is seen now, after so much time. */
    Seen next(Row row, long nanos) {
      return row.epoch == epoch && row.beat == beat
          ? new Seen(epoch, beat, silentNanos + nanos, beats)
          : new Seen(row.epoch, row.beat, 0, true);
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
    return join(true);
  }

  /**
   * @param alone whether this process is known to be the only one of its folder: later on, another
   *     one under that name can only be a copy of the folder
   */
  private boolean join(boolean alone) throws NameTaken {
    long before = nanos.getAsLong();
    var row = db.inTxUnguarded(tx -> find(tx, ""));
    if (row.isPresent() && !mayTake(row.get(), alone)) {
      return false;
    }
    boolean taken;
    try {
      taken = db.inTxUnguarded(tx -> take(tx, row));
    } catch (DatabaseException e) { // such as another node that took the same slot
      LOG.log(INFO, "node " + node + " does not join yet: " + e.getMessage());
      return false;
    }
    namesake = Optional.empty();
    if (!taken) {
      return false; // somebody else was quicker: look again whether it lives
    }
    renewedNanos = before;
    owner = new Owner(node, row.map(Row::epoch).orElse(0L) + 1);
    LOG.log(INFO, "node {0} joined, epoch {1}", node, owner.epoch());
    return true;
  }

  private boolean mayTake(Row row, boolean alone) throws NameTaken {
    if (row.stopped || (alone && folder.equals(row.folder))) {
      return true;
    }
    long now = nanos.getAsLong();
    if (namesake.isPresent()) {
      var seen = namesake.get().next(row, now - namesakeNanos);
      if (seen.silentNanos == 0) {
        namesake = Optional.empty();
        throw new NameTaken(node);
      }
      namesake = Optional.of(seen);
    } else {
      namesake = Optional.of(Seen.first(row));
    }
    namesakeNanos = now;
    return namesake.get().silentNanos > part(DEAD);
  }

  /** The lock waits for what an earlier incarnation is still committing. */
  private boolean take(Tx tx, Optional<Row> known) {
    var now = find(tx, tx.dialect().forUpdate());
    if (!now.equals(known)) {
      return false;
    }
    int rows =
        now.isPresent()
            ? tx.update(
                """
                update node set epoch = epoch + 1, beat = beat + 1, stopped = 0, folder = ?,
                    lease_millis = ?
                where name = ?\
                """,
                folder,
                lease.toMillis(),
                node)
            : tx.update(
                """
                insert into node (name, epoch, folder, lease_millis, unfinished_from, slot)
                values (?, 1, ?, ?, null, (select coalesce(max(slot), 0) + 1 from node))
                on conflict (name) do nothing\
                """,
                node,
                folder,
                lease.toMillis());
    slot = (int) tx.number("select slot from node where name = ?", node);
    return rows == 1;
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
    return incarnation.equals(owner) && holdsAny();
  }

  private boolean holdsAny() {
    return !left && owner.epoch() > 0 && nanos.getAsLong() - renewedNanos < part(HELD);
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public Duration length() {
    return lease;
  }

  @Override
  public List<Member> members(Tx tx) {
    return tx
        .list("select name, epoch, beat, stopped, folder from node order by name", Membership::read)
        .stream()
        .map(row -> new Member(row.name, row.epoch, state(row)))
        .toList();
  }

  private State state(Row row) {
    if (row.stopped) {
      return State.STOPPED;
    }
    if (row.name.equals(node)) {
      return holds(new Owner(node, row.epoch)) ? State.ALIVE : State.SILENT;
    }
    var seen = others.get(row.name);
    if (seen == null || !holds(owner)) {
      return State.UNKNOWN; // this node does not look at the others now
    }
    if (row.epoch != seen.epoch || row.beat != seen.beat) {
      return State.ALIVE; // it has beaten since this node looked
    }
    if (seen.silentNanos > part(HELD)) {
      return State.SILENT;
    }
    return seen.beats ? State.ALIVE : State.UNKNOWN;
  }

  /**
   * Refuses the transaction of a node whose lease has run out, and of one that was taken for dead.
   * The lock lets beats pass; those who want to take over find it, and come again.
   */
  public void check(Tx tx) {
    var now = owner;
    if (!holds(now)) { // it is for others now to take over, and they need the row for themselves
      throw new DatabaseException("node " + node + " writes nothing: its lease has run out");
    }
    if (!lives(tx, now)) {
      throw new DatabaseException("node " + node + " was taken for dead and has not joined again");
    }
  }

  @Override
  public boolean lives(Tx tx, Owner incarnation) {
    return tx.find(
            "select epoch from node where name = ? and epoch = ? and stopped = 0"
                + tx.dialect().forKeyShare(),
            row -> row.getLong(1),
            incarnation.node(),
            incarnation.epoch())
        .isPresent();
  }

  /** {@link #renew}, then {@link #look}: for those who have one thread. */
  public void beat(Jobs jobs) {
    if (renew()) {
      look(jobs);
    }
  }

  /**
   * Renews the lease. A node that was taken for dead joins again, as a new one. To be called every
   * {@link #interval}, by one thread that does nothing else.
   *
   * @return whether this node is a member
   * @throws DatabaseException when the database cannot be reached: the lease runs
   */
  public boolean renew() {
    var now = owner;
    if (now.epoch() == 0) {
      return joinAgain();
    }
    long before = nanos.getAsLong(); // the lease counts from here, however long the commit takes
    boolean mine;
    try {
      mine = db.inTxUnguarded(tx -> renew(tx, now));
    } catch (DatabaseException e) {
      cutWhenLapsed();
      throw e;
    }
    if (mine) {
      renewedNanos = before;
      cut = false;
      return true;
    }
    LOG.log(WARNING, "node {0} epoch {1} was taken for dead; it joins again", node, now.epoch());
    owner = new Owner(node, 0); // nobody's: what runs begins nothing any more
    lost.add(now);
    cutWhenLapsed();
    return joinAgain();
  }

  private static boolean renew(Tx tx, Owner now) {
    return tx.update(
            "update node set beat = beat + 1 where name = ? and epoch = ? and stopped = 0",
            now.node(),
            now.epoch())
        == 1;
  }

  /** What is under way would only be refused, and may hang on a line that is dead. */
  private void cutWhenLapsed() {
    if (!cut && !holdsAny()) {
      db.reconnect();
      cut = true;
    }
  }

  private boolean joinAgain() {
    try {
      boolean joined = join(false);
      refused &= !joined;
      cut &= !joined;
      return joined;
    } catch (NameTaken e) { // its data folder was copied together with its name
      if (!refused) {
        LOG.log(WARNING, e.getMessage() + "; until then it serves nobody here");
      }
      refused = true;
      return false;
    }
  }

  /**
   * Looks after the others, and after what was asked of this node elsewhere. To be called every
   * {@link #interval}, by one thread; it may take long.
   *
   * @throws DatabaseException when the database cannot be reached: the next look does it
   */
  public void look(Jobs jobs) {
    for (var gone = lost.poll(); gone != null; gone = lost.poll()) {
      jobs.lost(gone);
      toAdopt = true; // whatever it finds when it has joined again
    }
    if (!holdsAny()) {
      return;
    }
    lookAtOthers().forEach(dead -> takeOver(jobs, dead));
    jobs.noticeCancelled();
    looks++;
    if (toAdopt || looks % BEATS_IN_A_LEASE == 0) {
      jobs.adopt();
      toAdopt = false;
    }
  }

  /** Returns those that are dead, and those that have stopped and were not seen so before. */
  private List<Row> lookAtOthers() {
    var rows =
        db.lookUp(
            tx ->
                tx.list(
                    "select name, epoch, beat, stopped, folder from node where name <> ?",
                    Membership::read,
                    node));
    long now = nanos.getAsLong(); // after reading: a beat is not older than it looks
    long silent = Math.min(now - lookedNanos, part(HEARD_AT_ONCE));
    lookedNanos = now;
    var dead = new ArrayList<Row>();
    for (var row : rows) {
      var before = others.get(row.name);
      var seen = before == null ? Seen.first(row) : before.next(row, silent);
      others.put(row.name, seen);
      if (row.stopped
          ? !settled.contains(new Owner(row.name, row.epoch))
          : seen.silentNanos > part(DEAD)) {
        dead.add(row);
      }
    }
    return dead;
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

  private Optional<Row> find(Tx tx, String lock) {
    return tx.find(
        "select name, epoch, beat, stopped, folder from node where name = ?" + lock,
        Membership::read,
        node);
  }

  private static Row read(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Row(
        row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4) != 0, row.getString(5));
  }

  /** Leaves: the others take the unfinished jobs at once. After the last runner has stopped. */
  public void leave() {
    left = true;
    var now = owner;
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
}
