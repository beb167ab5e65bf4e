package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestLog;
import platter.TestServer;

/** Who cancels, retries, undoes or accepts a job stands in the log and beside the job. */
class JobAuditTest {
  private static final String JOBS = "/platter/v1/{project_id}/jobs/";
  private static final String ALICE = "by user alice ";

  private final AtomicReference<GatedDriver> driver = new AtomicReference<>();
  private final TestLog log = new TestLog();
  private final TestServer server =
      TestServer.with(Map.of("step_deadline", "0s"))
          .aroundDriver(
              real -> {
                driver.set(new GatedDriver(real));
                return driver.get();
              })
          .run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    driver.get().release();
    server.close();
    log.close();
    assertThat(log.lines()).as("the log").noneMatch(line -> line.contains("has a bug"));
  }

  private Answer create(int count) {
    return alice
        .post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"name": "a", "size": 10, "volume_type": "SSD", "availability_zone": "az1", "count": %d}}"""
                .formatted(count))
        .is(202);
  }

  private List<String> events(String job) {
    return alice
        .get(JOBS + job + "/explain")
        .is(200)
        .at("events")
        .valueStream()
        .map(e -> e.path("kind").asString("") + " " + e.path("text").asString(""))
        .toList();
  }

  private void isLogged(String job, String what) {
    assertThat(log.lines())
        .as("the log")
        .anyMatch(
            line -> line.contains(job) && line.contains(what) && line.contains("by user alice "));
  }

  /** A create that hangs and is cancelled; it ends when the driver is released. */
  private String cancelled(boolean fastened) {
    driver.get().hold();
    var created = create(1);
    var job = created.text("job_id");
    if (fastened) {
      driver.get().fasten(created.text("volume_ids[0]"));
    }
    alice.job(job).reaches("RUNNING");
    alice.post(JOBS + job + "/cancel", "").is(202);
    return job;
  }

  @Test
  void aCancelIsWrittenDownWhenItIsAskedForAndOnce() {
    var job = cancelled(false);
    assertThat(events(job)).singleElement().asString().startsWith("cancelled " + ALICE);
    isLogged(job, "is cancelled");
    alice.post(JOBS + job + "/cancel", "").is(202);
    driver.get().release();
    alice.job(job).ends("FAIL");
    assertThat(events(job)).hasSize(2).last().asString().startsWith("undone ");
  }

  @Test
  void aCancelledBatchAndEachOfItsSubJobsTellWhoDidIt() {
    driver.get().hold();
    var job = create(2).text("job_id");
    var subJobs = alice.job(job).reaches("RUNNING").at("entities.sub_jobs");
    alice.post(JOBS + job + "/cancel", "").is(202);
    isLogged(job, "is cancelled");
    assertThat(events(job)).singleElement().asString().startsWith("cancelled " + ALICE);
    for (var subJob : subJobs) {
      assertThat(events(subJob.path("job_id").stringValue()).getFirst())
          .startsWith("cancelled " + ALICE);
    }
    driver.get().release();
    alice.job(job).ends("FAIL");
    var again = alice.post(JOBS + job + "/retry", "").is(202).text("job_id");
    isLogged(job, "is retried as " + again);
    assertThat(events(job)).last().asString().contains("retried as " + again, ALICE);
    alice.job(again).ends("SUCCESS");
    var explained = alice.get(JOBS + again + "/explain").is(200).has("retry_of", job);
    assertThat(explained.text("asked_by")).startsWith("user alice ");
  }

  @Test
  void anUndoAndAnAcceptTellWhoDidThem() {
    var toUndo = cancelled(true);
    driver.get().release();
    alice.job(toUndo).ends("FAIL");
    var toAccept = cancelled(true);
    driver.get().release();
    alice.job(toAccept).ends("FAIL");
    alice.post(JOBS + toUndo + "/undo", "").is(409);
    isLogged(toUndo, "undo-begun");
    assertThat(events(toUndo)).anyMatch(event -> event.startsWith("undo-begun " + ALICE));
    var volume = alice.job(toUndo).now().text("entities.volume_id");
    driver.get().mend(volume);
    alice.post(JOBS + toUndo + "/undo", "").is(200);
    isLogged(toUndo, "undone");
    assertThat(events(toUndo)).last().asString().startsWith("undone " + ALICE);
    alice.post(JOBS + toAccept + "/accept", "").is(200);
    isLogged(toAccept, "accepted");
    assertThat(events(toAccept)).last().asString().startsWith("accepted " + ALICE);
    alice
        .get(JOBS + toAccept + "/explain")
        .is(200)
        .has("stuck", "false")
        .has("steps[0].state", "left as it was");
  }

  @Test
  void whatIsRefusedIsNotWrittenDown() {
    var job = create(1).text("job_id");
    alice.job(job).ends("SUCCESS");
    for (var call : List.of("cancel", "retry", "undo", "accept")) {
      alice.post(JOBS + job + "/" + call, "").isRefused(409, "PLATTER.0003");
    }
    assertThat(events(job)).isEmpty();
    assertThat(log.lines()).noneMatch(line -> line.contains(job) && line.contains("alice"));
  }

  @Test
  void anExplanationTellsWhyItFailedWhatWasDoneAboutItAndOfWhom() {
    var job = cancelled(false);
    driver.get().release();
    alice.job(job).ends("FAIL");
    var explained =
        alice
            .get(JOBS + job + "/explain")
            .is(200)
            .has("error_code", "PLATTER.0002")
            .has("entities.name", "a");
    assertThat(explained.text("fail_reason")).contains("cancelled by user alice");
    assertThat(explained.text("next"))
        .isEqualTo("Nothing: it was cancelled. To do it after all: platter job retry " + job);
    var again = alice.post(JOBS + job + "/retry", "").is(202).text("job_id");
    assertThat(alice.get(JOBS + job + "/explain").is(200).text("next"))
        .isEqualTo("Nothing: it was retried. How that went: platter job explain " + again);
  }
}
