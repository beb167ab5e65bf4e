package platter.driver.rbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import platter.error.BackendException;

/**
 * A real Ceph cluster for tests: the one that {@code PLATTER_TEST_CEPH} names (the path of a
 * configuration whose user may do everything in a pool {@code platter}), or, when that is {@code
 * on}, one of its own, by {@code scripts/ceph/one-node}. That ends with this process, however that
 * ends. Without the variable, and where Ceph is not installed, the test that asks is skipped: it
 * takes minutes.
 */
public final class TestCeph {
  private static final List<String> PROGRAMS =
      List.of("ceph-mon", "ceph-osd", "ceph", "rbd", "ceph-authtool", "monmaptool");

  /** Stops the cluster when the pipe from this process is closed. */
  private static final String UNTIL_THE_PIPE_ENDS =
      """
      scripts/ceph/one-node start "$1" || exit 1
      read -r _
      scripts/ceph/one-node stop "$1"
      """;

  private static Optional<String> conf = Optional.empty();

  private TestCeph() {}

  /** The place of a fresh namespace, as it stands behind {@code rbd:}; skips where Ceph is not. */
  public static String newPlace() {
    var namespace = "t" + UUID.randomUUID();
    var end = ":conf=" + conf();
    try (var pool = Pool.connect(Place.of("platter" + end))) {
      pool.createNamespace(namespace);
    } catch (CephException e) {
      throw new UncheckedIOException(e);
    } catch (BackendException e) {
      throw new IllegalStateException(e);
    }
    return "platter/" + namespace + end;
  }

  /** Writes to the beginning of a volume, behind everybody's back. */
  public static void write(String place, String volume, byte[] bytes) {
    in(
        place,
        pool -> {
          try (var image = pool.open(volume)) {
            image.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
          }
          return List.of();
        });
  }

  /** Makes what a process leaves that dies while it makes a volume. */
  public static void leaveHalfMade(String place, String volume) {
    in(
        place,
        pool -> {
          pool.create(volume, 1L << 30);
          return List.of();
        });
  }

  /** The size and the first four bytes of each image of such a name; sorted. */
  public static List<String> begins(String place, Predicate<String> name) {
    return in(
        place,
        pool -> {
          var all = new ArrayList<String>();
          for (var entry : pool.list()) {
            if (name.test(entry.name())) {
              all.add(begin(pool, entry.name()));
            }
          }
          all.sort(null);
          return all;
        });
  }

  private static String begin(Pool pool, String name) throws IOException {
    var bytes = ByteBuffer.allocateDirect(Integer.BYTES);
    try (var image = pool.openReadOnly(name)) {
      image.read(bytes, 0);
      return image.size() + " " + bytes.getInt(0);
    }
  }

  private interface Look {
    List<String> run(Pool pool) throws IOException;
  }

  private static List<String> in(String place, Look look) {
    try (var pool = Pool.connect(Place.of(place))) {
      return look.run(pool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (BackendException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The configuration of a cluster that runs; skips where Ceph is not. */
  static synchronized String conf() {
    if (conf.isEmpty()) {
      conf = Optional.of(start());
    }
    return conf.get();
  }

  /**
   * A cluster of a test's own, which it may stop: whatever becomes of it, no other test meets it.
   */
  static final class Own implements AutoCloseable {
    private final Process process;
    private final String conf;

    private Own(Process process, String conf) {
      this.process = process;
      this.conf = conf;
    }

    /** As it stands behind {@code rbd:}. */
    String place() {
      return "platter:conf=" + conf;
    }

    /** The process of the storage daemon. */
    long storageDaemon() throws IOException {
      return Long.parseLong(Files.readString(Path.of(conf).resolveSibling("osd.pid")).strip());
    }

    /** Stops it, also what stands still. */
    @Override
    public void close() throws IOException {
      process.getOutputStream().close(); // the pipe
      var _ = process.onExit().join();
    }
  }

  /** Starts one; skips where Ceph is not, or is somebody else's. */
  static Own own() throws IOException {
    mustBeWanted();
    Assumptions.assumeTrue(wanted().equals("on"), "NOT TRIED: a cluster of others is not stopped");
    var process = started();
    return new Own(process, firstLine(process.inputReader(UTF_8)));
  }

  private static String wanted() {
    return Optional.ofNullable(System.getenv("PLATTER_TEST_CEPH")).orElse("off");
  }

  private static String start() {
    mustBeWanted();
    if (!wanted().equals("on")) {
      return wanted();
    }
    try {
      return firstLine(started().inputReader(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void mustBeWanted() {
    Assumptions.assumeFalse(
        wanted().equals("off"), "NOT TRIED: Ceph RBD; PLATTER_TEST_CEPH=on tries it, for minutes");
  }

  private static Process started() throws IOException {
    mustHave(PROGRAMS.toArray(String[]::new));
    var folder = Files.createTempDirectory("platter-ceph").resolve("c");
    return new ProcessBuilder("bash", "-c", UNTIL_THE_PIPE_ENDS, "one-node", folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Skips where a program is not. */
  static void mustHave(String... programs) {
    var missing = Stream.of(programs).filter(program -> !isInstalled(program)).toList();
    Assumptions.assumeTrue(
        missing.isEmpty(),
        () ->
            "NOT TRIED: Ceph RBD, because these programs are not here: "
                + missing
                + ". scripts/ceph/one-node install, as root on Debian or Ubuntu, brings them");
  }

  private static String firstLine(BufferedReader out) throws IOException {
    var line = out.readLine(); // the reader stays open, as does the pipe to the process
    if (line == null) {
      throw new IOException("the Ceph cluster does not start");
    }
    return line;
  }

  private static boolean isInstalled(String program) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return List.of(path.split(File.pathSeparator, -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
