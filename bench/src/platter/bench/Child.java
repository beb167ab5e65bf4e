package platter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, on a free port of loopback. */
final class Child implements AutoCloseable {
  static final String PROJECT = "a11ce000000000000000000000000001";
  static final String ACCESS = "BENCHKEY";
  static final String SECRET = "bench-secret-of-forty-characters-0123456";
  static final String PASSWORD = "bench-password";

  /** As in the launcher. */
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-Xlog:disable", "--enable-native-access=ALL-UNNAMED");

  private final Process process;
  private final int port;

  private Child(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** {@code platter server}. Returns when it says that it is ready. */
  static Child platter(Path data) throws IOException {
    return platter(data, Path.of(System.getProperty("platter.jar")), List.of());
  }

  /** With a PostgreSQL database. */
  static Child platter(Path data, String database) throws IOException {
    return platterWith(data, "--database", database);
  }

  /** With options of the command. */
  static Child platterWith(Path data, String... options) throws IOException {
    var jar = Path.of(System.getProperty("platter.jar"));
    return platter(data, jar, List.of(), List.of(options));
  }

  /** Another build of it, or one with further flags of the JVM. */
  static Child platter(Path data, Path jar, List<String> flags) throws IOException {
    return platter(data, jar, flags, List.of());
  }

  private static Child platter(Path data, Path jar, List<String> flags, List<String> options)
      throws IOException {
    var command = java();
    command.addAll(flags);
    command.add("-XX:AOTCache=" + jar.toString().replaceAll("\\.jar$", ".aot")); // if it is there
    command.addAll(List.of("-jar", jar.toString(), "server"));
    command.addAll(List.of("--data", data.toString(), "--listen", "127.0.0.1:0"));
    command.addAll(options);
    return start(command, data.resolveSibling(data.getFileName() + ".log"));
  }

  /** The comparison: the same library with the same settings, answering always the same. */
  static Child fixed(int bodyBytes, Path log) throws IOException {
    var command = java();
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FixedServer.class.getName(), Integer.toString(bodyBytes)));
    return start(command, log);
  }

  private static List<String> java() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    var more = System.getenv("PLATTER_JAVA_OPTS"); // as the launcher takes it: to try a flag
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.trim().split(" +")));
    }
    command.addAll(JVM);
    return command;
  }

  private static Child start(List<String> command, Path log) throws IOException {
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PLATTER_PROJECT_ID", PROJECT,
                "PLATTER_ACCESS_KEY", ACCESS,
                "PLATTER_SECRET_KEY", SECRET,
                "PLATTER_PASSWORD", PASSWORD));
    var process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy)); // also when interrupted
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    var line = out.readLine();
    while (line != null && !line.contains(" ready at http://")) { // what a flag makes the JVM say
      line = out.readLine();
    }
    if (line == null) {
      process.destroy();
      throw new IOException("no server: " + line + "\n" + Files.readString(log));
    }
    return new Child(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
  }

  int port() {
    return port;
  }

  /** User and system time of the whole process. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Resident memory. */
  long rssMib() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
