package platter.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Line;
import platter.db.Place;
import platter.db.TestPostgres;
import platter.db.Tx;
import platter.error.DatabaseException;

/** The heart by the real clock: what it waits for, and what it does not. */
class HeartTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Long before a connection that hangs is given up by those who have time. */
  private static final Duration SOON = Duration.ofSeconds(25);

  private final String url = TestPostgres.newDatabase();
  private final Line line = Line.to(url);
  private final Database db =
      Databases.open(Place.of(line.url(), "", ""), Path.of("unused"), LEASE.dividedBy(2));
  private final Membership member = new Membership(db, "a", "folder", LEASE, System::nanoTime);

  /** Jobs of which there are none, and somebody who takes long to look for them. */
  private static class Nothing implements Membership.Jobs {
    @Override
    public int claim(Tx tx, Owner dead) {
      return 0;
    }

    @Override
    public void adopt() {}

    @Override
    public void lost(Owner incarnation) {}

    @Override
    public void noticeCancelled() {}
  }

  @AfterEach
  void drop() {
    db.close();
    line.close();
    TestPostgres.drop(url);
  }

  private long beats() {
    return db.lookUp(tx -> tx.number("select beat from node where name = 'a'"));
  }

  private void awaitMoreBeats() {
    long enough = beats() + 12;
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(DatabaseException.class)
        .until(() -> beats() >= enough);
  }

  @Test
  void itBeatsHoweverLongTheTakeOverTakes() throws Exception {
    assertThat(member.join()).isTrue();
    var looking = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var heart = Heart.start(member)) {
      heart.lookAfterOthers(
          new Nothing() {
            @Override
            public void noticeCancelled() {
              looking.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          });
      looking.await();
      awaitMoreBeats();
      assertThat(member.owner().epoch()).isEqualTo(1);
      goOn.countDown();
    }
    long stopped = db.lookUp(tx -> tx.number("select stopped from node"));
    assertThat(stopped).as("it left").isEqualTo(1);
  }

  @Test
  void aConnectionThatHangsDoesNotStopItForLongAndNorTheWriters() throws Exception {
    assertThat(member.join()).isTrue();
    db.guardedBy(member::check);
    db.inTx(HeartTest::something);
    line.hang();
    long began = System.nanoTime();
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    db.inTx(HeartTest::something); // it may find another line
                  } catch (DatabaseException e) {
                    // as well: it has ended
                  }
                });
    assertThatThrownBy(member::renew).isInstanceOf(DatabaseException.class);
    while (member.holds(member.owner())) {
      assertThatThrownBy(member::renew).isInstanceOf(DatabaseException.class);
    }
    assertThatThrownBy(member::renew).isInstanceOf(DatabaseException.class);
    line.mend();
    try (var _ = Heart.start(member)) {
      awaitMoreBeats();
      writer.join();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
      Awaitility.await().atMost(PATIENCE).until(() -> member.holds(member.owner()));
      assertThat(db.<Integer>inTx(HeartTest::something)).isEqualTo(1);
    }
  }

  private static int something(Tx tx) {
    return tx.update(
        """
        insert into setting (name, value) values ('it', 'works')
        on conflict (name) do update set value = excluded.value\
        """);
  }
}
