package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import platter.cli.CliException;
import platter.cli.OutputOptions;
import platter.cli.ServerOptions;
import platter.db.Place;
import platter.error.BackendException;
import platter.json.Json;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code platter verify}: compares database, storage and quotas both ways. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Compare database, storage and quotas both ways, and list the differences.",
      "A running server is asked; when none answers, the data folder is opened directly."
    },
    footer = {
      "",
      "Exit: 0 no differences, 1 differences, 2 wrong usage, 3 neither a server nor a data"
          + " folder that no server holds. Nothing is changed.",
      "With -o json: {\"volumes\": how many, \"differences\": [\"…\"], \"foreign\": [\"…\"]}.",
      "",
      "Example:  platter verify --data /var/lib/platter"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final String WISH = "nothing was compared";
  private static final int DIFFERENT = 1;

  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      order = 1,
      paramLabel = "FILE",
      description = "The settings of a server that does not run.")
  private @Nullable Path config;

  @Option(
      names = "--storage",
      order = 2,
      paramLabel = "STORAGE",
      description = "The storage of a server that does not run, if it is not in its data folder.")
  private @Nullable String storage;

  @Option(
      names = "--database",
      order = 2,
      paramLabel = "DATABASE",
      description = "The database of a server that does not run, if it is not in its data folder.")
  private @Nullable String database;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  VerifyCommand(ServerOptions server, Map<String, String> environment) {
    this.server = server;
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var report = report();
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(report);
      return isClean(report) ? 0 : DIFFERENT;
    }
    var json = Json.read(report);
    json.path("differences").valueStream().forEach(one -> out.println(one.asString("")));
    out.flush();
    var err = spec.commandLine().getErr();
    json.path("foreign")
        .valueStream()
        .forEach(one -> err.println("Not Platter's, left alone: " + one.asString("")));
    int differences = json.path("differences").size();
    err.println(
        "Compared "
            + count(json.path("volumes").asInt(), "volume")
            + ": "
            + (differences == 0 ? "no differences." : count(differences, "difference") + "."));
    err.flush();
    return isClean(report) ? 0 : DIFFERENT;
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static boolean isClean(String report) {
    JsonNode json = Json.read(report);
    return json.path("differences").isEmpty();
  }

  private String report() {
    try {
      return server.api().get(WISH, "/platter/v1/verify").text();
    } catch (CliException.Unreachable e) {
      if (server.insistsOnServer()) {
        throw e;
      }
      return stopped(e.why());
    }
  }

  /** Opens the data folder; it must be there, because opening makes one that is not. */
  private String stopped(String noServer) {
    var data = server.folder();
    var flags = new LinkedHashMap<String, String>();
    flags.put("data", data.toString());
    if (storage != null) {
      flags.put("storage", storage);
    }
    if (database != null) {
      flags.put("database", database);
    }
    try {
      Logging.start(); // the libraries below tell what they do, which nobody asked for
      var read = Config.read(flags, environment, Optional.ofNullable(config));
      var mustBe = // what opening would make
          switch (read.database()) {
            case Place.Embedded _ -> data.resolve("platter.db");
            case Place.Shared _ -> data.resolve("account.json");
          };
      if (!Files.isRegularFile(mustBe)) {
        throw unreachable(noServer + "\n" + data + " is no data folder of a Platter");
      }
      var report = Platter.verifyStopped(read);
      spec.commandLine().getErr().println("No server runs; opened " + data + " itself.");
      return new String(Json.write(g -> write(g, report)), UTF_8);
    } catch (Config.BadConfig e) {
      throw CliException.wrongUsage(
          WISH, "the settings cannot be used\n" + e.getMessage(), "correct them");
    } catch (Platter.CannotStart | BackendException e) {
      throw unreachable(noServer + "\n" + e.getMessage());
    }
  }

  private static CliException unreachable(String why) {
    return new CliException.Unreachable(
        WISH, why, "name the server or its data folder:  --endpoint URL, or --data FOLDER");
  }

  /** The report as its own API answers it. */
  static void write(JsonGenerator g, Verification.Report report) {
    g.writeStartObject();
    g.writeNumberProperty("volumes", report.volumes());
    strings(g, "differences", report.differences());
    strings(g, "foreign", report.foreign());
    g.writeEndObject();
  }

  private static void strings(JsonGenerator g, String name, Iterable<String> all) {
    g.writeArrayPropertyStart(name);
    all.forEach(g::writeString);
    g.writeEndArray();
  }
}
