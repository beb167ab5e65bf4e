package platter.job;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.db.TestPostgres;

class AcceptanceOnPostgresTest extends AcceptanceTest {
  private final String url = TestPostgres.newDatabase();

  @Override
  Database open(Path folder) {
    return Databases.open(Place.of(url, "", ""), folder, Duration.ofSeconds(10));
  }

  @AfterEach
  void drop() {
    TestPostgres.drop(url);
  }
}
