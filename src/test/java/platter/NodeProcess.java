package platter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import platter.api.Client;

/** A server in a process of its own: one node among several. */
final class NodeProcess implements AutoCloseable {
  static final String PROJECT = "c0ffee00000000000000000000000001";

  private static final Map<String, String> ACCOUNT =
      Map.of(
          "PLATTER_PROJECT_ID", PROJECT,
          "PLATTER_ACCESS_KEY", "NODESKEY",
          "PLATTER_SECRET_KEY", "nodes-secret");

  private final Process process;
  private final Path errors;
  private final BufferedReader out;
  private volatile String line = "";

  private NodeProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * Starts one, and does not wait for it.
   *
   * @param errors where it logs
   * @param settings as flags
   */
  static NodeProcess start(Path errors, Map<String, String> settings) throws IOException {
    return start(List.of("platter.Main", "server", "--listen", "127.0.0.1:0"), errors, settings);
  }

  /** Starts one by a class of the tests that reads settings as the server does. */
  static NodeProcess start(Class<?> main, Path errors, Map<String, String> settings)
      throws IOException {
    return start(List.of(main.getName(), "--listen", "127.0.0.1:0"), errors, settings);
  }

  private static NodeProcess start(List<String> command, Path errors, Map<String, String> settings)
      throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx300m",
            "-cp",
            System.getProperty("java.class.path"));
    builder.command().addAll(command);
    settings.forEach((name, value) -> builder.command().addAll(List.of("--" + name, value)));
    builder.environment().putAll(ACCOUNT);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    return new NodeProcess(builder.start(), errors);
  }

  /** Waits until it answers. */
  NodeProcess ready() throws IOException {
    line = String.valueOf(out.readLine());
    assertThat(line).as(log()).startsWith("Platter ready at http://");
    return this;
  }

  Client client() {
    var endpoint = URI.create(line.substring("Platter ready at ".length()));
    return new Client(endpoint, PROJECT, "NODESKEY", "nodes-secret");
  }

  String log() throws IOException {
    return Files.readString(errors);
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGSTOP: it stands still. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT: it goes on. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** SIGTERM: it stops by itself. */
  void terminate() {
    process.destroy();
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid());
    assertThat(kill.start().waitFor()).isZero();
  }

  /** Waits until it has ended by itself. Returns its exit code. */
  int exit() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    kill();
  }
}
