package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Answer;
import platter.api.Client;
import platter.db.Line;
import platter.db.TestPostgres;

/**
 * Several server processes on one PostgreSQL and one storage folder, under load, while bad things
 * happen to one of them or to the database. All that was acknowledged ends, on all nodes, with the
 * truth. {@code -Dplatter.seed} repeats a run's choices.
 */
class NodesTest {
  /** Short, so that the tests are; how long it really takes is no matter. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int LOADERS = 4;

  /** Sub-jobs of which a node still has most, when it is stopped after the first has ended. */
  private static final int PLENTY = 100;

  /** Jobs that are compared in the instant in which a node wakes up. */
  private static final int SOME = 20;

  @TempDir private Path folder;
  private final long seed = Long.getLong("platter.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, NodeProcess> nodes = new ConcurrentHashMap<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private Optional<TestPostgres> ownPostgres = Optional.empty();
  private String database = "";

  /** Ids of answers that reached a client. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  private final Map<String, String> created = new ConcurrentHashMap<>();

  NodesTest() {
    System.out.println("NodesTest: -Dplatter.seed=" + seed);
  }

  @AfterEach
  void stop() throws Exception {
    for (var one : nodes.values()) {
      one.close();
    }
    for (var one : toClose) {
      one.close();
    }
    if (ownPostgres.isPresent()) {
      ownPostgres.get().close();
    } else if (!database.isEmpty()) {
      TestPostgres.drop(database);
    }
  }

  /** Starts them, and waits until all answer. */
  private void start(String... names) throws IOException {
    for (var name : names) {
      launch(name, database(), folder.resolve("data-" + name));
    }
    for (var name : names) {
      node(name).ready();
    }
  }

  private String database() {
    if (database.isEmpty()) {
      database = ownPostgres.map(TestPostgres::database).orElseGet(TestPostgres::newDatabase);
    }
    return database;
  }

  private NodeProcess launch(String name, String url, Path data) throws IOException {
    var settings = new HashMap<String, String>();
    settings.put("node", name);
    settings.putAll(shared(url, data));
    var node = NodeProcess.start(folder.resolve(name + ".log"), settings);
    var before = nodes.put(name, node);
    if (before != null) {
      toClose.add(before);
    }
    return node;
  }

  private Map<String, String> shared(String url, Path data) {
    return Map.of(
        "database",
        url,
        "data",
        data.toString(),
        "storage",
        "dir:" + folder.resolve("storage"),
        "lease",
        LEASE.toMillis() + "ms",
        "jobs-at-once",
        "1");
  }

  private NodeProcess node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  private Client on(String node) {
    return node(node).client();
  }

  // --- what is seen where

  @Test
  void aJobThatIsCancelledOnAnotherNodeIsUndone() throws Exception {
    start("a", "b");
    leaveWork("a"); // which comes first
    var parent = batch(on("a"), PLENTY);
    node("a").pause(); // so that it is not too late
    on("b").post("/platter/v1/{project_id}/jobs/" + parent + "/cancel", "").is(202);
    node("a").resume();
    var ended = on("b").job(parent).ends("FAIL");
    assertThat(ended.text("fail_reason")).contains("cancelled by");
    assertThat(on("a").job(parent).now().body()).isEqualTo(ended.body());
    compare(on("b"));
  }

  // --- what happens to a node

  @Test
  void allNodesTellTheSameOfAllJobsAndWhatAKilledOneLeavesEndsOnTheOthers() throws Exception {
    start("a", "b", "c");
    try (var load = new Load("a", "b", "c")) {
      load.awaitJobs(40);
      assertThat(owners()).containsOnlyKeys("a", "b", "c");
      leaveWork("a");
      node("a").kill();
      load.awaitJobs(40);
    }
    checkAll("b", "c");
    assertThat(node("b").log() + node("c").log()).contains("node a is dead; took over");
    start("a"); // on its folder, under a new epoch
    checkAll("a", "b", "c");
  }

  @Test
  void aNodeThatSleepsThroughItsLeaseWritesNothingAndJoinsAgain() throws Exception {
    start("a", "b");
    try (var load = new Load("a", "b")) {
      load.awaitJobs(40);
      leaveWork("a");
      node("a").pause();
      load.without("a");
      var left = acknowledged.keySet().stream().limit(SOME).toList();
      await("a is taken for dead", () -> node("b").log().contains("node a is dead; took"));
      await("b has ended what a had", () -> unfinished("a") == 0);
      node("a").resume();
      for (var job :
          left) { // what it remembers of them is not told; b may still be at work on them
        await(
            "a tells of " + job + " what b tells",
            () -> on("a").job(job).now().body().equals(on("b").job(job).now().body()));
      }
      await("a joins again", () -> node("a").log().contains("node a joined, epoch 3"));
      load.with("a");
      load.awaitJobs(40);
      var own = on("a").volume("after", 10);
      assertThat(on("b").statusOf(own)).isEqualTo("available");
    }
    checkAll("a", "b");
  }

  @Test
  void whatACleanlyStoppedNodeLeavesTheOthersTakeAtOnce() throws Exception {
    start("a", "b");
    leaveWork("a");
    node("a").terminate();
    assertThat(node("a").exit()).isIn(0, 143);
    checkAll("b");
    assertThat(node("b").log())
        .contains("node a has stopped; took over")
        .doesNotContain("node a is dead");
  }

  // --- what happens to the database

  @Test
  void nothingIsLostWhenTheDatabaseIsRestartedUnderLoad() throws Exception {
    ownPostgres = Optional.of(TestPostgres.start(false));
    start("a", "b");
    try (var load = new Load("a", "b")) {
      load.awaitJobs(40);
      leaveWork("a");
      ownPostgres.get().kill();
      ownPostgres.get().run();
      load.awaitJobs(30);
      ownPostgres.get().stop();
      pass(LEASE.multipliedBy(2)); // away for longer than a lease
      ownPostgres.get().run();
      load.awaitJobs(40);
    }
    checkAll("a", "b");
  }

  @Test
  void aNodeThatIsCutOffFromTheDatabaseIsTakenOverAndComesBack() throws Exception {
    var line = Line.to(database());
    toClose.add(line);
    launch("a", line.url(), folder.resolve("data-a")).ready();
    start("b");
    try (var load = new Load("a", "b")) {
      load.awaitJobs(40);
      leaveWork("a");
      line.hang();
      await("a is taken for dead", () -> took("a") == 1);
      await("b has ended what a had", () -> unfinished("a") == 0);
      line.mend();
      await("a joins again", () -> node("a").log().contains("node a joined, epoch 3"));
      load.awaitJobsOn("a", 20);
      leaveWork("a");
      line.refuse();
      await("a is taken for dead again", () -> took("a") == 2);
      line.mend();
      await("a joins again", () -> node("a").log().contains("node a joined, epoch 5"));
      load.awaitJobsOn("a", 20);
    }
    checkAll("a", "b");
  }

  private long took(String dead) throws IOException {
    return node("b").log().split("node " + dead + " is dead; took", -1).length - 1L;
  }

  /** The other node tells the end that the owner has not heard of yet. */
  @Test
  void anOwnerWhoseCommitIsNotAnsweredYetTellsWhatTheOthersTell() throws Exception {
    try (var line = Line.to(database());
        var owner = server("one").onPostgres(line.url()).run();
        var other = server("two").onPostgres(database()).run()) {
      line.holdCommitOf("set state = 'succeeded'");
      var job =
          owner.alice().post("/v2.1/{project_id}/cloudvolumes", createOf(1)).is(202).text("job_id");
      line.awaitHeld();
      var ended = other.alice().job(job).ends("SUCCESS");
      assertThat(owner.alice().job(job).now().body()).isEqualTo(ended.body());
      line.release();
    }
  }

  private TestServer server(String node) {
    return TestServer.with(
        Map.of("node", node, "storage", "dir:" + folder.resolve("storage"), "lease", "60s"));
  }

  // --- names

  @Test
  void aSecondNodeOfANameSaysSoAndEnds() throws Exception {
    start("a");
    var sentence =
        "another node named a works on this database; give this one a name of its own with --node";
    var second = launch("a", database(), folder.resolve("data-second"));
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.log()).contains("platter server: " + sentence);
    toClose.add(second);
    var first = NodeProcess.start(folder.resolve("first.log"), shared(database(), data("first")));
    toClose.add(first);
    first.ready(); // without a name: node-1
    var other = NodeProcess.start(folder.resolve("other.log"), shared(database(), data("other")));
    toClose.add(other);
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.log())
        .contains("platter server: " + sentence.replace("named a", "named node-1"));
    var same = NodeProcess.start(folder.resolve("same.log"), shared(database(), data("first")));
    toClose.add(same);
    assertThat(same.exit()).isEqualTo(1);
    assertThat(same.log()).contains("another node named node-1", "a name of its own with --node");
    first.client().volume("it still works", 10);
  }

  private Path data(String name) {
    return folder.resolve("data-" + name);
  }

  // --- load

  /** Clients of these nodes, and one who watches all of them, until it is closed. */
  private final class Load implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();
    private volatile boolean over;

    Load(String... names) {
      asked.addAll(List.of(names));
      for (int i = 0; i < LOADERS; i++) {
        var choices = new Random(random.nextLong());
        thread(() -> call(choices));
      }
      var choices = new Random(random.nextLong());
      var seen = new HashMap<String, Answer>();
      thread(() -> watch(choices, seen));
    }

    private void thread(Runnable again) {
      var _ =
          threads.submit(
              () -> {
                try {
                  while (!over) {
                    again.run();
                  }
                } catch (RuntimeException | AssertionError e) {
                  problems.add(e);
                }
              });
    }

    private String any(Random choices) {
      var now = List.copyOf(asked);
      return now.get(choices.nextInt(now.size()));
    }

    private void call(Random choices) {
      var node = any(choices);
      try {
        var client = on(node);
        var volumes = List.copyOf(created.keySet());
        var some = volumes.isEmpty() ? "" : volumes.get(choices.nextInt(volumes.size()));
        boolean done =
            switch (some.isEmpty() ? 0 : choices.nextInt(5)) {
              case 0, 1 -> create(client, 1 + choices.nextInt(3));
              case 2, 3 ->
                  note(
                      client.post(
                          "/v2.1/{project_id}/cloudvolumes/" + some + "/action",
                          "{\"os-extend\": {\"new_size\": %d}}"
                              .formatted(11 + choices.nextInt(50))),
                      "extendVolume");
              default ->
                  note(client.delete("/v2/{project_id}/cloudvolumes/" + some), "deleteVolume");
            };
        if (done) {
          accepted.merge(node, 1, Integer::sum);
        }
      } catch (UncheckedIOException e) {
        // killed, stopped, or cut off
      }
    }

    /** Asks any node for any job, one after the other: what was told once is never taken back. */
    private void watch(Random choices, Map<String, Answer> seen) {
      var jobs = List.copyOf(acknowledged.keySet());
      if (jobs.isEmpty()) {
        return;
      }
      var job = jobs.get(choices.nextInt(jobs.size()));
      var node = any(choices);
      try {
        var answer = on(node).get("/v1/{project_id}/jobs/" + job);
        if (answer.status() >= 500) {
          return; // it cannot know
        }
        answer.is(200);
        var before = seen.put(job, answer);
        if (before != null) {
          assertThat(rank(answer))
              .as(
                  "seed %d: %s on %s, before:\n%s\nnow:\n%s",
                  seed, job, node, before.body(), answer.body())
              .isGreaterThanOrEqualTo(rank(before));
          if (rank(before) == 2) {
            assertThat(answer.body()).as("seed %d, on %s", seed, node).isEqualTo(before.body());
          }
        }
      } catch (UncheckedIOException e) {
        // killed, stopped, or cut off
      }
    }

    void without(String node) {
      asked.remove(node);
    }

    void with(String node) {
      asked.add(node);
    }

    void awaitJobs(int more) {
      int wanted = acknowledged.size() + more;
      await(more + " more jobs", () -> !problems.isEmpty() || acknowledged.size() >= wanted);
      assertThat(problems).as("seed %d", seed).isEmpty();
    }

    void awaitJobsOn(String node, int more) {
      int wanted = accepted.getOrDefault(node, 0) + more;
      await(
          more + " more jobs on " + node,
          () -> !problems.isEmpty() || accepted.getOrDefault(node, 0) >= wanted);
      assertThat(problems).as("seed %d", seed).isEmpty();
    }

    @Override
    public void close() {
      over = true;
      threads.close();
      assertThat(problems).as("seed %d", seed).isEmpty();
    }
  }

  private static int rank(Answer job) {
    return switch (job.text("status")) {
      case "INIT" -> 0;
      case "RUNNING" -> 1;
      default -> 2;
    };
  }

  private static String createOf(int count) {
    return """
        {"volume": {"name": "v", "size": 10, "volume_type": "SSD", "availability_zone": "az1", "count": %d}}"""
        .formatted(count);
  }

  private boolean create(Client client, int count) {
    var answer = client.post("/v2.1/{project_id}/cloudvolumes", createOf(count));
    if (!note(answer, count == 1 ? "createVolume" : "batchCreateVolume")) {
      return false;
    }
    for (var id : answer.at("volume_ids")) {
      created.put(id.asString(""), answer.text("job_id"));
    }
    return true;
  }

  /** A refusal (it is busy, or gone) is an answer too, and so is that it cannot be done now. */
  private boolean note(Answer answer, String type) {
    if (answer.status() < 300) {
      acknowledged.putIfAbsent(answer.text("job_id"), type);
      return true;
    }
    assertThat(answer.status()).as(answer.body()).isIn(400, 404, 500, 503);
    return false;
  }

  private static String batch(Client client, int count) {
    return client.post("/v2.1/{project_id}/cloudvolumes", createOf(count)).is(202).text("job_id");
  }

  /** The node is left in the midst of work, without a doubt. */
  private void leaveWork(String node) {
    for (int i = 0; i < 2; i++) {
      await("a batch on " + node, () -> create(on(node), PLENTY));
    }
    await("it is at work", () -> unfinished(node) > 0);
  }

  // --- what is checked

  private static void await(String what, Callable<Boolean> until) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(until);
  }

  private static void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await("time passes", () -> System.nanoTime() - until > 0);
  }

  private long unfinished(String node) throws SQLException {
    return number("select count(*) from job where end_time is null and owner = '" + node + "'");
  }

  private long number(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(database);
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Map<String, Long> owners() throws SQLException {
    var owners = new HashMap<String, Long>();
    try (var connection = DriverManager.getConnection(database);
        var rows =
            connection
                .createStatement()
                .executeQuery("select owner, count(*) from job group by owner")) {
      while (rows.next()) {
        owners.put(rows.getString(1), rows.getLong(2));
      }
    }
    return owners;
  }

  /** All that was acknowledged has ended well, and these nodes tell the same of it. */
  private void checkAll(String... names) throws Exception {
    assertThat(acknowledged).isNotEmpty();
    var first = on(names[0]);
    for (var job : acknowledged.entrySet()) {
      var ended = first.job(job.getKey()).ends("SUCCESS");
      assertThat(ended.text("job_type"))
          .as("seed %d, job %s", seed, job.getKey())
          .isIn(job.getValue(), "deleteSingleVolume", "deleteVolume");
      for (var name : names) {
        assertThat(on(name).job(job.getKey()).now().body()).isEqualTo(ended.body());
      }
    }
    // those of calls that were not answered too
    await("nothing is left", () -> number("select count(*) from job where end_time is null") == 0);
    assertThat(number("select count(*) from job where state <> 'succeeded'"))
        .as("seed %d", seed)
        .isZero();
    for (var volume : created.keySet()) {
      var file = folder.resolve("storage/volumes/" + volume.substring(34) + "/" + volume + ".raw");
      var shown = first.get("/v2/{project_id}/cloudvolumes/" + volume);
      if (shown.status() == 404) {
        assertThat(file).as("seed %d, volume %s", seed, volume).doesNotExist();
      } else {
        shown.has("volume.status", "available");
        assertThat(file)
            .as("seed %d, volume %s", seed, volume)
            .hasSize(shown.at("volume.size").asLong() << 30);
      }
    }
    for (var name : names) {
      compare(on(name));
    }
  }

  /** Rows, storage and quotas agree. */
  private void compare(Client client) {
    client.get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }
}
