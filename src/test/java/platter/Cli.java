package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** Runs the real commands in this process, with variables of its own. */
public final class Cli {
  private final Map<String, String> environment;

  private Cli(Map<String, String> environment) {
    this.environment = environment;
  }

  /** On a machine where only these variables are set. */
  public static Cli with(Map<String, String> environment) {
    var all = new HashMap<>(environment);
    all.putIfAbsent("PLATTER_DATA", "/nonexistent/platter-data");
    return new Cli(all);
  }

  /** As alice, by variables. */
  public static Cli alice(TestServer server) {
    return with(
        Map.of(
            "PLATTER_ENDPOINT",
            server.endpoint().toString(),
            "PLATTER_PROJECT_ID",
            TestServer.ALICE_PROJECT,
            "PLATTER_ACCESS_KEY",
            "ALICEKEY",
            "PLATTER_SECRET_KEY",
            "alice-secret"));
  }

  /** As the operator, by the data folder. */
  public static Cli operator(TestServer server) {
    return with(Map.of("PLATTER_DATA", server.data().toString()));
  }

  /** What a command said. */
  public record Said(int exit, String out, String err) {
    public Said exits(int code) {
      assertThat(exit).as("%s\n%s", out, err).isEqualTo(code);
      return this;
    }

    public JsonNode json() {
      return Json.read(out);
    }

    public List<String> lines() {
      return out.lines().toList();
    }
  }

  public Said run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit =
        Main.commandLine(environment)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    assertThat((out.toString() + err).codePoints())
        .as("control characters beside line breaks and tabs")
        .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    return new Said(exit, out.toString(), err.toString());
  }
}
