package platter.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.db.Tx;
import platter.error.DatabaseException;

/**
 * A node without volumes: what it has of each token is what the engine has of each job. A token is
 * a row of quota_usage: its project is the node, its resource {@code EPOCH:NAME}.
 */
final class TestNode implements Membership.Jobs, AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(10);

  final Database db;
  Membership membership;

  /** The tokens that it works on, and under which name. */
  final Map<String, Owner> tokens = new HashMap<>();

  int claims;
  boolean away;
  boolean running;
  private final MovedClock clock;

  /** Only measures durations, and begins anywhere. */
  static final class MovedClock {
    private long nanos = Long.MAX_VALUE - 5; // it may overflow

    long nanos() {
      return nanos;
    }

    void advance(double leases) {
      nanos += (long) (LEASE.toNanos() * leases);
    }
  }

  TestNode(String url, MovedClock clock, String node, String folder) {
    this.clock = clock;
    db = Databases.open(Place.of(url, "", ""), Path.of("unused"), Duration.ofSeconds(4));
    membership = member(node, folder);
  }

  private Membership member(String node, String folder) {
    var next = new Membership(db, node, folder, LEASE, clock::nanos);
    db.guardedBy(next::check);
    return next;
  }

  /** A new process: nothing is remembered. */
  void startsAgain(String node, String folder) {
    tokens.clear();
    running = false;
    membership = member(node, folder);
  }

  boolean join() throws Membership.NameTaken {
    running |= membership.join();
    return running;
  }

  /** Until it has joined; time passes. */
  TestNode joined() throws Membership.NameTaken {
    while (!join()) {
      clock.advance(0.1);
    }
    return this;
  }

  void accept(String token) {
    db.inTx(tx -> accept(tx, token));
  }

  int accept(Tx tx, String token) {
    var owner = membership.owner();
    tx.afterCommit(() -> tokens.put(token, owner));
    return tx.update(
        "insert into quota_usage (project, resource, in_use) values (?, ?, ?)",
        owner.node(),
        token,
        owner.epoch());
  }

  boolean worksOn(String token) {
    var owner = tokens.get(token);
    return owner != null && membership.holds(owner);
  }

  @Override
  public int claim(Tx tx, Owner dead) {
    var owner = membership.owner();
    int claimed =
        tx.update(
            "update quota_usage set project = ?, in_use = ? where project = ? and in_use <= ?",
            owner.node(),
            owner.epoch(),
            dead.node(),
            dead.epoch());
    tx.afterCommit(() -> claims += claimed);
    return claimed;
  }

  @Override
  public void adopt() {
    var owner = membership.owner();
    db.inTx(tx -> claim(tx, new Owner(owner.node(), owner.epoch() - 1)));
    db.lookUp(
            tx ->
                tx.list(
                    "select resource from quota_usage where project = ? and in_use = ?",
                    row -> row.getString(1),
                    owner.node(),
                    owner.epoch()))
        .forEach(token -> tokens.putIfAbsent(token, owner));
  }

  @Override
  public void lost(Owner incarnation) {
    tokens.values().removeIf(incarnation::equals);
  }

  @Override
  public void noticeCancelled() {}

  /** As the heart does; a database that is away is one that cannot be reached. */
  void renew() {
    if (!away) {
      quietly(membership::renew);
    }
  }

  void look() {
    if (!away) {
      quietly(() -> membership.look(this));
    }
  }

  void beat() {
    renew();
    look();
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (DatabaseException e) {
      // the next time
    }
  }

  /** Stops cleanly. */
  void leave() {
    membership.leave();
    running = false;
  }

  @Override
  public void close() {
    db.close();
  }
}
