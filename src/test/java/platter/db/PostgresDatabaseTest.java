package platter.db;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class PostgresDatabaseTest implements DatabaseContract {
  private final Map<Path, String> urls = new HashMap<>();

  @Override
  public Database open(Path folder) {
    return open(urls.computeIfAbsent(folder, _ -> TestPostgres.newDatabase()));
  }

  @AfterEach
  void dropAll() {
    urls.values().forEach(TestPostgres::drop);
  }

  private static Database open(String url) {
    return Databases.open(Place.of(url, "", ""), Path.of("unused"), Duration.ofSeconds(10));
  }
}
