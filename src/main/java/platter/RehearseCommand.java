package platter;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code platter rehearse}: plays a short session against a server of its own in a temporary
 * folder. The launcher runs it once after a build while the JVM records what is loaded and what is
 * hot, so that later starts, and the first requests after them, are quick.
 */
@Command(
    name = "rehearse",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Play a short session in a temporary folder; the launcher does it after a build.")
final class RehearseCommand implements Callable<Integer> {
  private static final int ROUNDS = 20;

  @Override
  public Integer call() throws Exception {
    Logging.start();
    var folder = Files.createTempDirectory("platter-rehearsal");
    try {
      var data = folder.resolve("data");
      var config =
          Config.read(
              Map.of("data", data.toString(), "listen", "127.0.0.1:0"), Map.of(), Optional.empty());
      try (var _ = Platter.start(config, Platter.Parts.REAL)) {
        for (int i = 0; i < ROUNDS; i++) {
          play(data, "volume", "create", "--name", "v" + i, "--size", "10");
          play(data, "volume", "list", "-o", "json");
          play(data, "volume", "extend", "v" + i, "20");
          play(data, "job", "list");
          play(data, "volume", "create", "--name", "b" + i, "--size", "10", "--count", "5");
          play(data, "volume", "delete", "v" + i);
        }
        play(data, "verify");
      }
      return 0;
    } finally {
      remove(folder);
    }
  }

  private static void play(Path data, String... args) {
    var commandLine = Main.commandLine(Map.of("PLATTER_DATA", data.toString()));
    commandLine.setOut(new PrintWriter(Writer.nullWriter()));
    commandLine.setErr(new PrintWriter(Writer.nullWriter()));
    commandLine.execute(args);
  }

  private static void remove(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
