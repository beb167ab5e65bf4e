package platter.db;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps what follows commits in an order that fits them, when several writers commit at once. A
 * transaction that saw another's effect took its ticket after that one had committed; so when all
 * wait for the tickets before theirs, nobody is told of a batch's end before its last child's.
 */
final class CommitOrder {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long taken;
  private long finished;

  /** Before the commit. Each ticket must be finished, whatever becomes of the commit. */
  long ticket() {
    lock.lock();
    try {
      return taken++;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for those before, then runs what follows the commit. */
  void finish(long ticket, Runnable then) {
    await(ticket);
    try {
      then.run();
    } finally {
      lock.lock();
      try {
        finished = ticket + 1;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void await(long ticket) {
    lock.lock();
    try {
      while (finished != ticket) {
        moved.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
