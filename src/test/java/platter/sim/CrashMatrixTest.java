package platter.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import platter.auth.Caller;
import platter.http.Calls;
import platter.id.ProjectId;
import platter.job.Jobs;
import platter.json.Json;

/**
 * Every operation, crashed before and after each of its commits and changes of the storage, alone
 * and with another node that takes over: the client asks again when it got no answer, and rows,
 * storage, quota and answers are those of a run without a crash.
 */
class CrashMatrixTest {
  private static final long SECOND = 1_000_000_000;
  private static final ProjectId PROJECT = new ProjectId("a11ce000000000000000000000000001");
  private static final String VOLUMES = "/v2.1/" + PROJECT + "/cloudvolumes";

  /**
   * An operation.
   *
   * @param before makes what is there before it, while the storage is as {@code setup} says
   * @param storage how the storage is while it runs
   */
  private record Operation(
      String name, Storage setup, Script before, Storage storage, Script script) {}

  /** Calls, one after the other; each returns when what it led to has ended. */
  @FunctionalInterface
  private interface Script {
    void run(Client client);
  }

  /** How the storage behaves. */
  private enum Storage {
    WELL,
    /** For the first three seconds. */
    AWAY_AT_FIRST,
    /** What is to be made. */
    FULL,
    /** What is to be made; and nothing can be taken away. */
    FULL_AND_CORRUPT,
    /** Every call takes long. */
    SLOW,
    /** Every answer gets lost, for the first three seconds. */
    UNHEARD_AT_FIRST,
    /** What is to be grown or taken away. */
    DEPENDENTS
  }

  private static final List<Operation> OPERATIONS =
      List.of(
          of("create", Storage.WELL, client -> client.create(1)),
          of("create in a batch", Storage.WELL, client -> client.create(3)),
          of("create after failed attempts", Storage.AWAY_AT_FIRST, client -> client.create(1)),
          of("create with lost answers", Storage.UNHEARD_AT_FIRST, client -> client.create(2)),
          of("create that fails", Storage.FULL, client -> client.create(1)),
          of("a batch that fails", Storage.FULL, client -> client.create(2)),
          of("create that gets stuck", Storage.FULL_AND_CORRUPT, client -> client.create(1)),
          of("create that is cancelled", Storage.SLOW, CrashMatrixTest::createAndCancel),
          after(
              "extend",
              client -> client.create(1),
              Storage.WELL,
              client -> client.extend(client.volume(0))),
          after(
              "extend after failed attempts",
              client -> client.create(1),
              Storage.AWAY_AT_FIRST,
              client -> client.extend(client.volume(0))),
          after(
              "extend that fails",
              client -> client.create(1),
              Storage.DEPENDENTS,
              client -> client.extend(client.volume(0))),
          after(
              "delete",
              client -> client.create(1),
              Storage.WELL,
              client -> client.delete(client.volume(0))),
          after(
              "delete that fails",
              client -> client.create(1),
              Storage.DEPENDENTS,
              client -> client.delete(client.volume(0))),
          after(
              "delete in a batch",
              client -> client.create(3),
              Storage.WELL,
              Client::deleteAll),
          after(
              "a batch of deletes that fails",
              client -> client.create(2),
              Storage.DEPENDENTS,
              Client::deleteAll),
          new Operation(
              "retry",
              Storage.FULL,
              client -> client.create(1),
              Storage.WELL,
              client -> client.care("retry", client.job(0))),
          new Operation(
              "retry of a batch",
              Storage.FULL,
              client -> client.create(3),
              Storage.WELL,
              client -> client.care("retry", client.job(0))),
          new Operation(
              "retry of what is stuck",
              Storage.FULL_AND_CORRUPT,
              client -> client.create(1),
              Storage.WELL,
              client -> client.care("retry", client.job(0))),
          new Operation(
              "undo of what is stuck",
              Storage.FULL_AND_CORRUPT,
              client -> client.create(1),
              Storage.WELL,
              client -> client.care("undo", client.job(0))),
          new Operation(
              "accept of what is stuck",
              Storage.FULL_AND_CORRUPT,
              client -> client.create(1),
              Storage.WELL,
              client -> client.care("accept", client.job(0))));

  private static Operation of(String name, Storage storage, Script script) {
    return new Operation(name, Storage.WELL, _ -> {}, storage, script);
  }

  private static Operation after(String name, Script before, Storage storage, Script script) {
    return new Operation(name, Storage.WELL, before, storage, script);
  }

  private static void createAndCancel(Client client) {
    client.begin("POST", VOLUMES, Client.body(1));
    client.care("cancel", client.job(0));
  }

  @TestFactory
  Stream<DynamicTest> afterACrashAtAnyWriteTheWorldIsThatOfARunWithoutOne() {
    return OPERATIONS.stream()
        .flatMap(
            operation ->
                Stream.of(false, true)
                    .map(
                        shared ->
                            DynamicTest.dynamicTest(
                                operation.name + (shared ? ", two nodes" : ", alone"),
                                () -> check(operation, shared))));
  }

  private static void check(Operation operation, boolean shared) throws Throwable {
    try (var _ = new Seeds()) { // keeps the engine's log quiet
      var whole = new Plan(-1, false);
      var wanted = run(operation, shared, whole);
      assertThat(whole.writes).as("writes").isPositive();
      for (int at : IntStream.range(0, whole.writes).toArray()) {
        for (boolean before : new boolean[] {true, false}) {
          assertThat(run(operation, shared, new Plan(at, before)))
              .as("crashed %s write %d", before ? "before" : "after", at)
              .isEqualTo(wanted);
        }
      }
    }
  }

  private static Map<String, Object> run(Operation operation, boolean shared, Plan plan)
      throws Throwable {
    try (var world = World.with(plan, shared)) {
      plan.world = Optional.of(world);
      var client = new Client(world, shared);
      var outside = new Timeline.Program("outside");
      var found = new HashMap<String, Object>();
      world.timeline.after(
          0,
          outside,
          () -> {
            plan.storage(operation.setup);
            operation.before.run(client);
            plan.storage(operation.storage);
            plan.armed = true;
            operation.script.run(client);
            client.awaitEnds();
            plan.armed = false;
            found.putAll(client.world());
            world.timeline.stop();
          });
      try {
        world.timeline.run();
      } catch (Throwable e) {
        throw new AssertionError(
            (plan.before ? "crashed before write " : "crashed after write ")
                + plan.at
                + ": "
                + e
                + world.story(),
            e);
      }
      return found;
    }
  }

  /** Crashes at one write; else only the storage is as it is. */
  private static final class Plan implements Faults {
    private final int at;
    private final boolean before;
    private Optional<World> world = Optional.empty();
    private Storage storage = Storage.WELL;
    private long since;
    private boolean armed;
    private int writes;

    Plan(int at, boolean before) {
      this.at = at;
      this.before = before;
    }

    void storage(Storage now) {
      storage = now;
      since = world.orElseThrow().timeline.now();
    }

    private boolean crashesNow() {
      return armed && writes++ == at;
    }

    @Override
    public Commit commit(boolean guarded) {
      if (!guarded || !crashesNow()) {
        return Commit.WELL;
      }
      return before ? Commit.CRASH_BEFORE : Commit.CRASH_AFTER;
    }

    @Override
    public Call call(String what) {
      var fate = fate(what);
      if (!crashesNow()) {
        return fate;
      }
      boolean happens = fate == Call.WELL || fate == Call.UNHEARD;
      return before || !happens ? Call.CRASH_BEFORE : Call.CRASH_AFTER;
    }

    private Call fate(String what) {
      boolean early = world.orElseThrow().timeline.now() - since < 3 * SECOND;
      return switch (storage) {
        case WELL, SLOW -> Call.WELL;
        case AWAY_AT_FIRST -> early ? Call.UNAVAILABLE : Call.WELL;
        case UNHEARD_AT_FIRST -> early ? Call.UNHEARD : Call.WELL;
        case FULL -> what.equals("ensure") ? Call.NO_SPACE : Call.WELL;
        case FULL_AND_CORRUPT -> what.equals("ensure") ? Call.NO_SPACE : Call.CORRUPT;
        case DEPENDENTS -> Call.DEPENDENTS;
      };
    }

    @Override
    public long storageNanos() {
      return storage == Storage.SLOW ? 100 * SECOND : 1_000_000;
    }

    @Override
    public long databaseNanos() {
      return 100_000;
    }

    @Override
    public long sleepNanos() {
      throw new IllegalStateException("nobody sleeps");
    }

    @Override
    public void end() {}
  }

  /** A client that asks again, with the same key, until it is answered. */
  private static final class Client {
    private static final Jobs.Limits LIMITS =
        new Jobs.Limits(
            2, 100, 1 << 20, Duration.ofSeconds(20), Duration.ofMinutes(10), Duration.ofDays(1));

    private final World world;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<String> jobs = new ArrayList<>();
    private final List<String> volumes = new ArrayList<>();
    private int keys;

    Client(World world, boolean shared) {
      this.world = world;
      for (int i = 1; i <= (shared ? 2 : 1); i++) {
        var node = new SimNode(world, "node-" + i, Duration.ofSeconds(10), LIMITS);
        node.boot(i * SECOND);
        nodes.add(node);
      }
    }

    String job(int number) {
      return jobs.get(number);
    }

    String volume(int number) {
      return volumes.get(number);
    }

    static String body(int count) {
      return """
      {"volume": {"name": "v", "size": 10, "volume_type": "SSD", "availability_zone": "az1", "count": %d}}"""
          .formatted(count);
    }

    void create(int count) {
      begin("POST", VOLUMES, body(count));
      awaitEnds();
    }

    void extend(String volume) {
      begin("POST", VOLUMES + "/" + volume + "/action", "{\"os-extend\": {\"new_size\": 20}}");
    }

    void delete(String volume) {
      begin("DELETE", "/v2/" + PROJECT + "/cloudvolumes/" + volume, "");
    }

    void deleteAll() {
      var ids = volumes.stream().map(id -> "{\"id\": \"" + id + "\"}").toList();
      begin(
          "POST",
          "/v5/" + PROJECT + "/volumes/batch-delete",
          "{\"volumes\": [" + String.join(", ", ids) + "]}");
    }

    void care(String what, String job) {
      begin("POST", "/platter/v1/" + PROJECT + "/jobs/" + job + "/" + what, "");
    }

    /** Returns when it was accepted. */
    void begin(String method, String path, String body) {
      var headers = Map.of("Idempotency-Key", "key-" + keys++);
      var answers = new ArrayList<String>();
      boolean asked = false;
      while (answers.isEmpty()) {
        // the first node, while it runs: it is the one that crashes
        var up = nodes.stream().filter(SimNode::answers).findFirst();
        boolean again = asked;
        asked |= up.isPresent();
        up.ifPresent(
            node ->
                node.serve(
                    calls -> {
                      var answer = calls.answer(call(method, path, headers, body));
                      var text = new String(answer.body(), UTF_8);
                      world.note(
                          () ->
                              node.name
                                  + ": "
                                  + method
                                  + " "
                                  + path
                                  + " answered "
                                  + answer.status()
                                  + " "
                                  + text);
                      // an undo or accept that was done, and whose answer was lost
                      boolean done = again && answer.status() == 409;
                      if (answer.status() < 300 || done) {
                        answers.add(done ? "{}" : text);
                      } else if (answer.status() < 500 && !text.contains("PLATTER.0003")) {
                        throw world.violation(path + " answered " + text);
                      }
                    }));
        for (int i = 0; i < 30 && answers.isEmpty(); i++) {
          world.timeline.pause(SECOND / 10);
        }
      }
      accepted(answers.getFirst());
    }

    private void accepted(String answer) {
      var tree = Json.read(answer);
      var job = tree.path("job_id").asString("");
      if (!job.isEmpty() && !jobs.contains(job)) {
        jobs.add(job);
      }
      tree.path("volume_ids").forEach(id -> volumes.add(id.asString("")));
    }

    private static Calls.Call call(
        String method, String path, Map<String, String> headers, String body) {
      var caller =
          new Caller(
              "a".repeat(32),
              "alice",
              "d".repeat(32),
              "wonderland",
              Optional.empty(),
              Set.of(PROJECT),
              false);
      return new Calls.Call(
          caller, PROJECT, method, path, Map.of(), headers, body.getBytes(UTF_8));
    }

    void awaitEnds() {
      long until = world.timeline.now() + 2000 * SECOND;
      while (!world.rows.jobs().values().stream().allMatch(Rows.JobRow::hasEnded)
          || !nodes.stream().allMatch(SimNode::answers)) {
        world.must(world.timeline.now() < until, () -> "has not ended: " + world.rows.jobs());
        world.timeline.pause(SECOND / 10);
      }
      world.timeline.pause(5 * SECOND); // all are told of
    }

    /** Rows, storage, quota and answers, without what differs from run to run. */
    Map<String, Object> world() {
      var found = new TreeMap<String, Object>();
      found.put(
          "volumes",
          world.rows.volumes().values().stream()
              .map(row -> row.status() + " " + row.sizeGib() + " " + row.quotaGib())
              .sorted()
              .toList());
      found.put(
          "jobs",
          world.rows.jobs().values().stream()
              .map(
                  row ->
                      row.type()
                          + " "
                          + row.state()
                          + " "
                          + row.code()
                          + " "
                          + withoutIds(String.valueOf(row.reason())))
              .sorted()
              .toList());
      found.put("storage", world.shelf.volumes.values().stream().sorted().toList());
      for (var node : nodes) {
        found.put("answers of " + node.name, answers(node));
      }
      return found;
    }

    /** By the order in which the jobs were accepted. */
    private Map<Integer, String> answers(SimNode node) {
      var told = new TreeMap<Integer, String>();
      for (int i = 0; i < jobs.size(); i++) {
        int number = i;
        var path = "/v1/" + PROJECT + "/jobs/" + jobs.get(i);
        node.serve(
            calls -> {
              var answer = calls.answer(call("GET", path, Map.of(), ""));
              told.put(number, withoutIds(new String(answer.body(), UTF_8)));
            });
      }
      world.timeline.pause(SECOND);
      return told;
    }

    private static String withoutIds(String text) {
      return text.replaceAll("[0-9a-f]{8}[0-9a-f-]{24,28}", "ID")
          .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }
  }
}
