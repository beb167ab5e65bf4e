package platter.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BiConsumer;
import platter.auth.Caller;
import platter.auth.Role;
import platter.error.BackendException;
import platter.http.Answer;
import platter.http.Calls;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.json.Json;
import platter.verify.Difference;

/**
 * One seed's day: clients call random nodes while everything goes wrong that can; then nothing goes
 * wrong any more, and after a while every job must have its verdict, and the world must agree.
 */
final class Simulation implements AutoCloseable {
  private static final long SECOND = 1_000_000_000;
  private static final ProjectId ALICE = new ProjectId("a11ce000000000000000000000000001");
  private static final ProjectId BOB = new ProjectId("b0b00000000000000000000000000001");

  /** After the last fault everything must have ended within this time. */
  private static final long CALM_SECONDS = 400;

  private final World world;
  private final SplittableRandom random;
  private final Watch watch;
  private final List<SimNode> nodes = new ArrayList<>();
  private final Timeline.Program outside = new Timeline.Program("outside");
  private final List<Sent> keyed = new ArrayList<>();
  private final Orders orders;
  private final int operations;
  private final double trouble;
  private final boolean operatorsLook;
  private int done;

  /** A call that may be repeated. */
  private record Sent(String method, String path, String key, String body) {}

  Simulation(long seed, Mutant mutant) {
    world = World.of(seed, mutant);
    random = world.random.split();
    watch = new Watch(world);
    orders = new Orders(world, random, ALICE);
    operations = 40 + random.nextInt(160);
    operatorsLook = random.nextBoolean();
    trouble = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.12;
    var limits =
        new Jobs.Limits(
            1 + random.nextInt(4),
            1,
            random.nextInt(6) == 0 ? 6 : 1000,
            1 << 20,
            Duration.ofSeconds(1 + random.nextInt(20)),
            Duration.ofSeconds(2 + random.nextInt(60)),
            random.nextBoolean()
                ? Duration.ofSeconds(1 + random.nextInt(20))
                : Duration.ofDays(30));
    var lease = Duration.ofSeconds(4 + random.nextInt(12));
    int count = world.shared ? 1 + random.nextInt(3) : 1;
    for (int i = 1; i <= count; i++) {
      nodes.add(new SimNode(world, "node-" + i, lease, limits));
    }
  }

  /** How much has happened. */
  long events() {
    return world.timeline.events();
  }

  int jobs() {
    return watch.size();
  }

  String story() {
    return world.story();
  }

  World world() {
    return world;
  }

  void run() throws Throwable {
    nodes.forEach(node -> node.boot(random.nextLong(SECOND)));
    world.timeline.after(0, outside, this::operate);
    world.timeline.run();
  }

  private void operate() {
    while (done < operations) {
      done++;
      if (random.nextDouble() < trouble) {
        makeTrouble();
      } else {
        up().ifPresent(this::call);
      }
      watchSome();
      world.timeline.pause(waitNanos());
    }
    calmDown();
    end();
  }

  private long waitNanos() {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextLong(10 * SECOND);
      case 1, 2, 3 -> random.nextLong(SECOND);
      default -> random.nextLong(SECOND / 50);
    };
  }

  private Optional<SimNode> up() {
    var up = nodes.stream().filter(SimNode::answers).toList();
    return up.isEmpty() ? Optional.empty() : Optional.of(up.get(random.nextInt(up.size())));
  }

  private void makeTrouble() {
    var node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(6)) {
      case 0 -> {
        if (node.running().isPresent()) {
          world.note(() -> node.name + " is killed");
          node.kill();
        }
        node.boot(random.nextLong(random.nextBoolean() ? SECOND : 60 * SECOND));
      }
      case 1 -> node.stop();
      case 2 -> node.sleep(world.faults.sleepNanos());
      case 3 -> node.losesDatabase(random.nextLong(30 * SECOND));
      case 4 -> world.databaseGoesAway(random.nextLong(10 * SECOND));
      default -> node.setClock();
    }
  }

  private void call(SimNode node) {
    var stuck = stuckJob();
    if (stuck.isPresent() && operatorsLook && random.nextInt(4) == 0) {
      careOfStuck(stuck.get());
      return;
    }
    switch (random.nextInt(30)) {
      case 0, 1, 2, 3 -> accept(node, Optional.of(orders.create()));
      case 4 -> accept(node, orders.createOfSnapshot());
      case 5, 6 -> accept(node, orders.extend());
      case 7, 8 -> accept(node, orders.delete());
      case 9 -> accept(node, orders.deleteMany());
      case 10 -> accept(node, orders.retype());
      case 11, 12, 13 -> accept(node, orders.snapshot());
      case 14 -> accept(node, orders.deleteSnapshot());
      case 15, 16 -> accept(node, orders.rollBack());
      case 17, 18 -> write();
      case 19, 20 -> repeat(node);
      case 21, 22, 23 -> care(node, "cancel");
      case 24, 25 -> care(node, "retry");
      case 26 -> care(node, "undo");
      case 27 -> care(node, "accept");
      default -> look(node);
    }
  }

  /** Asks for a job, in half of the cases with a key, sometimes on two nodes at once. */
  private void accept(SimNode node, Optional<Orders.Order> order) {
    if (order.isEmpty()) {
      return;
    }
    var key = random.nextBoolean() ? new UUID(random.nextLong(), random.nextLong()).toString() : "";
    var sent = new Sent(order.get().method(), order.get().path(), key, order.get().body());
    if (!key.isEmpty()) {
      keyed.add(sent);
      if (random.nextInt(4) == 0) {
        up().ifPresent(other -> send(other, sent));
      }
    }
    send(node, sent);
  }

  /** A host writes to a volume that is at rest. */
  private void write() {
    world.rows.volumes().values().stream()
        .filter(row -> row.status().equals("available") && random.nextInt(3) == 0)
        .findFirst()
        .ifPresent(row -> world.shelf.write(new VolumeId(row.id())));
  }

  private void repeat(SimNode node) {
    if (!keyed.isEmpty()) {
      send(node, keyed.get(Math.max(0, keyed.size() - 1 - random.nextInt(6))));
    }
  }

  private void send(SimNode node, Sent sent) {
    serve(
        node,
        sent.method,
        sent.path,
        sent.key.isEmpty() ? Map.of() : Map.of("Idempotency-Key", sent.key),
        sent.body,
        (answer, text) -> {
          boolean held = !sent.key.isEmpty() && watch.holdsKey(sent.key);
          if (answer.status() < 300) {
            var job = jobOf(answer, text);
            if (!sent.key.isEmpty()) {
              watch.acceptedByKey(sent.key, job, text);
            }
            watch.accepted(job);
          } else {
            mustBeRefusal(sent.path, answer, text);
            world.must(
                !held || answer.status() >= 500,
                () -> "key " + sent.key + " was accepted, its repeat answered " + text);
          }
        });
  }

  /** In the body, or beside it where the cloud's answer has no place for it. */
  private static String jobOf(Answer answer, String text) {
    return answer.headers().stream()
        .filter(header -> header.getKey().equals("X-Platter-Job"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> Json.read(text).path("job_id").asString(""));
  }

  /** A refusal is one of the caller's, or of a database in trouble; never of a bug. */
  private void mustBeRefusal(String path, Answer answer, String text) {
    world.must(
        Set.of(400, 404, 409, 429, 500, 503).contains(answer.status()),
        () -> path + " answered " + answer.status() + " " + text);
  }

  private Optional<String> someJob() {
    var known = watch.known();
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(
            known.get(
                random.nextBoolean()
                    ? random.nextInt(known.size())
                    : Math.max(0, known.size() - 1 - random.nextInt(6))));
  }

  private Optional<String> stuckJob() {
    return world.rows.jobs().values().stream().filter(JobRow::isStuck).map(JobRow::id).findFirst();
  }

  private void care(SimNode node, String what) {
    boolean ofStuck = !what.equals("cancel") && random.nextBoolean();
    (ofStuck ? stuckJob() : someJob())
        .ifPresent(
            job -> {
              care(node, what, job);
              if (random.nextInt(4) == 0) {
                up().ifPresent(other -> care(other, what, job));
              }
            });
  }

  private void care(SimNode node, String what, String job) {
    serve(
        node,
        "POST",
        "/platter/v1/" + ALICE + "/jobs/" + job + "/" + what,
        Map.of(),
        "",
        (answer, text) -> {
          if (answer.status() >= 300) {
            mustBeRefusal(what, answer, text);
          } else if (what.equals("cancel")) {
            watch.cancelled(job);
          } else if (what.equals("retry")) {
            watch.accepted(Json.read(text).path("job_id").asString(""));
          }
        });
  }

  /** Several operators do what they think best. */
  private void careOfStuck(String job) {
    for (int operators = 1 + random.nextInt(3); operators > 0; operators--) {
      var what = List.of("undo", "accept", "retry").get(random.nextInt(3));
      up().ifPresent(one -> care(one, what, job));
    }
  }

  private void look(SimNode node) {
    var path = "/platter/v1/" + ALICE + "/jobs";
    if (random.nextBoolean()) {
      get(node, path + "/", someJob().map(id -> path + "/" + id + "/explain").orElse(path));
    } else {
      get(node, path, random.nextBoolean() ? path : "/v2/" + ALICE + "/cloudvolumes/detail");
    }
    someJob()
        .ifPresent(
            job -> // I11
            ask(
                    node,
                    BOB,
                    "/v1/" + BOB + "/jobs/" + job,
                    (answer, text) ->
                        world.must(
                            answer.status() >= 400 && !text.contains(job),
                            () -> "I11: bob was told " + text)));
  }

  private void get(SimNode node, String what, String path) {
    ask(
        node,
        ALICE,
        path,
        (answer, text) -> {
          if (answer.status() != 200) {
            mustBeRefusal(what, answer, text);
          }
        });
  }

  private void ask(SimNode node, ProjectId project, String path, BiConsumer<Answer, String> then) {
    serve(node, project, "GET", path, Map.of(), "", then);
  }

  private void serve(
      SimNode node,
      String method,
      String path,
      Map<String, String> headers,
      String body,
      BiConsumer<Answer, String> then) {
    serve(node, ALICE, method, path, headers, body, then);
  }

  private void serve(
      SimNode node,
      ProjectId project,
      String method,
      String path,
      Map<String, String> headers,
      String body,
      BiConsumer<Answer, String> then) {
    if (!node.answers()) {
      return;
    }
    var caller =
        new Caller(
            project.text(),
            "alice",
            "d".repeat(32),
            "wonderland",
            Optional.empty(),
            Set.of(project),
            Role.MEMBER);
    node.serve(
        calls -> {
          var answer =
              calls.answer(
                  new Calls.Call(
                      caller, project, method, path, Map.of(), headers, body.getBytes(UTF_8)));
          var text = new String(answer.body(), UTF_8);
          if (!path.startsWith("/v1/")) {
            world.note(
                () ->
                    "%s: %s %s %s answered %d %s"
                        .formatted(
                            node.name,
                            method,
                            path.replace(project.text(), "…"),
                            body,
                            answer.status(),
                            method.equals("GET") ? "" : text));
          }
          then.accept(answer, text);
        });
  }

  /** Asks for some jobs everywhere, in a random order. */
  private void watchSome() {
    for (int i = 0; i < 3; i++) {
      someJob().ifPresent(this::watchEverywhere);
    }
  }

  private void watchEverywhere(String job) {
    int first = random.nextInt(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      var node = nodes.get((first + i) % nodes.size());
      ask(
          node,
          ALICE,
          "/v1/" + ALICE + "/jobs/" + job,
          (answer, _) -> watch.answered(node, job, answer, world.databaseIsAway(node)));
    }
  }

  /** Nothing goes wrong any more, and all nodes run. */
  private void calmDown() {
    world.calm();
    for (var node : nodes) {
      node.boot(0);
    }
    long until = world.timeline.now() + CALM_SECONDS * SECOND;
    while (!nodes.stream().allMatch(SimNode::answers)) {
      world.timeline.pause(SECOND);
    }
    world.timeline.pause(5 * SECOND); // who slept or could not reach the database has a lease again
    while (!allEnded() || !nodes.stream().allMatch(SimNode::answers)) {
      world.must(
          world.timeline.now() < until,
          () ->
              "I10: has not ended: "
                  + world.rows.jobs().values().stream().filter(job -> !job.hasEnded()).toList());
      watchSome();
      world.timeline.pause(SECOND);
    }
  }

  private boolean allEnded() {
    return world.rows.jobs().values().stream().allMatch(JobRow::hasEnded);
  }

  /** What is stuck can be undone, all nodes tell the same, and rows and storage agree. */
  private void end() {
    while (nodes.stream().anyMatch(SimNode::isBusy)) {
      world.timeline.pause(SECOND);
    }
    var node = nodes.getFirst();
    for (var job : List.copyOf(world.rows.jobs().values())) {
      if (job.isStuck() && !job.isBatch()) {
        serve(
            undoer(job).orElse(node),
            "POST",
            "/platter/v1/" + ALICE + "/jobs/" + job.id() + "/undo",
            Map.of(),
            "",
            (answer, text) ->
                world.must(
                    answer.status() == 200, () -> "still stuck: " + job + " answered " + text));
      }
    }
    world.timeline.pause(5 * SECOND);
    watch.known().forEach(this::watchEverywhere);
    world.timeline.pause(5 * SECOND);
    node.serve(_ -> verify(node));
    world.timeline.pause(SECOND);
    world.timeline.stop();
  }

  /** A node that began to undo it and could not write down that it had. */
  private Optional<SimNode> undoer(JobRow job) {
    return nodes.stream()
        .filter(node -> job.state().startsWith("stuck-undo"))
        .filter(node -> node.name.equals(job.owner().node()))
        .findFirst();
  }

  private void verify(SimNode node) {
    try {
      var report = node.running().orElseThrow().verification.run();
      var differences =
          report.differences().stream()
              .filter(one -> !isAccepted(one))
              .map(Difference::sentence)
              .toList();
      world.must(differences.isEmpty(), () -> "rows and storage differ: " + differences);
    } catch (BackendException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Storage that an operator accepted to remain is told for ever. */
  private static boolean isAccepted(Difference difference) {
    return switch (difference) {
      case Difference.FailedCreateHasStorage _, Difference.FailedSnapshotHasStorage _ -> true;
      case Difference.StorageFoundAgain _ -> true; // the failed create was collected since
      case Difference.StorageWithoutRow _,
          Difference.StorageLost _,
          Difference.SizeDiffers _,
          Difference.WaitsForNoJob _,
          Difference.AttachmentsDiffer _,
          Difference.SnapshotWithoutRow _,
          Difference.SnapshotLost _,
          Difference.SnapshotSizeDiffers _,
          Difference.SnapshotWaitsForNoJob _,
          Difference.DraftLeft _,
          Difference.SnapshotDraftLeft _,
          Difference.QuotaDiffers _,
          Difference.PoolDiffers _ ->
          false;
    };
  }

  @Override
  public void close() {
    world.close();
  }
}
