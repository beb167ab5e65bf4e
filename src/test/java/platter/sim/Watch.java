package platter.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import platter.http.Answer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** What clients were told, by whichever node: nothing that was told may turn out to be untrue. */
final class Watch {
  private final World world;
  private final Map<String, Told> jobs = new TreeMap<>();
  private final Map<String, Accepted> acceptedByKey = new HashMap<>();

  /** What a call was answered. */
  private record Accepted(String job, String answer) {}

  /** What was told of a job. */
  private static final class Told {
    String last = "";
    Optional<String> whole = Optional.empty(); // when it is final
    boolean cancelled;
  }

  Watch(World world) {
    this.world = world;
  }

  /** The jobs that clients know of. */
  List<String> known() {
    return new ArrayList<>(jobs.keySet());
  }

  /** A call was accepted: its job is there from now on. I1. */
  void accepted(String job) {
    jobs.computeIfAbsent(job, _ -> new Told());
    world.must(world.rows.wasAccepted(job), () -> "I1: accepted, and not there: " + job);
  }

  /** A call with a key was accepted: so it is always answered, as long as its job is there. */
  void acceptedByKey(String key, String job, String answer) {
    var now = new Accepted(job, answer);
    if (isCollected(now)) {
      return; // it was long on its way: since then the key may have become another job's
    }
    var earlier = acceptedByKey.put(key, now);
    world.must(
        earlier == null || earlier.equals(now) || isCollected(earlier),
        () -> "key " + key + " was answered by " + earlier + ", now by " + now);
  }

  /** Whether a call of that key was accepted, and its job is still there. */
  boolean holdsKey(String key) {
    var earlier = acceptedByKey.get(key);
    return earlier != null && !isCollected(earlier);
  }

  private boolean isCollected(Accepted earlier) {
    return world.rows.job(earlier.job).isEmpty();
  }

  /** A cancel was accepted. */
  void cancelled(String job) {
    var told = jobs.computeIfAbsent(job, _ -> new Told());
    told.cancelled = true;
    told.whole.ifPresent(body -> mustHaveFailed(job, body));
  }

  private void mustHaveFailed(String job, String body) {
    world.must(
        Json.read(body).path("status").asString("").equals("FAIL"),
        () -> "a cancel of " + job + " was accepted, and it is " + body);
  }

  /**
   * The answer to a job query.
   *
   * @param mayFail whether the node could not reach its database
   */
  void answered(SimNode by, String job, Answer answer, boolean mayFail) {
    var body = new String(answer.body(), UTF_8);
    if (answer.status() >= 500) {
      world.must(mayFail, () -> "I9: job query answered " + answer.status() + " " + body);
      return;
    }
    var row = world.rows.job(job);
    if (answer.status() == 400) {
      world.must(row.isEmpty(), () -> "I2: " + by.name + " knows nothing of " + row);
      return;
    }
    world.must(answer.status() == 200, () -> "job query answered " + answer.status() + " " + body);
    var told = jobs.computeIfAbsent(job, _ -> new Told());
    var tree = Json.read(body);
    check(tree, job, body);
    var status = tree.path("status").asString("");
    world.must(
        rank(told.last) <= rank(status),
        () -> "I3: job " + job + " was " + told.last + ", and " + by.name + " says " + body);
    told.last = status;
    told.whole.ifPresent(
        earlier ->
            world.must(
                earlier.equals(body),
                () -> "I3: final was " + earlier + ", and " + by.name + " says " + body));
    if (rank(status) == 2) {
      told.whole = Optional.of(body);
      if (told.cancelled) {
        mustHaveFailed(job, body);
      }
    }
    children(by, tree, status);
  }

  private void children(SimNode by, JsonNode batch, String status) {
    for (var child : batch.path("entities").path("sub_jobs")) {
      var id = child.path("job_id").asString("");
      var now = child.path("status").asString("");
      check(child, id, child.toString());
      world.must(
          rank(status) < 2 || rank(now) == 2,
          () -> "I3: a batch ended before its sub-job: " + batch);
      var told = jobs.computeIfAbsent(id, _ -> new Told());
      world.must(
          rank(told.last) <= rank(now),
          () -> "I3: sub-job " + id + " was " + told.last + ", and " + by.name + " says " + batch);
      told.last = now;
    }
  }

  /** What holds for each answer of its own. */
  private void check(JsonNode tree, String job, String body) {
    var status = tree.path("status").asString("");
    world.must(tree.path("job_id").asString("").equals(job), () -> "another job: " + body);
    world.must(
        tree.path("end_time").asString("").isEmpty() == (rank(status) < 2),
        () -> "I3: end_time of " + body);
    world.must(
        tree.path("error_code").isNull() == !status.equals("FAIL")
            && tree.path("fail_reason").isNull() == !status.equals("FAIL"),
        () -> "the reason of " + body);
  }

  private static int rank(String status) {
    return switch (status) {
      case "", "INIT" -> 0;
      case "RUNNING" -> 1;
      case "SUCCESS", "FAIL" -> 2;
      default -> throw new IllegalStateException(status);
    };
  }

  /** How many clients know of. */
  int size() {
    return jobs.size();
  }
}
