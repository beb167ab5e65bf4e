package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** {@code GET /v1/{project_id}/jobs/{job_id}} and its v2 twin. */
class JobsTest {
  private static final List<String> MEMBERS =
      List.of(
          "status",
          "entities",
          "job_id",
          "job_type",
          "begin_time",
          "end_time",
          "error_code",
          "fail_reason");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aFinishedJobHasTheEightMembersInTheDocumentedOrder() {
    var alice = server.alice();
    var created =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "db-1", "size": 40, "volume_type": "SSD", "availability_zone": "az1"}}""")
            .is(202);
    var job = alice.job(created.text("job_id")).ends("SUCCESS");
    assertThat(List.copyOf(job.json().propertyNames())).isEqualTo(MEMBERS);
    job.has("job_type", "createVolume")
        .has("entities.name", "db-1")
        .has("entities.size", "40")
        .has("entities.volume_id", created.text("volume_ids[0]"))
        .has("entities.volume_type", "SSD");
    assertThat(job.at("error_code").isNull()).isTrue();
    assertThat(job.at("fail_reason").isNull()).isTrue();
    assertThat(job.text("begin_time"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(alice.get("/v2/{project_id}/jobs/" + created.text("job_id")).body())
        .isEqualTo(job.body());
  }

  @Test
  void anUnknownMalformedOrForeignJobIsCommon0011() {
    var alice = server.alice();
    var bobs =
        server
            .bob()
            .post(
                "/v2/{project_id}/cloudvolumes",
                """
                {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"}}""")
            .is(200)
            .text("job_id");
    for (var id : List.of("4010a32d535527910153552b492c0002", "nonsense", bobs)) {
      alice
          .get("/v1/{project_id}/jobs/" + id)
          .isRefused(400, "Common.0011")
          .has("error.message", "query job fail.");
    }
    alice
        .get("/v1/{project_id}/jobs/")
        .isRefused(400, "Common.0011")
        .has("error.message", "No jobs found.");
  }

  @Test
  void aForeignProjectInThePathIsCommon0018() {
    server
        .alice()
        .get("/v1/" + TestServer.BOB_PROJECT + "/jobs/4010a32d535527910153552b492c0002")
        .isRefused(400, "Common.0018")
        .has("error.message", "Invalid token in the header");
  }
}
