package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The example bodies of the cloud's documents. Those of calls that are offered stand where the
 * OpenAPI document shows them from, the others beside the tests.
 */
public final class Published {
  static final Path SHOWN = Path.of("src/main/resources/openapi/examples");
  static final Path FOR_TESTS = Path.of("src/test/resources/reference/examples");

  private Published() {}

  /** Such as {@code createVolume.request}. */
  public static String text(String name) {
    var file = SHOWN.resolve(name + ".json");
    try {
      return Files.readString(Files.exists(file) ? file : FOR_TESTS.resolve(name + ".json"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all. */
  public static List<String> names() {
    return Stream.of(SHOWN, FOR_TESTS).flatMap(folder -> names(folder).stream()).toList();
  }

  static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json"))
          .map(file -> file.substring(0, file.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
