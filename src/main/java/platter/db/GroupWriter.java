package platter.db;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import platter.db.Database.Outcome;
import platter.db.Database.Work;
import platter.error.DatabaseException;

/**
 * Takes the transactions that are waiting, runs them, and commits them together with one sync.
 * While a group is being synced the next one gathers, so the size of the groups follows the load by
 * itself and an idle server waits for nobody.
 *
 * <p>A group runs without savepoints and gathers what its transactions have in common ({@link
 * Tx#later}, {@link Tx#add}). When one of them fails, all is rolled back and run again, each in a
 * savepoint of its own; so are the next groups for a while. One that is alone gathers its own, and
 * what it inserts goes with its commit.
 *
 * <p>When another transaction is in the way of a group, its transactions run again one by one, and
 * the next groups are smaller for a while.
 *
 * <p>One thread writes. While nobody else does, a caller writes for himself, in the same turn: two
 * threads less have to be woken.
 */
final class GroupWriter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(GroupWriter.class.getName());

  /** So many transactions share a sync at most: bounds how long the first of them waits. */
  private static final int MAX_GROUP = 512;

  /** So many transactions may wait; then callers wait for a place. */
  private static final int MAX_WAITING = 4096;

  /** So often a transaction is run when others are in its way, or the connection gets lost. */
  private static final int MAX_TRIES = 5;

  /** So many groups in a row nobody was in the way of, before groups may be larger again. */
  private static final int GROW_AFTER = 32;

  /** After one in which a transaction failed, so many groups use savepoints. */
  private static final int CAREFUL_GROUPS = 16;

  /** So long running groups may take to finish when the database is closed. */
  private static final long STOP_MILLIS = 1_000;

  /** A connection that writes. Used by one thread; {@link #abort} by another. */
  interface Session {
    /**
     * Begins a transaction.
     *
     * @param patient whether it waits long for those who are in its way
     */
    Tx begin(boolean patient);

    /**
     * Commits.
     *
     * @param last what is to be written before that, and was left for now
     */
    void commit(List<Tx.Call> last);

    /** Ends the transaction, as well as it can. */
    void rollback();

    /** Closes the connection, now, whatever it is doing. */
    void abort();
  }

  private final Session session;
  private final int maxTries;
  private final Thread thread;
  private final ReentrantLock turn = new ReentrantLock();
  private final BlockingQueue<Pending<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final CommitOrder order;
  private final AtomicInteger careful = new AtomicInteger();
  private volatile Guard guard = Guard.NONE;
  private volatile Commits commits = new Commits();
  private volatile boolean quiet;
  private volatile boolean closed;

  private GroupWriter(String name, Session session, CommitOrder order, int maxTries) {
    this.session = session;
    this.order = order;
    this.maxTries = maxTries;
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::write);
  }

  static GroupWriter start(String name, Session session, CommitOrder order) {
    return start(name, session, order, MAX_TRIES);
  }

  /**
   * @param order of all writers whose transactions may see each other's effects
   * @param maxTries so often a transaction is run when others are in its way, or the connection
   *     gets lost
   */
  static GroupWriter start(String name, Session session, CommitOrder order, int maxTries) {
    var writer = new GroupWriter(name, session, order, maxTries);
    writer.thread.start();
    return writer;
  }

  void guardedBy(Guard guard) {
    this.guard = guard;
  }

  void observedBy(Commits commits) {
    this.commits = commits;
  }

  /** Runs the work and returns when it is durable. */
  <T> T run(Work<T> work, boolean guarded) {
    var outcome = new Pending.Awaited<T>();
    run(work, guarded, outcome);
    return outcome.await();
  }

  /** Runs the work and tells the outcome, perhaps later. */
  <T> void run(Work<T> work, boolean guarded, Outcome<T> outcome) {
    var pending = new Pending<>(work, guarded, outcome);
    if (quiet && !closed && !turn.isHeldByCurrentThread() && turn.tryLock()) {
      try {
        write(List.of(pending));
        quiet = waiting.isEmpty();
      } finally {
        turn.unlock();
      }
      return;
    }
    try {
      waiting.put(pending);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("interrupted before the transaction");
    }
    if (closed) {
      failWaiting();
    }
  }

  private void write() {
    int most = MAX_GROUP;
    int smoothInARow = 0;
    var group = new ArrayList<Pending<?>>(MAX_GROUP);
    while (!closed) {
      group.clear();
      try {
        group.add(waiting.take());
      } catch (InterruptedException e) {
        break;
      }
      boolean smooth;
      turn.lock();
      try {
        waiting.drainTo(group, most - 1);
        smooth = write(group);
        quiet = group.size() == 1;
      } finally {
        turn.unlock();
      }
      if (!smooth) {
        most = Math.max(group.size() / 2, 1);
        smoothInARow = 0;
      } else if (++smoothInARow == GROW_AFTER) {
        most = Math.min(most + most / 2 + 1, MAX_GROUP);
        smoothInARow = 0;
      }
    }
    failWaiting();
  }

  /** Returns whether nobody was in the way. */
  private boolean write(List<Pending<?>> group) {
    boolean smooth = true;
    for (boolean guarded : new boolean[] {false, true}) {
      var part = group.stream().filter(pending -> pending.guarded() == guarded).toList();
      smooth &= part.isEmpty() || commit(part, guarded ? guard : Guard.NONE);
    }
    return smooth;
  }

  /** Returns whether nobody was in the way. */
  private boolean commit(List<Pending<?>> group, Guard guard) {
    for (int tries = 1; ; tries++) {
      try {
        commitOnce(group, guard, tries > 1 && group.size() == 1);
        return tries == 1;
      } catch (RuntimeException | Error e) {
        session.rollback();
        if (!(e instanceof DatabaseException failure)
            || failure.outcomeUnknown()
            || !(failure.conflict() || failure.connectionLost())
            || tries == maxTries
            || closed) {
          fail(group, e);
          return true;
        }
        if (failure.conflict() && group.size() > 1) {
          group.forEach(one -> commit(List.of(one), guard));
          return false;
        }
      }
    }
  }

  /** One of a group failed: what the others did is rolled back with it. */
  private static final class OneFailed extends RuntimeException {
    OneFailed() {
      super(null, null, false, false);
    }
  }

  private void commitOnce(List<Pending<?>> group, Guard guard, boolean patient) {
    boolean alone = group.size() == 1;
    if (alone || careful.getAndUpdate(left -> Math.max(left - 1, 0)) == 0) {
      try {
        commitTogether(group, guard, patient);
        return;
      } catch (OneFailed e) {
        session.rollback();
        if (!alone) {
          careful.set(CAREFUL_GROUPS);
        }
      }
    }
    var tx = session.begin(patient);
    guard.check(tx);
    if (alone) {
      if (!group.getFirst().run(tx)) {
        session.rollback();
        group.getFirst().finish();
        return;
      }
    } else {
      for (var pending : group) {
        tx.update("savepoint one");
        if (!pending.run(tx)) {
          tx.update("rollback to one");
        }
        tx.update("release one");
      }
    }
    commit(group, List.of());
  }

  private void commitTogether(List<Pending<?>> group, Guard guard, boolean patient) {
    boolean alone = group.size() == 1;
    var tx = session.begin(patient);
    guard.check(tx);
    tx.gather(!alone);
    List<Tx.Call> last;
    try {
      for (var pending : group) {
        if (!pending.run(tx)) {
          if (alone && tx.isSettled()) { // so it would without gathering
            session.rollback();
            pending.finish();
            return;
          }
          throw new OneFailed();
        }
      }
      last = tx.settleLast();
    } catch (Tx.NotSettled e) {
      throw new OneFailed();
    } catch (DatabaseException e) {
      throw e.conflict() || e.connectionLost() ? e : new OneFailed();
    } finally {
      tx.endGathering();
    }
    commit(group, last);
  }

  private void commit(List<Pending<?>> group, List<Tx.Call> last) {
    long ticket = order.ticket();
    var toTell = new ArrayList<Pending<?>>();
    try {
      long begun = System.nanoTime();
      session.commit(last);
      commits.committed(group.size(), System.nanoTime() - begun);
      toTell.addAll(group);
    } finally {
      order.finish(ticket, () -> toTell.forEach(Pending::finish));
    }
  }

  private static void fail(List<Pending<?>> group, Throwable e) {
    if (e instanceof RuntimeException why) {
      group.forEach(pending -> pending.fail(why));
    } else {
      LOG.log(ERROR, "a group of transactions failed", e);
      group.forEach(pending -> pending.fail(new DatabaseException("the writer failed: " + e)));
    }
  }

  private void failWaiting() {
    for (var pending = waiting.poll(); pending != null; pending = waiting.poll()) {
      pending.fail(new DatabaseException("the database is closed"));
    }
  }

  /** What runs is committed, when that does not take long; what waits fails. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      if (turn.tryLock(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        turn.unlock();
      } else {
        LOG.log(WARNING, "a transaction is cut off: the database does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    session.abort();
    failWaiting();
  }
}
