package platter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder, on a real disk, removed at the end; and the database that is dear to fill.
 */
final class Place implements AutoCloseable {
  private final Path root;
  private @Nullable FilledDatabase many;

  private Place(Path root) {
    this.root = root;
  }

  static Place temporary() throws IOException {
    var root = Files.createTempDirectory("platter-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(root))); // also when interrupted
    return new Place(root);
  }

  /** A data folder's path. */
  Path data(String name) {
    return root.resolve(name);
  }

  /** The large database, filled when it is asked for first. */
  FilledDatabase many(Sizes sizes) throws Exception {
    if (many == null) {
      many = FilledDatabase.fill(data("many"), sizes.manyJobs());
    }
    return many;
  }

  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(Place::removeOne);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeOne(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    remove(root);
  }
}
