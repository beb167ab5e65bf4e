package platter.api;

import java.time.Duration;
import platter.OnPostgres;

/** A smaller budget: the calls are the same. */
@OnPostgres
class EveryCallBadInputOnPostgresTest extends EveryCallBadInputTest {
  @Override
  Duration enough() {
    return Duration.ofSeconds(15);
  }
}
