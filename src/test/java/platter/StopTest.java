package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import platter.api.Client;
import platter.db.Line;
import platter.db.TestPostgres;

/** A stop ends, whatever the database does. */
class StopTest {
  /** It takes 4; one after the other the parts would wait for 8. */
  private static final Duration WITHIN = Duration.ofSeconds(6);

  private static void create(Client client) {
    client.post(
        "/v2.1/{project_id}/cloudvolumes",
        """
        {"volume": {"name": "x", "size": 10, "volume_type": "SSD", "availability_zone": "az1"}}""");
  }

  @Test
  void aDatabaseThatDoesNotAnswerHoldsNoStopUp() throws InterruptedException {
    var url = TestPostgres.newDatabaseWithTables();
    try (var line = Line.to(url);
        var server = TestServer.with(Map.of()).onPostgres(line.url()).run();
        var callers = Executors.newCachedThreadPool()) {
      var alice = server.alice();
      create(alice);
      line.hang();
      for (int i = 0; i < 4; i++) {
        callers.execute(() -> create(alice));
      }
      Thread.sleep(300); // so that writers wait for it
      long begun = System.nanoTime();
      server.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(WITHIN);
      callers.shutdownNow();
      line.mend();
    } finally {
      TestPostgres.drop(url);
    }
  }
}
