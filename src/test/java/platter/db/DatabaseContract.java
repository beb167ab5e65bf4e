package platter.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.DatabaseException;

/** What every database must hold. The table quota_usage serves as an example. */
interface DatabaseContract {
  Database open(Path folder);

  private static void count(Tx tx, String resource, int more) {
    tx.update(
        """
        insert into quota_usage (project, resource, in_use) values ('p', ?, ?)
        on conflict (project, resource)
        do update set in_use = quota_usage.in_use + excluded.in_use\
        """,
        resource,
        more);
  }

  private static long counted(Database db, String resource) {
    return db.read(tx -> tx.number("select in_use from quota_usage where resource = ?", resource));
  }

  @Test
  default void whatWasCommittedIsReadAndSurvivesAReopen(@TempDir Path folder) {
    try (var db = open(folder)) {
      db.inTx(
          tx -> {
            count(tx, "volumes", 3);
            return true;
          });
      assertThat(counted(db, "volumes")).isEqualTo(3);
    }
    try (var db = open(folder)) {
      assertThat(counted(db, "volumes")).isEqualTo(3);
    }
  }

  @Test
  default void aTransactionThatThrowsLeavesNothingAndHarmsNobodyInItsGroup(@TempDir Path folder)
      throws Exception {
    try (var db = open(folder);
        var threads = Executors.newFixedThreadPool(16)) {
      var go = new CountDownLatch(1);
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 400; i++) {
        boolean bad = i % 4 == 0;
        results.add(
            threads.submit(
                () -> {
                  go.await();
                  return db.inTx(
                      tx -> {
                        count(tx, bad ? "bad" : "good", 1);
                        if (bad) {
                          throw new IllegalArgumentException("no");
                        }
                        return true;
                      });
                }));
      }
      go.countDown();
      int good = 0;
      for (var result : results) {
        try {
          good += result.get() ? 1 : 0;
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(IllegalArgumentException.class);
        }
      }
      assertThat(good).isEqualTo(300);
      assertThat(counted(db, "good")).isEqualTo(300);
      assertThat(counted(db, "bad")).isZero();
    }
  }

  @Test
  default void whatRunsAfterTheCommitSeesItAndRunsBeforeTheCallerIsTold(@TempDir Path folder) {
    try (var db = open(folder)) {
      var seen = new ArrayList<Long>();
      db.inTx(
          tx -> {
            count(tx, "volumes", 7);
            tx.afterCommit(() -> seen.add(counted(db, "volumes")));
            return true;
          });
      assertThat(seen).containsExactly(7L);
    }
  }

  @Test
  default void nothingRunsAfterATransactionThatFailed(@TempDir Path folder) {
    try (var db = open(folder)) {
      var ran = new ArrayList<String>();
      assertThatThrownBy(
              () ->
                  db.inTx(
                      tx -> {
                        tx.afterCommit(() -> ran.add("never"));
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(IllegalStateException.class);
      db.inTx(tx -> true);
      assertThat(ran).isEmpty();
    }
  }

  @Test
  default void aReaderSeesOneStateWhileAWriterCommits(@TempDir Path folder) throws Exception {
    try (var db = open(folder);
        var thread = Executors.newSingleThreadExecutor()) {
      var writer =
          thread.submit(
              () -> {
                for (int i = 0; i < 300; i++) {
                  db.inTx(
                      tx -> {
                        count(tx, "left", 1);
                        count(tx, "right", 1);
                        return true;
                      });
                }
              });
      while (!writer.isDone()) {
        var both =
            db.read(
                tx ->
                    List.of(
                        tx.number("select in_use from quota_usage where resource = 'left'"),
                        tx.number("select in_use from quota_usage where resource = 'right'")));
        assertThat(both.getFirst()).isEqualTo(both.getLast());
      }
      writer.get();
    }
  }

  @Test
  default void wrongSqlIsAnErrorOfTheDatabaseAndTheNextTransactionWorks(@TempDir Path folder) {
    try (var db = open(folder)) {
      assertThatThrownBy(() -> db.inTx(tx -> tx.update("insert into nowhere values (1)")))
          .isInstanceOf(DatabaseException.class);
      db.inTx(
          tx -> {
            count(tx, "volumes", 1);
            return true;
          });
      assertThat(counted(db, "volumes")).isEqualTo(1);
    }
  }

  @Test
  default void aClosedDatabaseRefusesAndDoesNotHang(@TempDir Path folder) {
    var db = open(folder);
    db.close();
    assertThatThrownBy(() -> db.inTx(tx -> true)).isInstanceOf(DatabaseException.class);
  }

  @Test
  default void aStatementThatFailedEndsItsWorkEvenWhenTheWorkWentOn(@TempDir Path folder) {
    try (var db = open(folder)) {
      assertThatThrownBy(
              () ->
                  db.inTx(
                      tx -> {
                        count(tx, "volumes", 1);
                        try {
                          tx.update("insert into nowhere values (1)");
                        } catch (DatabaseException e) {
                          // a work that thinks it can go on
                        }
                        return true;
                      }))
          .isInstanceOf(DatabaseException.class);
      assertThat(counted(db, "volumes")).isZero();
    }
  }

  @Test
  default void theGuardIsAskedFirstAndWhatItThrowsIsThrownToAll(@TempDir Path folder)
      throws Exception {
    try (var db = open(folder);
        var threads = Executors.newFixedThreadPool(8)) {
      db.guardedBy(
          tx -> {
            if (tx.number("select count(*) from node where epoch = 2") != 1) {
              throw new IllegalStateException("fenced");
            }
          });
      var refused = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 40; i++) {
        refused.add(threads.submit(() -> add(db, "guarded")));
      }
      for (var one : refused) {
        assertThatThrownBy(one::get).hasRootCauseMessage("fenced");
      }
      assertThat(counted(db, "guarded")).isZero();
      db.inTxUnguarded(tx -> tx.update("insert into node (name, epoch) values ('n', 2)"));
      assertThat(add(db, "guarded")).isTrue();
      db.guardedBy(Guard.NONE);
      db.inTxUnguarded(tx -> tx.update("update node set epoch = 3"));
      assertThat(add(db, "guarded")).isTrue();
      assertThat(counted(db, "guarded")).isEqualTo(2);
    }
  }

  private static boolean add(Database db, String resource) {
    return db.inTx(
        tx -> {
          count(tx, resource, 1);
          return true;
        });
  }

  /** What follows a commit is in the order in which the commits saw each other. */
  @Test
  default void whatRunsAfterCommitsIsInTheirOrder(@TempDir Path folder) throws Exception {
    try (var db = open(folder);
        var threads = Executors.newFixedThreadPool(12)) {
      var seen = Collections.synchronizedList(new ArrayList<Long>());
      var all = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 600; i++) {
        all.add(
            threads.submit(
                () ->
                    db.inTx(
                        tx -> {
                          count(tx, "order", 1);
                          long now =
                              tx.number("select in_use from quota_usage where resource = 'order'");
                          tx.afterCommit(() -> seen.add(now));
                          return true;
                        })));
      }
      for (var one : all) {
        one.get();
      }
      assertThat(seen).hasSize(600).isSorted();
    }
  }

  /** Each takes two rows in another order, so groups wait for each other. */
  @Test
  default void transactionsThatAreInEachOthersWayAllGoThrough(@TempDir Path folder)
      throws Exception {
    try (var db = open(folder);
        var threads = Executors.newFixedThreadPool(24)) {
      var all = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 600; i++) {
        var one = "row-" + i % 3;
        var other = "row-" + (i + 1 + i % 2) % 3;
        all.add(
            threads.submit(
                () ->
                    db.inTx(
                        tx -> {
                          count(tx, one.compareTo(other) < 0 ? one : other, 1);
                          count(tx, one.compareTo(other) < 0 ? other : one, 1);
                          return true;
                        })));
      }
      for (var one : all) {
        assertThat(one.get()).isTrue();
      }
      long sum = counted(db, "row-0") + counted(db, "row-1") + counted(db, "row-2");
      assertThat(sum).isEqualTo(1200);
    }
  }
}
