package platter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Answer;
import platter.db.TestPostgres;
import platter.driver.WrittenInOrder;
import platter.nbd.PacedDriver;

/** Two nodes, one service: one of them serves an attachment, and any may be asked for its end. */
class AttachmentsAmongNodesTest {
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";

  @TempDir private Path folder;
  private final String database = TestPostgres.newDatabase();
  private TestServer one = TestServer.with(Map.of());
  private TestServer two = TestServer.with(Map.of());

  private String stepDeadline = "20s";

  /** Longer than a machine with much else to do may stand still. */
  private String lease = "10s";

  /** Of the node that was started last. */
  private Optional<PacedDriver> paced = Optional.empty();

  private void run() {
    one = node("one");
    two = node("two");
  }

  private TestServer node(String name) {
    return TestServer.with(
            Map.of(
                "node",
                name,
                "lease",
                lease,
                "step_deadline",
                stepDeadline,
                "storage",
                "dir:" + folder.resolve("storage")))
        .onPostgres(database)
        .aroundDriver(
            real -> {
              paced = Optional.of(new PacedDriver(real));
              return paced.get();
            })
        .run();
  }

  private static Answer snapshot(TestServer node, String volume) {
    return node.alice()
        .post(
            "/v2/{project_id}/cloudsnapshots",
            "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
        .is(202);
  }

  private static String job(Answer answer) {
    return answer.header("X-Platter-Job").orElseThrow();
  }

  private void assumeCopies() {
    Assumptions.assumeFalse(
        paced.orElseThrow().snapshotsAreInstant(), "this file system copies in an instant");
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    TestPostgres.drop(database);
  }

  private static Answer call(TestServer node, String method, String path, String body) {
    return node.alice()
        .call(method, ATTACHMENTS + path, body, Map.of("OpenStack-API-Version", "volume 3.44"));
  }

  private Answer attached(String volume) {
    return call(
            one,
            "POST",
            "",
            "{\"attachment\": {\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"h\"}}}"
                .formatted(volume))
        .is(202);
  }

  @Test
  void whatOneNodeServesAnotherGrowsAndEnds() throws IOException {
    run();
    var volume = one.alice().volume("v", 10);
    var made = attached(volume);
    var id = made.text("attachment.id");
    var ticket = made.text("attachment.connection_info.export");
    call(one, "POST", "/" + id + "/action", "{\"os-complete\": null}").is(204);
    assertThat(call(two, "GET", "/" + id, "").text("attachment.connection_info.export"))
        .isEqualTo(ticket);
    var export = one.open(ticket).orElseThrow();
    assertThatThrownBy(() -> two.open(ticket)).isInstanceOf(IOException.class);

    var job =
        two.alice()
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                "{\"os-extend\": {\"new_size\": 20}}")
            .is(202)
            .text("job_id");
    two.alice().job(job).ends("SUCCESS");
    assertThat(export.size()).isEqualTo(20L << 30);

    call(two, "DELETE", "/" + id + "?connections=wait&timeout=0", "").is(409);
    export.write(ByteBuffer.allocateDirect(1), 0);
    call(two, "DELETE", "/" + id, "").is(200);
    assertThat(one.alice().statusOf(volume)).isEqualTo("available");
    assertThatThrownBy(() -> export.write(ByteBuffer.allocateDirect(1), 0))
        .isInstanceOf(IOException.class);
    export.close();
    assertThat(two.open(ticket)).isEmpty();
  }

  @Test
  void theTicketIsGoodOnAnotherNodeWhenTheFirstHasLeft() throws IOException {
    lease = "5s";
    run();
    var made = attached(one.alice().volume("v", 10));
    var ticket = made.text("attachment.connection_info.export");
    var export = one.open(ticket).orElseThrow();
    one.stop();
    assertThatThrownBy(() -> export.write(ByteBuffer.allocateDirect(1), 0))
        .isInstanceOf(IOException.class);
    Awaitility.await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> two.open(ticket).isPresent());
    call(two, "DELETE", "/" + made.text("attachment.id"), "").is(200);
  }

  @Test
  void theNodeThatServesAVolumeMakesItsSnapshots() throws Exception {
    run();
    assumeCopies();
    var volume = one.alice().volume("v", 10);
    var attachment = attached(volume);
    var complete = "/" + attachment.text("attachment.id") + "/action";
    call(one, "POST", complete, "{\"os-complete\": null}").is(204);
    var export = one.open(attachment.text("attachment.connection_info.export")).orElseThrow();
    var before = WrittenInOrder.before();
    export.write(ByteBuffer.allocateDirect(before.length).put(before).flip(), 0);
    try (export;
        var writer = new WrittenInOrder((at, block) -> export.write(block, at))) {
      writer.goOnFor(100);
      long least = writer.acknowledged();
      var made = snapshot(two, volume);
      two.alice().job(job(made)).ends("SUCCESS");
      two.alice()
          .get("/platter/v1/{project_id}/jobs/" + job(made) + "/explain")
          .is(200)
          .has("node", "one");
      var id = made.text("snapshot.id");
      var file = folder.resolve("storage/snapshots/kept/" + id.substring(34) + "/" + id + ".raw");
      try (var read = new RandomAccessFile(file.toFile(), "r")) {
        WrittenInOrder.check(
            (at, length) -> {
              var bytes = new byte[length];
              read.seek(at);
              read.readFully(bytes);
              return bytes;
            },
            least,
            writer.begun());
      }
    }
  }

  @Test
  void whileANodeCopiesAVolumeNoOtherOneBeginsToServeIt() throws Exception {
    run();
    assumeCopies();
    var volume = one.alice().volume("v", 10);
    try (var file = new RandomAccessFile(fileOf(volume).toFile(), "rw")) {
      file.write(1);
    }
    var hold = paced.orElseThrow().hold(0);
    var made = snapshot(two, volume);
    hold.untilThere();
    var ticket = attached(volume).text("attachment.connection_info.export");
    assertThatThrownBy(() -> one.open(ticket))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node two");
    var export = two.open(ticket).orElseThrow();
    export.write(ByteBuffer.allocateDirect(1), 0);
    hold.release();
    two.alice().job(job(made)).ends("SUCCESS");
    export.close();
    one.open(ticket).orElseThrow().close();
  }

  @Test
  void aVolumeThatSeveralNodesServeAtOnceIsNotCopied() throws Exception {
    stepDeadline = "1s";
    run();
    assumeCopies();
    var created =
        one.alice()
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": 10, "volume_type": "SSD",
                  "availability_zone": "az1", "multiattach": true}}\
                """)
            .is(202);
    one.alice().job(created.text("job_id")).ends("SUCCESS");
    var volume = created.text("volume_ids[0]");
    var tickets = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      var attachment = attached(volume);
      var complete = "/" + attachment.text("attachment.id") + "/action";
      call(one, "POST", complete, "{\"os-complete\": null}").is(204);
      tickets.add(attachment.text("attachment.connection_info.export"));
    }
    Answer snapshot;
    try (var here = one.open(tickets.getFirst()).orElseThrow();
        var there = two.open(tickets.getLast()).orElseThrow()) {
      assertThat(here.size()).isEqualTo(there.size());
      snapshot = snapshot(two, volume);
      var ended = two.alice().job(job(snapshot)).ends("FAIL");
      assertThat(ended.text("fail_reason")).contains("several nodes at once (one, two)");
    }
    var again =
        two.alice().post("/platter/v1/{project_id}/jobs/" + job(snapshot) + "/retry", "").is(202);
    two.alice().job(again.text("job_id")).ends("SUCCESS");
  }

  private Path fileOf(String volume) {
    return folder.resolve("storage/volumes/" + volume.substring(34) + "/" + volume + ".raw");
  }
}
