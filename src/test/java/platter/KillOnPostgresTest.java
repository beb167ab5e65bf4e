package platter;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import platter.db.TestPostgres;

class KillOnPostgresTest extends KillTest {
  private final String database = TestPostgres.newDatabase();

  @Override
  Map<String, String> settings() {
    var settings = new HashMap<>(super.settings());
    settings.put("database", database);
    return settings;
  }

  @AfterEach
  void drop() {
    TestPostgres.drop(database);
  }
}
