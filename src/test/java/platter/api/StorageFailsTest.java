package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.TestServer;

/** A full or read-only disk under a running service: jobs say why, and the service goes on. */
class StorageFailsTest {
  private final Path disk;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  StorageFailsTest(@TempDir Path tmp) throws IOException {
    disk = Files.createDirectory(tmp.resolve("disk"));
  }

  @AfterEach
  void unmount() {
    undo.forEach(Runnable::run);
  }

  private void mount(String options) throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "mounting a tmpfs needs root");
    var failure = run("mount", "-t", "tmpfs", "-o", options, "platter-test", disk.toString());
    Assumptions.assumeTrue(failure.isEmpty(), "a tmpfs cannot be mounted here: " + failure);
    undo.push(() -> must("umount", "-l", disk.toString()));
  }

  /** Lays a read-only view of itself over it, as after a disk error. */
  private void coverReadOnly() {
    must("mount", "--bind", disk.toString(), disk.toString());
    undo.push(() -> must("umount", "-l", disk.toString()));
    must("mount", "-o", "remount,bind,ro", disk.toString());
  }

  private void uncover() {
    undo.pop().run();
  }

  private static void must(String... command) {
    assertThat(run(command)).as(String.join(" ", command)).isEmpty();
  }

  private static String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int exit = process.onExit().join().exitValue();
      return exit == 0 ? "" : "exit " + exit + " " + said.strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private TestServer server() {
    return TestServer.with(Map.of("storage", "dir:" + disk, "step_deadline", "300ms")).run();
  }

  private static Answer create(Client client, int count) {
    return client
        .post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"name": "v", "size": 10, "count": %d, "volume_type": "SSD", "availability_zone": "az1"}}"""
                .formatted(count))
        .is(202);
  }

  private static void nothingDiffers(TestServer server) {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @Test
  void onAFullDiskAJobFailsWithTheCauseAndTheServiceGoesOn() throws Exception {
    mount("size=1m,nr_inodes=80");
    try (var server = server()) {
      var alice = server.alice();
      var created = create(alice, 100);
      var job = alice.job(created.text("job_id")).ends("FAIL").has("error_code", "EVS.2024");
      assertThat(job.text("fail_reason"))
          .matches(
              "\\d+ of 100 failed: v-\\d{4}: EbsCreateVolumeTask-fail:volume is error! "
                  + "volume \\S+ cannot be created with 10 GiB: No space left on device");
      nothingDiffers(server);
      var made = alice.get("/v2/{project_id}/cloudvolumes/detail?status=available").is(200);
      assertThat(made.at("count").intValue()).isPositive();
      var failed = alice.get("/v2/{project_id}/cloudvolumes/detail?status=error").is(200);
      assertThat(failed.at("count").intValue() + made.at("count").intValue()).isEqualTo(100);
      // both kinds can be deleted, and then there is room again
      for (var volume : new String[] {made.text("volumes[0].id"), failed.text("volumes[0].id")}) {
        var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200);
        alice.job(delete.text("job_id")).ends("SUCCESS");
      }
      nothingDiffers(server);
    }
  }

  @Test
  void onAReadOnlyDiskEveryJobFailsWithTheCauseUntilItIsWritableAgain() throws Exception {
    mount("size=8m");
    try (var server = server()) {
      var alice = server.alice();
      var volume = alice.volume("before", 10);
      var other = alice.volume("other", 10);
      coverReadOnly();
      var created = create(alice, 1);
      failsReadOnly(alice, created.text("job_id"), "EVS.2024", "EbsCreateVolumeTask");
      assertThat(alice.statusOf(created.text("volume_ids[0]"))).isEqualTo("error");
      var extend =
          alice
              .post(
                  "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                  "{\"os-extend\": {\"new_size\": 20}}")
              .is(202);
      failsReadOnly(alice, extend.text("job_id"), "EVS.2026", "EbsExtendVolumeTask");
      assertThat(alice.statusOf(volume)).isEqualTo("error_extending");
      var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + other).is(200);
      failsReadOnly(alice, delete.text("job_id"), "EVS.2020", "EbsDeleteVolumeTask");
      assertThat(alice.statusOf(other)).isEqualTo("error_deleting");
      nothingDiffers(server);
      uncover();
      for (var gone : new String[] {volume, other, created.text("volume_ids[0]")}) {
        var again = alice.delete("/v2/{project_id}/cloudvolumes/" + gone).is(200);
        alice.job(again.text("job_id")).ends("SUCCESS");
      }
      alice.volume("after", 10);
      nothingDiffers(server);
    }
  }

  private static void failsReadOnly(Client alice, String job, String code, String task) {
    assertThat(alice.job(job).ends("FAIL").has("error_code", code).text("fail_reason"))
        .startsWith(task + "-fail:")
        .contains("Read-only file system");
  }
}
