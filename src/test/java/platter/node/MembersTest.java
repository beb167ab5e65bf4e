package platter.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.db.Tx;
import platter.node.Member.State;

/** What a node tells of the others is what it has seen of them. */
class MembersTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final AtomicLong now = new AtomicLong();

  /** Nobody has jobs here. */
  private static final Membership.Jobs NONE =
      new Membership.Jobs() {
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
      };

  private Membership joined(Database db, String name) throws Membership.NameTaken {
    var member = new Membership(db, name, "folder of " + name, LEASE, now::get);
    assertThat(member.join()).isTrue();
    return member;
  }

  private void passes(double leases) {
    now.addAndGet((long) (LEASE.toNanos() * leases));
  }

  /** So many tenths of a lease in which only this one beats. */
  private void silence(Membership of, int tenths) {
    for (int i = 0; i < tenths; i++) {
      passes(0.1);
      of.beat(NONE);
    }
  }

  private static Map<String, State> seenBy(Database db, Membership one) {
    return db.read(one::members).stream().collect(Collectors.toMap(Member::name, Member::state));
  }

  @Test
  void anotherNodeIsAliveSilentAndStoppedByWhatIsSeenOfItsBeats(@TempDir Path folder)
      throws Membership.NameTaken {
    try (var db = Databases.open(new Place.Embedded(), folder.resolve("platter.db"), LEASE)) {
      var a = joined(db, "a");
      var b = joined(db, "b");
      assertThat(seenBy(db, a)).isEqualTo(Map.of("a", State.ALIVE, "b", State.UNKNOWN));
      a.beat(NONE);
      assertThat(seenBy(db, a)).containsEntry("b", State.UNKNOWN); // it may have died long ago
      b.beat(NONE);
      assertThat(seenBy(db, a)).containsEntry("b", State.ALIVE);
      a.beat(NONE);
      assertThat(seenBy(db, a)).containsEntry("b", State.ALIVE);
      silence(a, 6);
      assertThat(seenBy(db, a)).isEqualTo(Map.of("a", State.ALIVE, "b", State.SILENT));
      assertThat(seenBy(db, b)).containsEntry("b", State.SILENT); // it may not work now
      silence(a, 2);
      assertThat(seenBy(db, a)).isEqualTo(Map.of("a", State.ALIVE, "b", State.STOPPED));
      assertThat(db.read(a::members).getLast().epoch()).isEqualTo(2);
      b.beat(NONE); // it joins again
      assertThat(seenBy(db, a)).containsEntry("b", State.ALIVE);
      b.leave();
      assertThat(seenBy(db, a)).containsEntry("b", State.STOPPED);
    }
  }

  @Test
  void aNodeThatDoesNotBeatItselfKnowsNothingOfTheOthers(@TempDir Path folder)
      throws Membership.NameTaken {
    try (var db = Databases.open(new Place.Embedded(), folder.resolve("platter.db"), LEASE)) {
      var a = joined(db, "a");
      var b = joined(db, "b");
      a.beat(NONE);
      b.beat(NONE);
      passes(0.6);
      b.beat(NONE);
      assertThat(seenBy(db, a)).isEqualTo(Map.of("a", State.SILENT, "b", State.UNKNOWN));
    }
  }

  @Test
  void aServiceOfOneNodeIsThatNodeAndNoOtherName(@TempDir Path folder) {
    try (var db = Databases.open(new Place.Embedded(), folder.resolve("platter.db"), LEASE)) {
      Alone.join(db, "before");
      var alone = Alone.join(db, "now");
      assertThat(db.read(alone::members))
          .containsExactly(
              new Member("before", 1, State.STOPPED), new Member("now", 1, State.ALIVE));
    }
  }
}
