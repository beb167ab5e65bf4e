package platter.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.error.DatabaseException;

class PostgresDatabaseTest implements DatabaseContract {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final Map<Path, String> urls = new HashMap<>();

  @Override
  public Database open(Path folder) {
    return open(urls.computeIfAbsent(folder, _ -> TestPostgres.newDatabase()), LONG);
  }

  @AfterEach
  void dropAll() {
    urls.values().forEach(TestPostgres::drop);
  }

  private static Database open(String url, Duration idleInTransaction) {
    return Databases.open(Place.of(url, "", ""), Path.of("unused"), idleInTransaction);
  }

  private static int add(Tx tx, String name) {
    return tx.update(
        """
        insert into quota_usage (project, resource, in_use) values ('p', ?, 1)
        on conflict (project, resource) do update set in_use = quota_usage.in_use + 1\
        """,
        name);
  }

  private static long counted(Database db, String name) {
    return db.lookUp(tx -> tx.number("select in_use from quota_usage where resource = ?", name));
  }

  @Test
  void itSyncsEveryCommitAndBoundsEveryTransaction(@TempDir Path folder) {
    try (var db = open(folder)) {
      assertThat(setting(db, "synchronous_commit")).isEqualTo("on");
      assertThat(setting(db, "transaction_isolation")).isEqualTo("read committed");
      assertThat(setting(db, "idle_in_transaction_session_timeout")).isEqualTo("10s");
      assertThat(setting(db, "statement_timeout")).isEqualTo("30s");
      assertThat(setting(db, "application_name")).isEqualTo("platter");
    }
  }

  private static String setting(Database db, String name) {
    return db.inTx(tx -> tx.find("show " + name, row -> row.getString(1)).orElseThrow());
  }

  @Test
  void killedAndStartedAgainItHasAllThatWasAcknowledgedAndTheClientsGoOn() throws Exception {
    try (var postgres = TestPostgres.start(true);
        var db = open(postgres.database(), LONG);
        var threads = Executors.newFixedThreadPool(8)) {
      var acknowledged = new AtomicInteger();
      var unknown = new AtomicInteger();
      var stop = new AtomicBoolean();
      for (int i = 0; i < 8; i++) {
        var _ =
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    try {
                      acknowledged.addAndGet(db.inTx(tx -> add(tx, "row")));
                    } catch (DatabaseException e) {
                      unknown.addAndGet(e.outcomeUnknown() ? 1 : 0);
                    }
                  }
                });
      }
      try {
        for (int kill = 0; kill < 3; kill++) {
          awaitMore(acknowledged, 50);
          postgres.kill();
          postgres.run();
        }
        awaitMore(acknowledged, 50); // it healed by itself
      } finally {
        stop.set(true);
        threads.shutdown();
      }
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      long rows =
          Awaitility.await()
              .atMost(Duration.ofMinutes(1)) // the readers' pool looks less and less often
              .ignoreException(DatabaseException.class)
              .until(() -> counted(db, "row"), _ -> true);
      assertThat(rows)
          .isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
    }
  }

  private static void awaitMore(AtomicInteger counter, int more) throws InterruptedException {
    int wanted = counter.get() + more;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (counter.get() < wanted) {
      assertThat(System.nanoTime()).as("it goes on").isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommitThatIsCutOffIsDoneOnce(boolean heard, @TempDir Path folder) throws Exception {
    var url = TestPostgres.newDatabase();
    urls.put(folder, url);
    try (var line = new CutAtCommit(portOf(url));
        var db = open(through(line, url), LONG)) {
      var told = new AtomicInteger();
      db.inTx(tx -> add(tx, "row"));
      line.arm(heard);
      db.inTx(
          tx -> {
            tx.afterCommit(told::incrementAndGet);
            return add(tx, CutAtCommit.MARK);
          });
      assertThat(told).hasValue(1);
      assertThat(counted(db, CutAtCommit.MARK)).isEqualTo(1);
      assertThat(line.wasCut()).isTrue();
    }
  }

  /** It lay somewhere on the way while the session asked what became of it, and ran it again. */
  @ParameterizedTest
  @ValueSource(longs = {50, 1_000})
  void aCommitThatComesLateIsNotDoneASecondTime(long millis, @TempDir Path folder)
      throws Exception {
    var url = TestPostgres.newDatabase();
    urls.put(folder, url);
    try (var line = new CutAtCommit(portOf(url));
        var db = open(through(line, url), LONG)) {
      db.inTx(tx -> add(tx, "row"));
      line.armLate(millis);
      db.inTx(tx -> add(tx, CutAtCommit.MARK));
      line.awaitLate();
      assertThat(line.wasCut()).isTrue();
      assertThat(counted(db, CutAtCommit.MARK)).isEqualTo(1);
    }
  }

  @Test
  void aServerThatDoesNotWriteKeepsNoConnections(@TempDir Path folder) throws Exception {
    var url = TestPostgres.newDatabase();
    urls.put(folder, url);
    try (var db = open(url, LONG);
        var outside = java.sql.DriverManager.getConnection(url);
        var statement = outside.createStatement()) {
      add(db, "row");
      statement.execute(
          "do $$ begin execute format('alter database %I set default_transaction_read_only = on',"
              + " current_database()); end $$");
      statement.execute(OTHERS.formatted("pg_terminate_backend(pid)"));
      for (int i = 0; i < 15; i++) {
        var thrown = catchThrowable(() -> db.inTx(tx -> add(tx, "row")));
        assertThat(thrown).isInstanceOf(DatabaseException.class);
      }
      try (var rows = statement.executeQuery(OTHERS.formatted("count(*)"))) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isLessThan(9); // some of the pool of readers
      }
    }
  }

  private static final String OTHERS =
      "select %s from pg_stat_activity where datname = current_database()"
          + " and pid <> pg_backend_pid()";

  @Test
  void whenTheServerStaysAwayTheOutcomeIsUnknown(@TempDir Path folder) throws Exception {
    var url = TestPostgres.newDatabase();
    urls.put(folder, url);
    try (var line = new CutAtCommit(portOf(url))) {
      var place = (Place.Shared) Place.of(through(line, url), "", "");
      try (var db = PostgresDatabase.open(place, LONG, Duration.ofMillis(300))) {
        db.inTxUnguarded(tx -> add(tx, "row")); // one connection, which is there now
        line.arm(true);
        line.refuse();
        var thrown = catchThrowable(() -> db.inTxUnguarded(tx -> add(tx, CutAtCommit.MARK)));
        assertThat(thrown).isInstanceOf(DatabaseException.class);
        assertThat(((DatabaseException) thrown).outcomeUnknown()).isTrue();
      }
    }
  }

  /** A server that was killed numbers its transactions again from the last it has kept. */
  @Test
  void aTransactionThatDiedWithTheServerIsNotTakenForALaterOne() throws Exception {
    try (var postgres = TestPostgres.start(true)) {
      var url = postgres.database();
      try (var db = open(url, LONG);
          var other = open(url, LONG)) {
        add(db, "row");
        var runs = new AtomicInteger();
        int rows =
            db.inTx(
                tx -> {
                  int added = add(tx, "mine");
                  if (runs.incrementAndGet() == 1) {
                    postgres.kill();
                    postgres.run();
                    for (int i = 0; i < 20; i++) {
                      add(other, "theirs");
                    }
                  }
                  return added;
                });
        assertThat(rows).isEqualTo(1);
        assertThat(counted(other, "mine")).isEqualTo(1);
        assertThat(runs).hasValue(2);
      }
    }
  }

  private static void add(Database db, String name) {
    assertThat(db.<Integer>inTx(tx -> add(tx, name))).isEqualTo(1);
  }

  private static int portOf(String url) {
    return Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
  }

  private static String through(CutAtCommit line, String url) {
    return url.replace(":" + portOf(url) + "/", ":" + line.port() + "/");
  }

  @Test
  void theLocksOfATransactionThatStandsStillEndAndItsWorkRunsAgain(@TempDir Path folder)
      throws Exception {
    var url = TestPostgres.newDatabase();
    urls.put(folder, url);
    try (var stopped = open(url, Duration.ofMillis(300));
        var other = open(url, LONG);
        var thread = Executors.newSingleThreadExecutor()) {
      var locked = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      var runs = new AtomicInteger();
      var standing =
          thread.submit(
              () ->
                  stopped.inTx(
                      tx -> {
                        int rows = add(tx, "row");
                        if (runs.incrementAndGet() == 1) {
                          locked.countDown();
                          await(goOn);
                        }
                        return rows;
                      }));
      await(locked);
      other.inTx(tx -> add(tx, "row")); // waits for the lock, not for the one who holds it
      goOn.countDown();
      assertThat(standing.get()).isEqualTo(1);
      assertThat(runs).hasValue(2);
      assertThat(counted(other, "row")).isEqualTo(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anUnguardedWriteDoesNotWaitBehindTheOthers(@TempDir Path folder) throws Exception {
    try (var db = open(folder);
        var threads = Executors.newFixedThreadPool(20)) {
      var held = new CountDownLatch(1);
      var all = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 20; i++) {
        var name = "row-" + i;
        all.add(
            threads.submit(
                () ->
                    db.inTx(
                        tx -> {
                          await(held);
                          return add(tx, name);
                        })));
      }
      assertThat(db.<Integer>inTxUnguarded(tx -> add(tx, "beat"))).isEqualTo(1);
      held.countDown();
      for (var one : all) {
        assertThat(one.get()).isEqualTo(1);
      }
    }
  }

  @Test
  void thePasswordIsInNoMessage() {
    var url = TestPostgres.newDatabase();
    var place = Place.of(url.replaceFirst("password=[^&]*", "password=hush-hush"), "", "");
    assertThat(place.toString()).doesNotContain("hush");
    for (var where :
        List.of(
            place,
            Place.of("jdbc:postgresql://127.0.0.1:1/x?user=u&password=hush-hush", "", ""),
            Place.of("jdbc:postgresql://127.0.0.1:1/x", "u", "hush-hush"))) {
      assertThatThrownBy(() -> Databases.open(where, Path.of("unused"), LONG))
          .isInstanceOf(DatabaseException.class)
          .satisfies(e -> assertThat(all(e)).doesNotContain("hush").contains("jdbc:postgresql"));
    }
    TestPostgres.drop(url);
  }

  private static String all(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
