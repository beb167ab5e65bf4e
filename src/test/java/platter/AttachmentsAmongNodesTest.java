package platter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.api.Answer;
import platter.db.TestPostgres;

/** Two nodes, one service: one of them serves an attachment, and any may be asked for its end. */
class AttachmentsAmongNodesTest {
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";

  @TempDir private Path folder;
  private final String database = TestPostgres.newDatabase();
  private TestServer one = TestServer.with(Map.of());
  private TestServer two = TestServer.with(Map.of());

  private void run() {
    one = node("one");
    two = node("two");
  }

  private TestServer node(String name) {
    return TestServer.with(
            Map.of("node", name, "lease", "2s", "storage", "dir:" + folder.resolve("storage")))
        .onPostgres(database)
        .run();
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
}
