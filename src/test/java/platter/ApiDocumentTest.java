package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import platter.error.ErrorCode;

/** The documents say what the program does: routes, codes and settings, both ways. */
class ApiDocumentTest {
  private static final Pattern ROUTE = Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\|");
  private static final Pattern CODE =
      Pattern.compile("(?m)^\\| `([A-Za-z]+\\.\\d+)` \\| (\\d+) \\| (.*) \\|$");
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

  @Test
  void everyRouteHasItsRowAndEveryRowItsRoute() throws IOException {
    var documented = new TreeSet<String>();
    ROUTE.matcher(read("docs/api.md")).results().forEach(row -> documented.add(row.group(1)));
    var answered = new TreeSet<String>();
    try (var server = TestServer.start()) {
      server
          .platter()
          .routes()
          .forEach(route -> answered.add(route.method() + " " + route.pattern()));
    }
    assertThat(documented).isEqualTo(answered);
  }

  @Test
  void everyErrorCodeIsDocumentedWithItsStatusAndText() throws IOException {
    var documented = new TreeSet<String>();
    CODE.matcher(read("docs/api.md"))
        .results()
        .forEach(row -> documented.add(row.group(1) + " " + row.group(2) + " " + row.group(3)));
    var used = new TreeSet<String>();
    Arrays.stream(ErrorCode.values())
        .forEach(code -> used.add(code.code() + " " + code.status() + " " + code.message()));
    assertThat(documented).isEqualTo(used);
  }

  @Test
  void everySettingIsDocumented() throws IOException {
    var documented = new TreeSet<String>();
    SETTING
        .matcher(read("docs/operating.md"))
        .results()
        .forEach(row -> documented.add(row.group(1)));
    assertThat(documented).containsAll(Config.DEFAULTS.keySet());
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }
}
