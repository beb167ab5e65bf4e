package platter.sim;

import java.sql.SQLException;
import platter.db.Database;
import platter.db.Guard;
import platter.error.DatabaseException;

/**
 * What one incarnation of a node sees of the database: its transactions take time on their way
 * there and back, fail, or are not heard of.
 */
final class SimDatabase implements Database {
  private final World world;
  private final SimNode node;
  private final Timeline.Program process;
  private Guard guard = Guard.NONE;
  private long tickets;
  private long finished;
  private long lastTold;

  SimDatabase(World world, SimNode node, Timeline.Program process) {
    this.world = world;
    this.node = node;
    this.process = process;
  }

  @Override
  public <T> T inTx(Work<T> work) {
    return write(work, true);
  }

  /** In a stack of its own, as the writer's thread is. */
  @Override
  public <T> void inTxLater(Work<T> work, Outcome<T> then) {
    world.timeline.after(0, process, () -> Database.super.inTxLater(work, then));
  }

  @Override
  public <T> T inTxUnguarded(Work<T> work) {
    return write(work, false);
  }

  private <T> T write(Work<T> work, boolean guarded) {
    var asked = guarded ? guard : Guard.NONE;
    process.mustLive();
    world.timeline.pause(world.faults.databaseNanos());
    mustReach();
    var fate = world.faults.commit(guarded);
    switch (fate) {
      case CRASH_BEFORE -> node.crash("before a commit");
      case FAILS -> {
        world.memory.rehearse(asked, work);
        throw lost();
      }
      case RUNS_TWICE -> world.memory.rehearse(asked, work);
      case WELL, UNHEARD, CRASH_AFTER -> {}
    }
    var done = world.memory.commit(asked, work);
    world.committed(node);
    if (fate == Faults.Commit.CRASH_AFTER) {
      node.crash("after a commit");
    }
    if (world.mutant != Mutant.OUT_OF_ORDER) {
      inOrder();
    } else {
      world.timeline.pause(world.random.nextLong(100_000_000));
    }
    if (fate == Faults.Commit.UNHEARD) {
      throw DatabaseException.ofUnknownOutcome(
          new DatabaseException("the answer was lost", new SQLException("simulated", "08006")));
    }
    done.then().forEach(Runnable::run);
    return done.value();
  }

  /** What follows commits comes in their order, as CommitOrder has it. */
  private void inOrder() {
    long ticket = tickets++;
    long now = world.timeline.now();
    lastTold = Math.max(now + world.faults.databaseNanos(), lastTold + 1);
    world.timeline.pause(lastTold - now);
    while (finished != ticket) { // after a sleep all wake up at once
      world.timeline.pause(1_000_000);
    }
    finished++;
  }

  private void mustReach() {
    if (world.databaseIsAway(node)) {
      throw lost();
    }
  }

  private static DatabaseException lost() {
    return new DatabaseException("simulated", new SQLException("connection lost", "08006"));
  }

  @Override
  public void guardedBy(Guard asked) {
    guard = world.mutant == Mutant.UNGUARDED ? Guard.NONE : asked;
  }

  @Override
  public <T> T read(Work<T> work) {
    return lookUp(work);
  }

  /** Without a pause: the engine may have a lock. */
  @Override
  public <T> T lookUp(Work<T> work) {
    process.mustLive();
    mustReach();
    return world.memory.read(work);
  }

  @Override
  public void close() {}
}
