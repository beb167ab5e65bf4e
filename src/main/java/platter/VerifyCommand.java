package platter;

import java.io.Console;
import java.io.PrintWriter;
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
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code platter verify}: compares database, storage and quotas both ways, and repairs. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Compare database, storage and quotas both ways, and list the differences.",
      "A running server is asked; when none answers, the data folder is opened directly."
    },
    footer = {
      "",
      "With --repair the plan is shown first. On a terminal you are asked before anything is"
          + " changed; elsewhere what deletes no data is repaired at once. Storage is removed with"
          + " --yes only. What is not Platter's is never touched.",
      "",
      "Exit: 0 no differences, or all repaired; 1 differences, 2 wrong usage, 3 neither a server"
          + " nor a data folder that no server holds. Without --repair nothing is changed.",
      "With -o json: {\"volumes\": how many, \"differences\": [\"…\"], \"leftovers\": [\"…\"],"
          + " \"foreign\": [\"…\"], \"plan\": [{…}]}, and with --repair also \"done\" and \"left\".",
      "",
      "Example:  platter verify --data /var/lib/platter --repair"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final String WISH = "nothing was compared";
  private static final int DIFFERENT = 1;

  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--repair", order = 1, description = "Show what would be repaired, and do it.")
  private boolean repair;

  @Option(
      names = "--yes",
      order = 2,
      description = "With --repair: do not ask, and remove storage that no volume needs.")
  private boolean yes;

  @Option(
      names = "--config",
      order = 3,
      paramLabel = "FILE",
      description = "The settings of a server that does not run.")
  private @Nullable Path config;

  @Option(
      names = "--storage",
      order = 4,
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
    if (yes && !repair) {
      throw CliException.wrongUsage(
          WISH, "--yes allows --repair to delete data, and --repair is not given", "add --repair");
    }
    try (var service = service()) {
      var report = service.report();
      if (repair) {
        return repair(service, report);
      }
      if (output.json()) {
        spec.commandLine().getOut().println(report);
      } else {
        tell(report, spec.commandLine().getOut());
      }
      return report.path("differences").isEmpty() ? 0 : DIFFERENT;
    }
  }

  /** Says what was found; when it is to be repaired, each with its repair. */
  private void tell(JsonNode report, PrintWriter out) {
    for (var one : report.path("plan").values()) {
      out.println(text(one, "difference"));
      if (repair) {
        out.println("  repair: " + text(one, "repair") + (waits(one) ? " (waits for --yes)" : ""));
      }
    }
    out.flush();
    var err = spec.commandLine().getErr();
    report
        .path("leftovers")
        .valueStream()
        .forEach(
            one -> err.println("Half made or deleted, removed by itself: " + one.asString("")));
    report
        .path("foreign")
        .valueStream()
        .forEach(one -> err.println("Not Platter's, left alone: " + one.asString("")));
    int differences = report.path("differences").size();
    err.println(
        "Compared "
            + count(report.path("volumes").asInt(), "volume")
            + ": "
            + (differences == 0 ? "no differences." : count(differences, "difference") + "."));
    err.flush();
  }

  private static String text(JsonNode object, String member) {
    return object.path(member).asString("");
  }

  private boolean waits(JsonNode planned) {
    return planned.path("deletes_data").asBoolean() && !yes;
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private int repair(Verified service, JsonNode report) {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    tell(report, output.json() ? err : out); // the plan comes first, and JSON stands alone
    boolean clean = report.path("differences").isEmpty();
    boolean something =
        report
            .path("plan")
            .valueStream()
            .anyMatch(one -> one.path("possible").asBoolean() && !waits(one));
    if (something && !yes && !agreed()) {
      if (output.json()) {
        out.println(report);
      }
      err.println("Nothing was changed.");
      return DIFFERENT;
    }
    // nothing is done that was not in a plan
    var outcome = clean ? Json.read("{\"done\": [], \"left\": []}") : service.repair(yes);
    if (output.json()) {
      var all = Json.mapper().createObjectNode();
      for (var part : new JsonNode[] {report, outcome}) {
        if (part instanceof ObjectNode object) {
          all.setAll(object);
        }
      }
      out.println(all);
    } else if (!clean) {
      tellOutcome(outcome);
    }
    return outcome.path("left").isEmpty() ? 0 : DIFFERENT;
  }

  /** Asks on a terminal; elsewhere there is nobody to be asked. */
  private boolean agreed() {
    var console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isEmpty()) {
      return true;
    }
    var err = spec.commandLine().getErr();
    err.print("Repair? [y/N] ");
    err.flush();
    var answer = Optional.ofNullable(console.get().readLine()).orElse("").strip();
    return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
  }

  private void tellOutcome(JsonNode outcome) {
    var out = spec.commandLine().getOut();
    for (var one : outcome.path("done").values()) {
      var job = text(one, "job_id");
      out.println(
          "Repaired: " + text(one, "difference") + (job.isEmpty() ? "" : "; see job " + job));
    }
    for (var one : outcome.path("left").values()) {
      out.println(
          "Left:     "
              + text(one, "difference")
              + ": "
              + (waits(one) ? "its repair deletes data, and waits for --yes" : text(one, "why")));
    }
    out.flush();
    var err = spec.commandLine().getErr();
    err.println(
        "Repaired %d, left %d."
            .formatted(outcome.path("done").size(), outcome.path("left").size()));
    err.flush();
  }

  private Verified service() {
    try {
      var api = server.api();
      return new Verified.Running(api, api.get(WISH, Verified.Running.PATH).json());
    } catch (CliException.Unreachable e) {
      if (server.insistsOnServer()) {
        throw e;
      }
      return stopped(e.why());
    }
  }

  /** Opens the data folder; it must be there, because opening makes one that is not. */
  private Verified stopped(String noServer) {
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
      var platter = Platter.openStopped(read);
      spec.commandLine().getErr().println("No server runs; opened " + data + " itself.");
      return new Verified.Stopped(platter, why -> unreachable(noServer + "\n" + why));
    } catch (Config.BadConfig e) {
      throw CliException.wrongUsage(
          WISH, "the settings cannot be used\n" + e.getMessage(), "correct them");
    } catch (Platter.CannotStart e) {
      throw unreachable(noServer + "\n" + e.getMessage());
    }
  }

  private static CliException unreachable(String why) {
    return new CliException.Unreachable(
        WISH, why, "name the server or its data folder:  --endpoint URL, or --data FOLDER");
  }
}
