package platter.db;

import static java.lang.System.Logger.Level.ERROR;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import platter.db.Database.Outcome;
import platter.db.Database.Work;
import platter.error.DatabaseException;

/** A transaction that waits for its group, and its outcome. */
final class Pending<T> {
  private final Work<T> work;
  private final boolean guarded;
  private final Outcome<T> outcome;
  private List<Runnable> afterCommit = List.of();
  private Runnable tell = () -> {};

  Pending(Work<T> work, boolean guarded, Outcome<T> outcome) {
    this.work = work;
    this.guarded = guarded;
    this.outcome = outcome;
  }

  /** An outcome that somebody waits for. */
  static final class Awaited<T> implements Outcome<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();

    @Override
    public void done(T result) {
      future.complete(result);
    }

    @Override
    public void failed(RuntimeException why) {
      future.completeExceptionally(why);
    }

    T await() {
      try {
        return future.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  boolean guarded() {
    return guarded;
  }

  /**
   * Whether the work went through; if not, what it wrote must be undone.
   *
   * @throws DatabaseException when the whole transaction must be run again
   */
  boolean run(Tx tx) {
    tx.takeAfterCommit(); // of one that failed
    tx.takeFailure();
    try {
      var result = work.in(tx);
      tx.takeFailure().ifPresent(Pending::rethrow);
      afterCommit = tx.takeAfterCommit();
      tell = () -> outcome.done(result);
      return true;
    } catch (RuntimeException e) {
      tx.takeFailure().filter(Pending::endsTheGroup).ifPresent(Pending::rethrow);
      if (e instanceof DatabaseException failure && endsTheGroup(failure)) {
        throw failure;
      }
      afterCommit = List.of();
      tell = () -> outcome.failed(e);
      return false;
    }
  }

  private static boolean endsTheGroup(DatabaseException e) {
    return e.conflict() || e.connectionLost();
  }

  private static void rethrow(DatabaseException e) {
    throw e;
  }

  void finish() {
    for (var then : afterCommit) {
      try {
        then.run();
      } catch (RuntimeException e) { // committed is committed: the others must be told
        System.getLogger(Pending.class.getName()).log(ERROR, "after a commit", e);
      }
    }
    tell();
  }

  private void tell() {
    try {
      tell.run();
    } catch (RuntimeException e) {
      System.getLogger(Pending.class.getName()).log(ERROR, "after a transaction", e);
    }
  }

  void fail(RuntimeException why) {
    tell = () -> outcome.failed(why);
    tell();
  }
}
