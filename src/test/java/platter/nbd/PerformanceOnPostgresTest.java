package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import platter.OnPostgres;
import platter.TestServer;
import platter.db.TestPostgres;

@OnPostgres
class PerformanceOnPostgresTest extends PerformanceTest {
  @Test
  void aChangeThatAnotherNodeMadeReachesTheHostToo() throws Exception {
    var database = TestPostgres.newDatabaseWithTables();
    try (var node = TestServer.with(Map.of()).onPostgres(database).run();
        var connection = DriverManager.getConnection(database)) {
      var alice = node.alice();
      var volume = essd2(alice, 5000);
      try (var export = node.open(ticket(attached(alice, volume))).orElseThrow();
          var change = connection.prepareStatement("update volume set iops = 300 where id = ?")) {
        assertThat(export.limits()).isEqualTo(new Limits(5000, 0));
        change.setString(1, volume);
        assertThat(change.executeUpdate()).isEqualTo(1);
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> export.limits().equals(new Limits(300, 0)));
      }
    } finally {
      TestPostgres.drop(database);
    }
  }
}
