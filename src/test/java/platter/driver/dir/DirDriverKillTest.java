package platter.driver.dir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Fact;
import platter.error.BackendException;
import platter.id.VolumeId;

/** Kill -9 at any moment: what was acknowledged holds, what was begun is whole or not at all. */
public class DirDriverKillTest {
  private static final int ROUNDS = 6;
  private static final int MAX_LINES = 1500;

  /** What the killed program said of one volume, in bytes; 0 is "not there". */
  public record Said(long did, long tried) {}

  @Test
  void whatWasAcknowledgedHoldsAndNothingIsHalfMade(@TempDir Path root) throws Exception {
    long seed = Long.getLong("platter.seed", System.nanoTime());
    System.out.println("DirDriverKillTest: -Dplatter.seed=" + seed);
    var random = new Random(seed);
    var said = new HashMap<VolumeId, Said>();
    for (int round = 0; round < ROUNDS; round++) {
      runAndKill(root, random.nextLong(), 1 + random.nextInt(MAX_LINES), said);
      compare(root, said);
    }
    assertThat(said).isNotEmpty();
  }

  private static void runAndKill(Path root, long seed, int lines, Map<VolumeId, Said> said)
      throws Exception {
    var child = java(KilledWriter.class, List.of(root.toString(), Long.toString(seed)));
    try (var out = child.inputReader(UTF_8)) {
      read(out, lines, said);
      assertThatThrownBy(() -> Nodes.alone(root)).isInstanceOf(BackendException.Busy.class);
      child.toHandle().destroyForcibly(); // unlike the process's own, it leaves the pipe readable
      read(out, Integer.MAX_VALUE, said);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  /** Starts a program of the tests. */
  public static Process java(Class<?> main, List<String> args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(args);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Reads so many lines of what a {@link KilledWriter} says, or to its end. */
  public static void read(BufferedReader out, int lines, Map<VolumeId, Said> said)
      throws Exception {
    for (int i = 0; i < lines; i++) {
      var line = out.readLine();
      if (line == null || !line.endsWith(" .")) {
        assertThat(line == null ? "" : line).doesNotStartWith("failed");
        return;
      }
      var words = line.split(" ", -1);
      var bytes = Long.parseLong(words[2]);
      said.compute(
          new VolumeId(words[1]),
          (_, old) ->
              switch (words[0]) {
                case "try" -> new Said(old == null ? 0 : old.did(), bytes);
                case "did" -> new Said(bytes, bytes);
                default -> throw new IllegalStateException(line);
              });
    }
  }

  private static void compare(Path root, Map<VolumeId, Said> said) throws Exception {
    try (var driver = Nodes.alone(root)) {
      var held =
          DriverContract.volumes(driver).stream().collect(Collectors.toMap(Fact::id, Fact::bytes));
      assertThat(said.keySet()).containsAll(held.keySet());
      said.forEach(
          (id, what) ->
              assertThat(held.getOrDefault(id, 0L))
                  .as("%s after %s", id, what)
                  .isIn(what.did(), what.tried()));
      for (var unsure : said.entrySet()) { // what was begun can be ended by repeating it
        var id = unsure.getKey();
        long wish = unsure.getValue().tried();
        if (wish == 0) {
          driver.retire(id);
        } else if (held.containsKey(id)) {
          driver.grow(id, wish);
        } else {
          driver.ensure(id, wish);
        }
        unsure.setValue(new Said(wish, wish));
      }
      var layout = new Layout(root);
      assertThat(layout.nurseries()).allSatisfy(a -> assertThat(a).isEmptyDirectory());
      Awaitility.await().untilAsserted(() -> assertThat(layout.trash()).isEmptyDirectory());
    }
  }
}
