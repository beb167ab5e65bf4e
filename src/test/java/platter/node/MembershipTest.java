package platter.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.db.TestPostgres;
import platter.error.DatabaseException;
import platter.node.Membership.NameTaken;
import platter.node.TestNode.MovedClock;

/** {@code -Dplatter.seed} repeats a run's choices. */
class MembershipTest {
  private static final int RUNS = 4;
  private static final int EVENTS = 250;

  private final String url = TestPostgres.newDatabase();
  private final MovedClock clock = new MovedClock();
  private final List<TestNode> members = new ArrayList<>();

  @AfterEach
  void drop() {
    members.forEach(TestNode::close);
    TestPostgres.drop(url);
  }

  private TestNode member(String node) {
    return member(node, "folder of " + node);
  }

  private TestNode member(String node, String folder) {
    var member = new TestNode(url, clock, node, folder);
    members.add(member);
    return member;
  }

  /** Time passes, and these do what they do every tenth of a lease. */
  private void pass(double leases, TestNode... beating) {
    for (int tenth = 0; tenth < Math.round(leases * 10); tenth++) {
      clock.advance(0.1);
      for (var one : beating) {
        one.beat();
      }
    }
  }

  @Test
  void eachHasAnEpochThatRisesWithEachStartAndASlotOfItsOwn() throws NameTaken {
    var a = member("a").joined();
    var b = member("b").joined();
    assertThat(a.membership.owner()).isEqualTo(new Owner("a", 1));
    assertThat(b.membership.owner()).isEqualTo(new Owner("b", 1));
    assertThat(a.membership.slot()).isNotEqualTo(b.membership.slot());
    int slot = a.membership.slot();
    a.startsAgain("a", "folder of a");
    a.joined();
    assertThat(a.membership.owner()).isEqualTo(new Owner("a", 2));
    assertThat(a.membership.slot()).isEqualTo(slot);
  }

  @Test
  void nodesThatJoinAtOnceHaveSlotsOfTheirOwn() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        var one = member("node-" + i);
        var _ = threads.submit(one::joined);
      }
    }
    assertThat(members).allMatch(one -> one.running);
    assertThat(members.stream().map(one -> one.membership.slot())).doesNotHaveDuplicates();
  }

  @Test
  void aNodeHoldsForHalfALeaseAfterItBeganToRenew() throws NameTaken {
    var a = member("a").joined();
    var owner = a.membership.owner();
    pass(3, a);
    clock.advance(0.49);
    assertThat(a.membership.holds(owner)).isTrue();
    clock.advance(0.02);
    assertThat(a.membership.holds(owner)).isFalse();
    assertThatThrownBy(() -> a.accept("t"))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("its lease has run out");
    a.renew(); // nobody has taken it for dead
    assertThat(a.membership.holds(owner)).isTrue();
    a.accept("t");
  }

  @Test
  void aSilentNodeIsDeadAfterSevenTenthsAndItsJobsAreTakenOverOnce() throws NameTaken {
    var a = member("a").joined();
    var b = member("b").joined();
    var c = member("c").joined();
    a.accept("t");
    pass(1, a, b, c);
    pass(0.7, b, c);
    assertThat(b.tokens).isEmpty();
    assertThat(c.tokens).isEmpty();
    assertThat(a.worksOn("t")).isFalse();
    pass(0.3, b, c); // within a lease
    assertThat(b.worksOn("t") ^ c.worksOn("t")).isTrue();
    pass(2, b, c);
    assertThat(b.claims + c.claims).isEqualTo(1);
  }

  @Test
  void whoActsForNobodyInParticularDoesSoWhileItsNodeMay() throws Exception {
    var a = member("a").joined();
    var before = a.membership.owner();
    assertThat(a.membership.mayAct()).isTrue();
    pass(0.7);
    assertThat(a.membership.mayAct()).isFalse();
    member("b").joined();
    a.renew();
    assertThat(a.membership.mayAct()).isTrue();
    assertThat(Lease.acting(before, a.membership::mayAct)).isTrue();
    assertThat(Lease.acting(new Owner("a", 99), a.membership::mayAct)).isFalse();
  }

  @Test
  void whoWasTakenForDeadWritesNothingAndJoinsAgainAsANewOne() throws NameTaken {
    var a = member("a").joined();
    var b = member("b").joined();
    a.accept("t");
    pass(1, a, b);
    pass(1, b);
    assertThat(b.worksOn("t")).isTrue();
    assertThat(a.worksOn("t")).isFalse();
    assertThatThrownBy(() -> a.accept("u")).isInstanceOf(DatabaseException.class);
    a.renew();
    assertThat(a.membership.owner()).isEqualTo(new Owner("a", 3));
    assertThat(a.worksOn("t")).isFalse();
    a.look();
    assertThat(a.tokens).isEmpty();
    a.accept("u");
    pass(1, a, b);
    assertThat(a.worksOn("u")).isTrue();
    assertThat(b.worksOn("t")).isTrue();
  }

  @Test
  void whatACleanlyStoppedNodeLeavesIsTakenAtOnceByWhoeverIsThereOrComes() throws NameTaken {
    var a = member("a").joined();
    var b = member("b").joined();
    a.accept("t");
    a.leave();
    assertThat(a.worksOn("t")).isFalse();
    b.look();
    assertThat(b.worksOn("t")).isTrue();
    b.leave(); // nobody is left
    var c = member("c").joined();
    c.look();
    assertThat(c.worksOn("t")).isTrue();
    assertThatThrownBy(() -> a.accept("u")).isInstanceOf(DatabaseException.class);
  }

  @Test
  void aNodeThatStartsAgainOnItsFolderHasItsJobsAtOnce() throws NameTaken {
    var a = member("a").joined();
    a.accept("t");
    a.startsAgain("a", "folder of a"); // as after kill -9
    assertThat(a.join()).isTrue();
    a.adopt();
    assertThat(a.worksOn("t")).isTrue();
  }

  @Test
  void anotherNodeOfTheNameIsRefusedWhileThatLivesAndWelcomeWhenItIsDead() throws NameTaken {
    var a = member("same", "one folder").joined();
    a.accept("t");
    var second = member("same", "another folder");
    assertThat(second.join()).isFalse(); // it has to look twice
    pass(0.1, a);
    assertThatThrownBy(second::join)
        .isInstanceOf(NameTaken.class)
        .hasMessage(
            "another node named same works on this database; give this one a name of its own with"
                + " --node");
    assertThat(second.join()).isFalse();
    clock.advance(0.6); // a is dead
    assertThat(second.join()).isFalse();
    clock.advance(0.2);
    assertThat(second.join()).isTrue();
    second.adopt();
    assertThat(second.worksOn("t")).isTrue();
    assertThat(a.worksOn("t")).isFalse();
    a.beat(); // wakes up: the name is another's now
    pass(1, second, a);
    assertThat(a.membership.owner().epoch()).isZero();
    assertThatThrownBy(() -> a.accept("u")).isInstanceOf(DatabaseException.class);
    assertThat(second.worksOn("t")).isTrue();
  }

  /** Somebody copied the folder of a node together with its name. */
  @Test
  void ofTwoCopiesOfAFolderTheSecondWinsOnceAndTheyDoNotFight() throws NameTaken {
    var first = member("same", "folder").joined();
    var copy = member("same", "folder").joined();
    pass(3, first, copy);
    assertThat(copy.membership.owner()).isEqualTo(new Owner("same", 2));
    assertThat(first.membership.owner().epoch()).isZero();
    pass(1.1, first); // the copy is gone
    assertThat(first.membership.owner()).isEqualTo(new Owner("same", 3));
  }

  @Test
  void nobodyIsDeadBecauseTheDatabaseWasAwayForAll() throws NameTaken {
    var a = member("a").joined();
    var b = member("b").joined();
    a.accept("t");
    pass(1, a, b);
    clock.advance(3);
    assertThat(a.worksOn("t")).isFalse();
    b.beat(); // it is back, and b is the first to notice
    pass(0.1, b);
    pass(1, a, b);
    assertThat(a.worksOn("t")).isTrue();
    assertThat(b.claims).isZero();
  }

  @Test
  void aTransactionThatBeganBeforeTheTakeOverIsCommittedBeforeItOrNever() throws Exception {
    var a = member("a").joined();
    var b = member("b").joined();
    pass(0.2, a, b);
    var checked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var thread = Executors.newSingleThreadExecutor()) {
      var open =
          thread.submit(
              () ->
                  a.db.inTx(
                      tx -> {
                        int rows = a.accept(tx, "t");
                        checked.countDown();
                        await(goOn);
                        return rows;
                      }));
      await(checked);
      pass(2, b); // a is dead, and its transaction holds its row
      assertThat(b.claims).isZero();
      goOn.countDown();
      assertThat(open.get()).isEqualTo(1);
    }
    pass(0.1, b);
    assertThat(b.worksOn("t")).isTrue();
    assertThat(a.worksOn("t")).isFalse();
  }

  @Test
  void aStartWaitsForWhatTheProcessBeforeItIsStillCommitting() throws Exception {
    var before = member("a").joined();
    var after = member("a");
    var checked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var open =
          threads.submit(
              () ->
                  before.db.inTx(
                      tx -> {
                        checked.countDown();
                        await(goOn);
                        return before.accept(tx, "t");
                      }));
      await(checked);
      var joining = threads.submit(after::joined);
      TimeUnit.MILLISECONDS.sleep(50); // so that it most likely waits; it must hold in any order
      assertThat(after.running).isFalse();
      goOn.countDown();
      assertThat(open.get()).isEqualTo(1);
      joining.get();
    }
    after.adopt();
    assertThat(after.worksOn("t")).isTrue();
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
  void whateverHappensNoTokenHasTwoOwnersAndEachHasOneInTheEnd() throws NameTaken {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("MembershipTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    for (var name : List.of("a", "b", "c", "d")) {
      member(name).joined();
    }
    var world = new World(random);
    for (int run = 0; run < RUNS; run++) {
      for (int event = 0; event < EVENTS; event++) {
        world.happens();
        world.check("seed " + seed);
      }
      world.calm();
      world.checkCalm("seed " + seed);
    }
  }

  /** Members to whom anything may happen. */
  private final class World {
    private final Random random;
    private final Map<String, Long> epochs = new HashMap<>();
    private int made;

    World(Random random) {
      this.random = random;
    }

    void happens() throws NameTaken {
      var one = members.get(random.nextInt(members.size()));
      switch (random.nextInt(24)) {
        case 0 -> clock.advance(1.5 * random.nextDouble());
        case 1 -> members.forEach(each -> each.away = random.nextInt(8) == 0);
        case 2 -> one.away = true;
        case 3, 4 -> one.away = false;
        case 5 -> {
          one.leave();
          startAgain(one);
        }
        case 6 -> startAgain(one); // kill -9
        case 7, 8, 9 -> accept(one);
        case 10, 11, 12 -> one.look();
        case 13, 14, 15 -> one.renew();
        default -> {
          clock.advance(0.12 * random.nextDouble());
          members.stream().filter(each -> random.nextInt(5) > 0).forEach(this::beat);
        }
      }
    }

    private void beat(TestNode one) {
      if (one.running) {
        one.beat();
      } else {
        tryToJoin(one);
      }
    }

    private void tryToJoin(TestNode one) {
      try {
        if (!one.away && one.join()) {
          one.adopt();
        }
      } catch (NameTaken | DatabaseException e) {
        // the next time
      }
    }

    /** On the same folder, or on another machine. */
    private void startAgain(TestNode one) {
      var name = one.membership.owner().node();
      one.startsAgain(name, random.nextBoolean() ? "folder of " + name : "other " + made);
      tryToJoin(one);
    }

    private void accept(TestNode one) {
      if (one.running && made < 40) {
        try {
          one.accept("t" + made++);
        } catch (DatabaseException e) {
          // refused
        }
      }
    }

    void check(String seed) {
      for (var token : tokens()) {
        assertThat(members.stream().filter(one -> one.worksOn(token)).count())
            .as("%s: owners of %s", seed, token)
            .isLessThanOrEqualTo(1);
      }
      var rows = db().lookUp(members.getFirst().membership::members);
      rows.forEach(
          row ->
              assertThat(row.epoch())
                  .as("%s: epoch of %s", seed, row.name())
                  .isGreaterThanOrEqualTo(epochs.getOrDefault(row.name(), 0L)));
      rows.forEach(row -> epochs.put(row.name(), row.epoch()));
      List<Long> slots = db().lookUp(tx -> tx.list("select slot from node", row -> row.getLong(1)));
      assertThat(slots).as(seed).doesNotHaveDuplicates();
    }

    private platter.db.Database db() {
      return members.getFirst().db;
    }

    private List<String> tokens() {
      return db().lookUp(
              tx -> tx.list("select resource from quota_usage", row -> row.getString(1)));
    }

    /** Nothing bad happens for some leases. */
    void calm() {
      members.forEach(one -> one.away = false);
      for (int tenth = 0; tenth < 35; tenth++) {
        clock.advance(0.1);
        members.forEach(this::beat);
      }
    }

    void checkCalm(String seed) {
      assertThat(members).as(seed).allMatch(one -> one.running);
      for (var token : tokens()) {
        assertThat(members.stream().filter(one -> one.worksOn(token)).count())
            .as("%s: owners of %s", seed, token)
            .isEqualTo(1);
      }
    }
  }
}
