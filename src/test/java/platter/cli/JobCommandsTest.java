package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;
import platter.api.GatedDriver;

/** {@code platter job} and {@code platter node}: finding jobs, and seeing to those that fail. */
class JobCommandsTest {
  private static final String NOBODYS = "00000000000000000000000000000000";

  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  private final TestServer server =
      TestServer.with(Map.of("step_deadline", "0s"))
          .aroundDriver(
              real -> {
                driver.set(new GatedDriver(real));
                return driver.get();
              })
          .run();
  private final Cli alice = Cli.alice(server);

  @AfterEach
  void stop() {
    driver.get().release();
    server.close();
  }

  /** A job and its volume. */
  record Created(String job, String volume) {}

  private Created create(String name, String... more) {
    var args = new ArrayList<>(List.of("volume", "create", "--size", "10", "--no-wait"));
    args.addAll(List.of("--name", name, "-o", "json"));
    args.addAll(List.of(more));
    var json = alice.run(args.toArray(String[]::new)).exits(0).json();
    return new Created(json.path("job_id").stringValue(), json.at("/volume_ids/0").stringValue());
  }

  /** One that hangs in the storage until it is released. */
  private Created hanging(String name) {
    driver.get().hold();
    var created = create(name);
    server.alice().job(created.job).reaches("RUNNING");
    return created;
  }

  private Created failed(String name) {
    driver.get().hold();
    var created = create(name);
    driver.get().breakDown(created.volume);
    driver.get().release();
    server.alice().job(created.job).ends("FAIL");
    return created;
  }

  private Created stuck(String name) {
    driver.get().hold();
    var created = create(name);
    driver.get().fasten(created.volume);
    server.alice().job(created.job).reaches("RUNNING");
    alice.run("job", "cancel", created.job).exits(0);
    driver.get().release();
    server.alice().job(created.job).ends("FAIL");
    return created;
  }

  private List<String> listed(String... filter) {
    var args = new ArrayList<>(List.of("job", "list"));
    args.addAll(List.of(filter));
    return alice.run(args.toArray(String[]::new)).exits(0).lines().stream()
        .skip(1)
        .map(line -> line.substring(0, 32))
        .toList();
  }

  @Test
  void jobsAreFoundByEveryFilter() {
    var failed = failed("needle");
    var fine = create("fine").job;
    server.alice().job(fine).ends("SUCCESS");
    var batch = create("many", "--count", "2").job;
    server.alice().job(batch).ends("SUCCESS");
    assertThat(listed()).containsExactly(batch, fine, failed.job);
    assertThat(listed("--status", "fail")).containsExactly(failed.job);
    assertThat(listed("--type", "batchCreateVolume")).containsExactly(batch);
    assertThat(listed("--volume", failed.volume)).containsExactly(failed.job);
    assertThat(listed("--volume", "needle")).containsExactly(failed.job);
    assertThat(listed("--parent", batch)).hasSize(2).doesNotContain(batch);
    assertThat(listed("--text", "Needle")).containsExactly(failed.job);
    assertThat(listed("--since", "1h", "--limit", "2")).containsExactly(batch, fine);
    assertThat(listed("--marker", fine)).containsExactly(failed.job);
    var none = alice.run("job", "list", "--until", "1h").exits(0);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("No job matches.");
    assertThat(alice.run("job", "list", "--stuck").exits(0).err()).contains("No job matches.");
    assertThat(alice.run("job", "list", "--limit", "1").exits(0).err())
        .contains("--marker " + batch);
    assertThat(
            alice
                .run("job", "list", "--status", "FAIL", "-o", "json")
                .exits(0)
                .json()
                .at("/jobs/0/job_id")
                .stringValue())
        .isEqualTo(failed.job);
  }

  @Test
  void aBadFilterIsToldAndMistakesOfUsageAreTwo() {
    assertThat(alice.run("job", "list", "--status", "BROKEN").exits(1).err())
        .contains("INIT, RUNNING, SUCCESS or FAIL");
    assertThat(alice.run("job", "list", "--marker", "x").exits(1).err()).contains("EVS.1024");
    assertThat(alice.run("job", "list", "--volume", "nobody").exits(1).err()).contains("nobody");
    assertThat(alice.run("job", "list", "--since", "yesterday").exits(2).err())
        .contains("'yesterday' is no time")
        .contains("2h (ago)");
    alice.run("job", "list", "--stauts", "FAIL").exits(2);
    for (var command : List.of("cancel", "retry", "undo", "accept", "explain")) {
      alice.run("job", command).exits(2);
      assertThat(alice.run("job", command, NOBODYS).exits(1).err())
          .contains("Common.0011")
          .contains("platter job list");
      alice.run("job", command, NOBODYS, "--endpoint", "http://127.0.0.1:1").exits(3);
    }
  }

  @Test
  void jobsAreCancelledOneOrSeveral() {
    var one = hanging("one").job;
    var two = create("two").job;
    var said = alice.run("job", "cancel", one, NOBODYS, two).exits(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .contains("Job " + one + " is cancelled")
        .contains("job " + NOBODYS + " was not cancelled")
        .contains("Job " + two + " is cancelled")
        .contains("platter job explain " + two);
    var json = alice.run("job", "cancel", one, two, "-o", "json").exits(0);
    assertThat(json.lines())
        .containsExactly("{\"job_id\":\"" + one + "\"}", "{\"job_id\":\"" + two + "\"}");
    driver.get().release();
    assertThat(alice.run("job", "wait", one).exits(1).err())
        .contains("PLATTER.0002", "cancelled by user alice", "platter job explain " + one);
  }

  @Test
  void whatIsTooLateIsRefusedWithTheServersWords() {
    var job = create("done").job;
    server.alice().job(job).ends("SUCCESS");
    for (var command : List.of("cancel", "retry", "undo", "accept")) {
      assertThat(alice.run("job", command, job).exits(1).err())
          .contains("PLATTER.0003")
          .contains("SUCCESS") // what X-Platter-Detail says
          .contains("platter job explain " + job);
    }
  }

  @Test
  void whatHappensAgainAndAgainIsToldOnce() {
    var patient =
        TestServer.with(Map.of("step_deadline", "500ms"))
            .aroundDriver(
                real -> {
                  driver.set(new GatedDriver(real));
                  return driver.get();
                })
            .run();
    try (patient) {
      driver.get().hold();
      var cli = Cli.alice(patient);
      var json =
          cli.run("volume", "create", "--size", "10", "--no-wait", "-o", "json").exits(0).json();
      var job = json.path("job_id").stringValue();
      driver.get().breakDown(json.at("/volume_ids/0").stringValue());
      driver.get().release();
      patient.alice().job(job).ends("FAIL");
      var said = cli.run("job", "explain", job).exits(0).out().replaceAll("\\s+", " ");
      assertThat(said)
          .containsOnlyOnce("attempt-failed ensureSpace")
          .containsPattern("is held by a test \\(\\d times, last \\d\\d:\\d\\d:\\d\\d\\)");
    }
  }

  @Test
  void aRetryWaitsForTheNewJobAndTellsHowItEnded() {
    var created = failed("again");
    var said = alice.run("job", "retry", created.job).exits(1);
    assertThat(said.err())
        .contains("the retry of job " + created.job + " failed")
        .contains("is held by a test")
        .contains("platter job explain ");
    driver.get().mend(created.volume);
    var second = said.err().replaceAll("(?s)^Job (\\w+) accepted.*", "$1");
    var json = alice.run("job", "retry", second, "-o", "json").exits(0).json();
    assertThat(json.path("status").stringValue()).isEqualTo("SUCCESS");
    assertThat(alice.run("volume", "show", "again").exits(0).out()).contains("available");
    assertThat(alice.run("job", "explain", second).exits(0).out()).contains("it was retried");
  }

  @Test
  void aRetryWithoutWaitingAnswersWithTheNewJob() {
    var created = failed("later");
    driver.get().mend(created.volume);
    var job = alice.run("job", "retry", created.job, "--no-wait").exits(0).out().strip();
    assertThat(job).matches("[0-9a-f]{32}").isNotEqualTo(created.job);
    alice.run("job", "wait", job).exits(0);
  }

  @Test
  void aStuckJobIsListedUndoneAndAccepted() {
    var toUndo = stuck("to-undo");
    var toAccept = stuck("to-accept");
    assertThat(listed("--stuck")).containsExactly(toAccept.job, toUndo.job);
    assertThat(alice.run("job", "list", "--stuck").exits(0).err()).contains("platter job explain");
    assertThat(alice.run("job", "undo", toUndo.job).exits(1).err())
        .contains("was not undone")
        .contains("is fastened by a test");
    driver.get().mend(toUndo.volume);
    assertThat(alice.run("job", "undo", toUndo.job).exits(0).err()).contains("is undone");
    assertThat(
            alice
                .run("job", "accept", toAccept.job, "-o", "json")
                .exits(0)
                .json()
                .path("job_id")
                .stringValue())
        .isEqualTo(toAccept.job);
    assertThat(alice.run("job", "list", "--stuck").exits(0).out()).isEmpty();
    assertThat(alice.run("job", "accept", toUndo.job).exits(1).err()).contains("not stuck");
  }

  @Test
  void anExplanationIsReadableInEightyColumnsAndItsCommandsCanBeCopied() {
    var created = stuck("explained");
    var said = alice.run("job", "explain", created.job).exits(0);
    assertThat(said.lines())
        .anyMatch(line -> line.matches("status +FAIL, stuck"))
        .anyMatch(line -> line.matches("volume +explained " + created.volume))
        .anyMatch(line -> line.matches("asked by +user alice .*"))
        .anyMatch(line -> line.matches("failure +PLATTER.0002 .*"))
        .anyMatch(line -> line.matches("  ensureSpace  not undone"))
        .anyMatch(line -> line.matches("  .*  cancelled: by user alice .*"))
        .anyMatch(line -> line.startsWith("    platter job undo " + created.job))
        .anyMatch(line -> line.startsWith("    platter job retry " + created.job))
        .anyMatch(line -> line.startsWith("    platter job accept " + created.job))
        .allMatch(line -> Table.width(line) <= 80);
    assertThat(alice.run("job", "explain", created.job, "-o", "json").exits(0).out().strip())
        .isEqualTo(
            server
                .alice()
                .get("/platter/v1/{project_id}/jobs/" + created.job + "/explain")
                .is(200)
                .body());
  }

  @Test
  void anExplanationOfABatchTellsWhichSubJobsFailedAndWhy() {
    driver.get().hold();
    var created = create("batch", "--count", "3");
    driver.get().breakDown(created.volume);
    driver.get().release();
    server.alice().job(created.job).ends("FAIL");
    var said = alice.run("job", "explain", created.job).exits(0).out();
    assertThat(said.replaceAll("\\s+", " ")) // lines are broken at any space
        .contains("Sub-jobs that did not succeed")
        .contains("FAIL batch-0001")
        .contains("is held by a test")
        .doesNotContain("FAIL batch-0002")
        .contains("platter job retry " + created.job);
  }

  @Test
  void aRetryOrACreateWhoseConnectionBreaksBeforeTheAnswerMakesOneJob() throws IOException {
    var created = failed("cut-off");
    driver.get().mend(created.volume);
    for (var command :
        List.of(
            List.of("job", "retry", created.job),
            List.of("volume", "create", "--size", "10"),
            List.of("volume", "delete", created.volume))) {
      int before = server.alice().get("/platter/v1/{project_id}/jobs").is(200).at("jobs").size();
      try (var proxy = new CuttingProxy(server.endpoint(), 2)) {
        var args = new ArrayList<>(command);
        args.addAll(List.of("--endpoint", proxy.endpoint().toString()));
        alice.run(args.toArray(String[]::new)).exits(0);
        assertThat(proxy.cut()).as("connections cut").isEqualTo(2);
      }
      assertThat(server.alice().get("/platter/v1/{project_id}/jobs").is(200).at("jobs").size())
          .as(String.join(" ", command))
          .isEqualTo(before + 1);
    }
  }

  @Test
  void theNodesAreListedForAnOperator() {
    var operator = Cli.operator(server);
    assertThat(operator.run("node", "list").exits(0).lines())
        .containsExactly("NODE    STATE  EPOCH  JOBS", "node-1  alive  1      0");
    assertThat(
            operator
                .run("node", "list", "-o", "json")
                .exits(0)
                .json()
                .at("/nodes/0/state")
                .stringValue())
        .isEqualTo("alive");
    assertThat(alice.run("node", "list").exits(1).err())
        .contains("cannot list the nodes")
        .contains("APIGW.0302");
  }
}
