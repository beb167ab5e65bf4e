package platter.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
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
}
