package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.id.VolumeId;

/** {@code /platter/v1/{project_id}/jobs}: attempts, cancel, retry, undo, explain, list. */
class JobCareTest {
  private static final String JOBS = "/platter/v1/{project_id}/jobs";

  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  private final List<TestServer> servers = new ArrayList<>();
  private boolean heldFromTheStart;

  @AfterEach
  void stop() {
    driver.get().release();
    servers.forEach(TestServer::close);
  }

  private TestServer server(Map<String, String> settings) {
    var server =
        TestServer.with(settings)
            .aroundDriver(
                real -> {
                  driver.set(new GatedDriver(real));
                  if (heldFromTheStart) {
                    driver.get().hold();
                  }
                  return driver.get();
                });
    servers.add(server);
    return server.run();
  }

  private static Answer create(Client client, String name, int count) {
    return client
        .post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"name": "%s", "size": 10, "volume_type": "SSD", "availability_zone": "az1"%s}}"""
                .formatted(name, count == 1 ? "" : ", \"count\": " + count))
        .is(202);
  }

  private static Answer explain(Client client, String job) {
    return client.get(JOBS + "/" + job + "/explain").is(200);
  }

  private static List<String> kinds(Answer explained) {
    return explained.at("events").valueStream().map(e -> e.path("kind").asString("")).toList();
  }

  private static Answer cancel(Client client, String job) {
    return client.post(JOBS + "/" + job + "/cancel", "");
  }

  private static Answer retry(Client client, String job) {
    return client.post(JOBS + "/" + job + "/retry", "");
  }

  private static List<String> listed(Client client, String query) {
    return client
        .get(JOBS + query)
        .is(200)
        .at("jobs")
        .valueStream()
        .map(job -> job.path("job_id").asString(""))
        .toList();
  }

  private static void nothingDiffers(TestServer server) {
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  @Test
  void aStorageThatBlinksFailsNoJob() {
    var server = server(Map.of());
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "blinking", 1);
    var job = created.text("job_id");
    driver.get().breakDown(created.text("volume_ids[0]"));
    driver.get().release();
    Awaitility.await().until(() -> explain(alice, job).at("failed_attempts").asInt() >= 2);
    assertThat(
            explain(alice, job)
                .has("status", "RUNNING")
                .has("steps[0].state", "under way")
                .text("next"))
        .contains("attempts go on", "platter job cancel " + job);
    alice.job(job).now().has("status", "RUNNING").hasNull("error_code");
    driver.get().mend(created.text("volume_ids[0]"));
    alice.job(job).ends("SUCCESS").hasNull("error_code").hasNull("fail_reason");
    var explained = explain(alice, job);
    assertThat(kinds(explained))
        .startsWith("attempt-failed", "attempt-failed")
        .endsWith("step-done");
    assertThat(explained.text("events[0].text")).contains("is held by a test");
    assertThat(explained.text("asked_by")).startsWith("user alice ");
    nothingDiffers(server);
  }

  @Test
  void attemptsEndWithTheDeadlineOfTheStepAndTheJobIsUndone() {
    var server = server(Map.of("step_deadline", "400ms"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "hopeless", 1);
    driver.get().breakDown(created.text("volume_ids[0]"));
    driver.get().release();
    alice.job(created.text("job_id")).ends("FAIL").has("error_code", "EVS.2024");
    var explained = explain(alice, created.text("job_id"));
    assertThat(kinds(explained)).startsWith("attempt-failed").endsWith("undone");
    explained.has("steps[0].state", "undone").has("stuck", "false");
    assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("error");
    nothingDiffers(server);
  }

  @Test
  void aCancelledCreateIsUndoneAndFailsAndARepeatIsTheSame() {
    var server = server(Map.of());
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "unwanted", 1);
    var job = created.text("job_id");
    alice.job(job).reaches("RUNNING");
    cancel(alice, job).is(202).has("job_id", job);
    cancel(alice, job).is(202);
    assertThat(explain(alice, job).text("cancelled_by")).startsWith("user alice ");
    alice.job(job).now().has("status", "RUNNING");
    driver.get().release();
    assertThat(alice.job(job).ends("FAIL").has("error_code", "PLATTER.0002").text("fail_reason"))
        .startsWith("EbsCreateVolumeTask-fail:cancelled by user alice ");
    cancel(alice, job).is(202);
    assertThat(kinds(explain(alice, job))).containsExactly("cancelled", "undone");
    assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("error");
    nothingDiffers(server);
    var again = retry(alice, job).is(202).text("job_id");
    alice.job(again).ends("SUCCESS");
    assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("available");
    nothingDiffers(server);
  }

  @Test
  void whatWaitsForAHandIsCancelledWithoutHavingBegun() {
    var server = server(Map.of("jobs_at_once", "1"));
    var alice = server.alice();
    var volume = alice.volume("kept", 10);
    driver.get().hold();
    var first = create(alice, "first", 1).text("job_id");
    alice.job(first).reaches("RUNNING");
    var second = create(alice, "second", 1).text("job_id");
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200).text("job_id");
    cancel(alice, delete).is(202);
    cancel(alice, second).is(202);
    driver.get().release();
    alice.job(first).ends("SUCCESS");
    alice.job(second).ends("FAIL").has("error_code", "PLATTER.0002");
    alice.job(delete).ends("FAIL").has("error_code", "PLATTER.0002");
    explain(alice, second).hasNull("started_time");
    assertThat(alice.statusOf(volume)).isEqualTo("error_deleting");
    alice.job(retry(alice, delete).is(202).text("job_id")).ends("SUCCESS");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).is(404);
    nothingDiffers(server);
  }

  @Test
  void whatWasCancelledBeforeAStopIsNotBegunAfterIt() {
    var server = server(Map.of("jobs_at_once", "1"));
    var alice = server.alice();
    var volume = alice.volume("kept", 10);
    driver.get().hold();
    var created = create(alice, "first", 1);
    var first = created.text("job_id");
    alice.job(first).reaches("RUNNING");
    var batch = create(alice, "batch", 2).text("job_id");
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200).text("job_id");
    cancel(alice, delete).is(202);
    cancel(alice, batch).is(202);
    server.stop();
    server.run();
    var later = server.alice();
    later.job(delete).ends("FAIL").has("error_code", "PLATTER.0002");
    later.job(batch).ends("FAIL").has("error_code", "PLATTER.0002");
    later.job(first).ends("SUCCESS");
    assertThat(driver.get().passed()) // empty: the stop has let the first one through
        .isSubsetOf(new VolumeId(created.text("volume_ids[0]")));
    assertThat(later.statusOf(volume)).isEqualTo("error_deleting");
    nothingDiffers(server);
  }

  @Test
  void whatMayHaveBegunBeforeAStopIsNotSaidToBeCancelled() {
    heldFromTheStart = true;
    var server = server(Map.of("jobs_at_once", "1"));
    var alice = server.alice();
    driver.get().release();
    var volume = alice.volume("deleted", 10);
    driver.get().hold();
    var first = create(alice, "first", 1).text("job_id");
    alice.job(first).reaches("RUNNING");
    var second = create(alice, "second", 1).text("job_id"); // the stop lets the first one through
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200).text("job_id");
    server.stop();
    server.run();
    var later = server.alice();
    var refused = cancel(later, delete).is(409).has("error.code", "PLATTER.0003");
    assertThat(refused.header("X-Platter-Detail").orElseThrow()).contains("it may have begun");
    driver.get().release();
    later.job(second).ends("SUCCESS");
    later.job(delete).ends("SUCCESS");
    nothingDiffers(server);
  }

  @Test
  void itIsTooLateWhenAJobHasEndedOrDoesWhatCannotBeTakenBack() {
    var server = server(Map.of());
    var alice = server.alice();
    var created = create(alice, "done", 1);
    alice.job(created.text("job_id")).ends("SUCCESS");
    cancel(alice, created.text("job_id")).is(409).has("error.code", "PLATTER.0003");
    driver.get().hold();
    var volume = created.text("volume_ids[0]");
    var extend =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                "{\"os-extend\": {\"new_size\": 20}}")
            .is(202)
            .text("job_id");
    alice.job(extend).reaches("RUNNING");
    cancel(alice, extend).is(409).has("error.code", "PLATTER.0003");
    explain(alice, extend).hasNull("cancelled_by");
    driver.get().release();
    alice.job(extend).ends("SUCCESS");
  }

  @Test
  void aCancelledBatchUndoesWhatHasNotEnded() {
    var server = server(Map.of("jobs_at_once", "1"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "batch", 3);
    var job = created.text("job_id");
    alice.job(job).reaches("RUNNING");
    cancel(alice, job).is(202);
    driver.get().release();
    var ended = alice.job(job).ends("FAIL").has("error_code", "PLATTER.0002");
    assertThat(ended.text("fail_reason")).startsWith("3 of 3 failed: batch-0001: ");
    nothingDiffers(server);
  }

  @Test
  void aRetryDoesTheFailedSubJobsAgainAndNoOthers() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "batch", 3);
    var job = created.text("job_id");
    driver.get().breakDown(created.text("volume_ids[1]"));
    retry(alice, job).is(409).has("error.code", "PLATTER.0003");
    driver.get().release();
    alice.job(job).ends("FAIL");
    driver.get().mend(created.text("volume_ids[1]"));
    var key = Map.of("Idempotency-Key", "a retry");
    var again = alice.call("POST", JOBS + "/" + job + "/retry", "", key).is(202).text("job_id");
    alice.call("POST", JOBS + "/" + job + "/retry", "", key).is(202).has("job_id", again);
    var ended = alice.job(again).ends("SUCCESS").has("job_type", "batchCreateVolume");
    ended.hasSize("entities.sub_jobs", 1);
    ended.has("entities.sub_jobs[0].entities.volume_id", created.text("volume_ids[1]"));
    explain(alice, again).has("retry_of", job);
    assertThat(explain(alice, job).text("events[0].text")).contains(again);
    retry(alice, job).is(409).has("error.code", "PLATTER.0003");
    nothingDiffers(server);
  }

  @Test
  void aRetryThatIsCancelledBeforeItBeginsTakesAwayWhatRemained() {
    var server = server(Map.of("step_deadline", "0s", "jobs_at_once", "1"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "stuck", 1);
    var volume = created.text("volume_ids[0]");
    driver.get().fasten(volume);
    alice.job(created.text("job_id")).reaches("RUNNING");
    cancel(alice, created.text("job_id")).is(202);
    driver.get().release();
    alice.job(created.text("job_id")).ends("FAIL");
    assertThat(listed(alice, "?stuck=true")).containsExactly(created.text("job_id"));
    driver.get().mend(volume);
    driver.get().hold();
    var before = create(alice, "before", 1).text("job_id");
    alice.job(before).reaches("RUNNING");
    var again = retry(alice, created.text("job_id")).is(202).text("job_id");
    cancel(alice, again).is(202);
    driver.get().release();
    alice.job(before).ends("SUCCESS");
    alice.job(again).ends("FAIL").has("error_code", "PLATTER.0002");
    assertThat(listed(alice, "?stuck=true")).isEmpty();
    nothingDiffers(server);
  }

  @Test
  void onlyTheJobThatLeftItSoIsRetried() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "thrice", 1);
    var first = created.text("job_id");
    var volume = created.text("volume_ids[0]");
    driver.get().breakDown(volume);
    driver.get().release();
    alice.job(first).ends("FAIL");
    driver.get().fasten(volume);
    var second = retry(alice, first).is(202).text("job_id");
    alice.job(second).ends("FAIL");
    assertThat(listed(alice, "?stuck=true")).containsExactly(second);
    driver.get().mend(volume);
    // else an undo of the second, which is stuck, would take away what the third has made
    assertThat(retry(alice, first).is(409).header("X-Platter-Detail").orElseThrow())
        .contains("changed since", second);
    var third = retry(alice, second).is(202).text("job_id");
    alice.job(third).ends("SUCCESS");
    alice.post(JOBS + "/" + second + "/undo", "").is(409);
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).has("volume.status", "available");
    nothingDiffers(server);
  }

  @Test
  void anExtensionThatWasRetriedIsNotCountedAgain() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    var created = create(alice, "grows", 1);
    var volume = created.text("volume_ids[0]");
    alice.job(created.text("job_id")).ends("SUCCESS");
    driver.get().breakDown(volume);
    var first =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                "{\"os-extend\": {\"new_size\": 20}}")
            .is(202)
            .text("job_id");
    alice.job(first).ends("FAIL");
    var second = retry(alice, first).is(202).text("job_id");
    alice.job(second).ends("FAIL");
    driver.get().mend(volume);
    assertThat(retry(alice, first).is(409).header("X-Platter-Detail").orElseThrow())
        .contains("changed since", second);
    nothingDiffers(server);
    alice.job(retry(alice, second).is(202).text("job_id")).ends("SUCCESS");
    assertThat(retry(alice, first).is(409).header("X-Platter-Detail").orElseThrow())
        .contains("is available");
    nothingDiffers(server);
  }

  @Test
  void anUndoThatFailsIsStuckUntilAnOperatorUndoesOrAcceptsIt() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    var stuck = new ArrayList<String>();
    var volumes = new ArrayList<String>();
    for (var name : List.of("to-undo", "to-accept")) {
      driver.get().hold();
      var created = create(alice, name, 1);
      stuck.add(created.text("job_id"));
      volumes.add(created.text("volume_ids[0]"));
      driver.get().fasten(volumes.getLast());
      alice.job(stuck.getLast()).reaches("RUNNING");
      cancel(alice, stuck.getLast()).is(202);
      driver.get().release();
      alice.job(stuck.getLast()).ends("FAIL");
    }
    var told = alice.job(stuck.getFirst()).now();
    assertThat(told.text("fail_reason")).contains("could not be undone", "is fastened by a test");
    assertThat(listed(alice, "?stuck=true")).containsExactly(stuck.get(1), stuck.get(0));
    explain(alice, stuck.getFirst()).has("stuck", "true").has("steps[0].state", "not undone");
    var refused = alice.post(JOBS + "/" + stuck.getFirst() + "/undo", "").is(409);
    assertThat(refused.header("X-Platter-Detail").orElseThrow())
        .contains("still stuck", "is fastened by a test");
    volumes.forEach(driver.get()::mend);
    alice.post(JOBS + "/" + stuck.get(0) + "/undo", "").is(200);
    alice.post(JOBS + "/" + stuck.get(1) + "/accept", "").is(200);
    assertThat(listed(alice, "?stuck=true")).isEmpty();
    alice.post(JOBS + "/" + stuck.get(0) + "/undo", "").is(409);
    assertThat(alice.job(stuck.getFirst()).now().body()).isEqualTo(told.body());
    assertThat(kinds(explain(alice, stuck.get(0))))
        .containsExactly(
            "cancelled", "undo-failed", "undo-begun", "undo-failed", "undo-begun", "undone");
    assertThat(explain(alice, stuck.get(1)).text("events[2].text")).startsWith("by user alice");
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences").toString())
        .contains(volumes.get(1))
        .doesNotContain(volumes.get(0));
  }

  /** One job that is stuck, and its volume. */
  private Answer stuck(Client client) {
    driver.get().hold();
    var created = create(client, "stuck", 1);
    var job = created.text("job_id");
    driver.get().fasten(created.text("volume_ids[0]"));
    client.job(job).reaches("RUNNING");
    cancel(client, job).is(202);
    driver.get().release();
    client.job(job).ends("FAIL");
    assertThat(listed(client, "?stuck=true")).containsExactly(job);
    driver.get().mend(created.text("volume_ids[0]"));
    return created;
  }

  /** What a crash, or an older version, left in the rows of a server that does not run. */
  private static void write(TestServer server, String sql) throws SQLException {
    try (var db = server.database();
        var statement = db.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isOne();
    }
  }

  @Test
  void whatSomebodyBeganToUndoBeforeACrashIsRetriedOrAccepted() throws SQLException {
    for (var call : List.of("retry", "accept", "undo")) {
      var server = server(Map.of("step_deadline", "0s"));
      var alice = server.alice();
      var created = stuck(alice);
      var job = created.text("job_id");
      server.stop();
      write(server, "update job set state = 'stuck-undo 0' where id = '" + job + "'");
      server.run();
      var later = server.alice();
      assertThat(listed(later, "?stuck=true")).as(call).containsExactly(job);
      var answer = later.post(JOBS + "/" + job + "/" + call, "");
      assertThat(answer.status()).as(call + " " + answer.body()).isIn(200, 202);
      assertThat(listed(later, "?stuck=true")).as(call).isEmpty();
      if (call.equals("retry")) {
        later.job(answer.text("job_id")).ends("SUCCESS");
        nothingDiffers(server);
      }
    }
  }

  @Test
  void whatAStuckJobLeftIsNotUndoneWhenItIsInUseByNow() throws SQLException {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    var created = stuck(alice);
    var job = created.text("job_id");
    var volume = created.text("volume_ids[0]");
    server.stop();
    write(server, "update volume set status = 'available' where id = '" + volume + "'");
    server.run();
    var later = server.alice();
    var refused = later.post(JOBS + "/" + job + "/undo", "").is(409);
    assertThat(refused.header("X-Platter-Detail").orElseThrow()).contains("in use by now");
    assertThat(listed(later, "?stuck=true")).containsExactly(job);
    later.post(JOBS + "/" + job + "/accept", "").is(200);
    nothingDiffers(server);
  }

  @Test
  void aCancelIsNotForgottenInARestart() {
    var server = server(Map.of());
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "unwanted", 1);
    alice.job(created.text("job_id")).reaches("RUNNING");
    cancel(alice, created.text("job_id")).is(202);
    server.stop(); // the step hangs, and is left for the next start
    server.run();
    server.alice().job(created.text("job_id")).ends("FAIL").has("error_code", "PLATTER.0002");
    nothingDiffers(server);
  }

  @Test
  void aBatchRunsWhenOneOfItsSubJobsDoes() {
    var server = server(Map.of());
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "batch", 2);
    driver.get().breakDown(created.text("volume_ids[0]"));
    driver.get().release(); // the first attempt fails at once, and others follow
    alice.job(created.text("job_id")).reaches("RUNNING");
    driver.get().mend(created.text("volume_ids[0]"));
    alice.job(created.text("job_id")).ends("SUCCESS");
  }

  @Test
  void aStepThatFindsNoMemoryFailsItsJob() {
    var server = server(Map.of());
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "large", 1);
    driver.get().bloat(created.text("volume_ids[0]"));
    driver.get().release();
    var job = alice.job(created.text("job_id")).ends("FAIL");
    assertThat(job.text("fail_reason")).contains("OutOfMemoryError");
    assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("error");
    driver.get().mend(created.text("volume_ids[0]"));
    alice.job(retry(alice, created.text("job_id")).is(202).text("job_id")).ends("SUCCESS");
    nothingDiffers(server);
  }

  @Test
  void aCancelledJobSaysSoAlsoWhenTheStorageRefusesMeanwhile() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "unlucky", 1);
    var job = created.text("job_id");
    alice.job(job).reaches("RUNNING");
    cancel(alice, job).is(202);
    driver.get().breakDown(created.text("volume_ids[0]"));
    driver.get().release();
    var ended = alice.job(job).ends("FAIL").has("error_code", "PLATTER.0002");
    assertThat(ended.text("fail_reason")).contains("cancelled by user alice");
    assertThat(kinds(explain(alice, job))).contains("attempt-failed", "cancelled");
    cancel(alice, job).is(202);
  }

  @Test
  void aBatchIsRetriedWithoutTheSubJobThatWasRetriedAlone() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    driver.get().hold();
    var created = create(alice, "batch", 3);
    var job = created.text("job_id");
    driver.get().breakDown(created.text("volume_ids[0]"));
    driver.get().breakDown(created.text("volume_ids[1]"));
    driver.get().release();
    var children = alice.job(job).ends("FAIL");
    driver.get().mend(created.text("volume_ids[0]"));
    driver.get().mend(created.text("volume_ids[1]"));
    var alone = retry(alice, children.text("entities.sub_jobs[0].job_id")).is(202).text("job_id");
    alice.job(alone).ends("SUCCESS");
    var rest = alice.job(retry(alice, job).is(202).text("job_id")).ends("SUCCESS");
    rest.hasSize("entities.sub_jobs", 1);
    rest.has("entities.sub_jobs[0].entities.volume_id", created.text("volume_ids[1]"));
    nothingDiffers(server);
  }

  @Test
  void theListTellsWhatRunsAsTheJobItselfDoes() {
    var server = server(Map.of("jobs_at_once", "1"));
    var alice = server.alice();
    driver.get().hold();
    var runs = create(alice, "runs", 1).text("job_id");
    alice.job(runs).reaches("RUNNING");
    var first = create(alice, "waits", 1).text("job_id");
    var second = create(alice, "waits", 1).text("job_id");
    assertThat(listed(alice, "?status=RUNNING")).containsExactly(runs);
    assertThat(listed(alice, "?status=RUNNING&limit=1")).containsExactly(runs);
    assertThat(listed(alice, "?status=INIT")).containsExactly(second, first);
    driver.get().release();
    alice.job(second).ends("SUCCESS");
    assertThat(listed(alice, "?status=INIT")).isEmpty();
  }

  @Test
  void jobsAreListedByWhatOneLooksFor() {
    var server = server(Map.of("step_deadline", "0s"));
    var alice = server.alice();
    var before = Instant.now();
    var single = create(alice, "needle", 1);
    alice.job(single.text("job_id")).ends("SUCCESS");
    var batch = create(alice, "many", 2);
    alice.job(batch.text("job_id")).ends("SUCCESS");
    var delete =
        alice.delete("/v2/{project_id}/cloudvolumes/" + single.text("volume_ids[0]")).is(200);
    alice.job(delete.text("job_id")).ends("SUCCESS");
    var a = single.text("job_id");
    var b = batch.text("job_id");
    var c = delete.text("job_id");
    assertThat(listed(alice, "")).containsExactly(c, b, a);
    assertThat(listed(alice, "?limit=1")).containsExactly(c);
    assertThat(listed(alice, "?limit=1&marker=" + c)).containsExactly(b);
    assertThat(listed(alice, "?type=deleteVolume")).containsExactly(c);
    assertThat(listed(alice, "?status=success")).containsExactly(c, b, a);
    assertThat(listed(alice, "?status=FAIL")).isEmpty();
    assertThat(listed(alice, "?volume=" + single.text("volume_ids[0]"))).containsExactly(c, a);
    assertThat(listed(alice, "?parent=" + b)).hasSize(2);
    assertThat(listed(alice, "?text=NEEDLE")).containsExactly(c, a);
    assertThat(listed(alice, "?since=" + before)).containsExactly(c, b, a);
    assertThat(listed(alice, "?until=" + before)).isEmpty();
    assertThat(listed(alice, "?stuck=true")).isEmpty();
    for (var bad :
        List.of("status=x", "since=x", "limit=0", "marker=x", "parent=x", "stuck=x", "text=%00")) {
      alice.get(JOBS + "?" + bad).is(400);
    }
  }

  @Test
  void anotherProjectLearnsNothing() {
    var server = server(Map.of());
    var job = create(server.alice(), "hers", 1).text("job_id");
    server.alice().job(job).ends("SUCCESS");
    var bob = server.bob();
    bob.get(JOBS + "/" + job + "/explain").is(400).has("error.code", "Common.0011");
    for (var call : List.of("cancel", "retry", "undo", "accept")) {
      bob.post(JOBS + "/" + job + "/" + call, "").is(400).has("error.code", "Common.0011");
    }
    assertThat(listed(bob, "")).isEmpty();
  }

  @Test
  void aCollectedJobLeavesATombstone() {
    var server = server(Map.of("keep_jobs", "1s", "step_deadline", "0s"));
    var alice = server.alice();
    var batch = create(alice, "many", 2);
    var child = alice.job(batch.text("job_id")).ends("SUCCESS").text("entities.sub_jobs[0].job_id");
    for (var job : List.of(batch.text("job_id"), child)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> alice.get("/v1/{project_id}/jobs/" + job).status() == 400);
      var left = alice.get("/v1/{project_id}/jobs/" + job).is(400).has("error.code", "Common.0011");
      assertThat(left.text("error.message"))
          .matches(
              "query job fail\\. The job existed: \\w+, ended SUCCESS at \\S+Z, removed at \\S+Z\\.");
      server
          .bob()
          .get("/v1/{project_id}/jobs/" + job)
          .is(400)
          .has("error.message", "query job fail.");
    }
    assertThat(alice.statusOf(batch.text("volume_ids[0]"))).isEqualTo("available");
    nothingDiffers(server);
  }
}
