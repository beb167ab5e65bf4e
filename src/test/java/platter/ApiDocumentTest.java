package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.json.Json;
import platter.refusal.Refusals;

/** The documents say what the program does: routes, codes and settings, both ways. */
class ApiDocumentTest {
  private static final Pattern ROUTE = Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\|");
  private static final Pattern CALL =
      Pattern.compile("(?m)^\\| (\\w+) \\| ([ABC]) \\| `([A-Z]+ /[^`]*)` \\| (\\w+) \\|(.*)\\|$");
  private static final Pattern COUNTS =
      Pattern.compile("(?m)^\\| tier \\| calls \\|.*\\n(\\|.*\\n)+");
  private static final List<String> STATES = List.of("works", "differs", "refused", "missing");
  private static final Pattern NOTES =
      Pattern.compile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| (.*?) \\|(.*)\\|$");
  private static final Pattern CODE =
      Pattern.compile("(?m)^\\| `([A-Za-z]+\\.\\d+)` \\| (\\d+) \\| (.*) \\|$");
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

  @Test
  void everyRouteHasItsRowAndEveryRowItsRoute() throws IOException {
    var documented = new TreeSet<String>();
    ROUTE.matcher(read("docs/api.md")).results().forEach(row -> documented.add(row.group(1)));
    var answered = new TreeSet<String>();
    try (var server = TestServer.start()) {
      server
          .platter()
          .routes()
          .forEach(route -> answered.add(route.method() + " " + route.pattern()));
    }
    assertThat(documented).isEqualTo(answered);
  }

  /**
   * The table of all calls of the reference. With {@code -Dplatter.write=true} it is brought up to
   * date first: what was missing or refused and is answered by now works.
   */
  @Test
  void everyCallOfTheReferenceHasItsRowThatSaysWhetherItWorks() throws IOException {
    var answered = new TreeSet<String>();
    var refused = new TreeSet<String>();
    try (var server = TestServer.start()) {
      server.platter().routes().forEach(route -> answered.add(route.place()));
      server.platter().refused().forEach(route -> refused.add(route.place()));
    }
    if (Boolean.getBoolean("platter.write")) {
      write(answered);
    }
    var documented = new TreeSet<String>();
    var wrong = new ArrayList<String>();
    CALL.matcher(read("docs/api.md"))
        .results()
        .forEach(
            row -> {
              documented.add(row.group(1) + " " + row.group(2) + " " + row.group(3));
              var place = Route.place(row.group(3).replace("/{version}", "/v3"));
              boolean explained = !row.group(5).isBlank();
              boolean right =
                  switch (row.group(4)) {
                    case "works" -> answered.contains(place);
                    case "differs" -> answered.contains(place) && explained;
                    // also by what its body says, on a path that others share
                    case "refused" ->
                        refused.contains(place) || (answered.contains(place) && explained);
                    case "missing" -> !answered.contains(place) && !refused.contains(place);
                    default -> false;
                  };
              if (!right) {
                wrong.add(row.group());
              }
            });
    var reference = new TreeSet<String>();
    try (var in = getClass().getResourceAsStream("/reference/endpoints.json")) {
      for (var call : Json.read(in.readAllBytes())) {
        reference.add(
            call.path("id").asString("")
                + " "
                + call.path("tier").asString("")
                + " "
                + call.path("method").asString("")
                + " "
                + call.path("path").asString(""));
      }
    }
    assertThat(documented).isEqualTo(reference);
    assertThat(wrong).as("rows that say something else than the program does").isEmpty();
    assertThat(Refusals.all().stream().map(Route::place).filter(answered::contains))
        .as("rows of Refusals that must go: somebody answers them")
        .isEmpty();
  }

  /** What a call's own row tells: how it is answered, and whether it differs. */
  private record Told(String answers, String notes, boolean differs) {}

  /** The rows of the calls by their places; one without notes goes as its twin above it. */
  private static Map<String, Told> told() throws IOException {
    var rows = new LinkedHashMap<String, Told>();
    var above = new HashMap<String, Told>();
    NOTES
        .matcher(read("docs/api.md"))
        .results()
        .forEach(
            row -> {
              var place = Route.place(row.group(1));
              var twin = place.replaceFirst(" /v[0-9.]+/", " /");
              var notes = row.group(3).strip();
              var same =
                  notes.isEmpty() || notes.equals("the same")
                      ? Optional.ofNullable(above.get(twin))
                      : Optional.<Told>empty();
              boolean differs = same.map(Told::differs).orElse(notes.contains("*Differs*"));
              var told = new Told(row.group(2), notes, differs);
              rows.put(place, told);
              above.putIfAbsent(twin, told);
            });
    return rows;
  }

  @Test
  void whatIsSaidToWorkIsDocumentedAsTheReferenceHasIt() throws IOException {
    var statuses = new HashMap<String, String>();
    try (var in = getClass().getResourceAsStream("/reference/endpoints.json")) {
      for (var call : Json.read(in.readAllBytes())) {
        statuses.put(call.path("id").asString(""), call.path("success_status").asString(""));
      }
    }
    var told = told();
    assertThat(told.values().stream().filter(Told::differs)).hasSizeGreaterThan(5);
    var wrong = new ArrayList<String>();
    CALL.matcher(read("docs/api.md"))
        .results()
        .filter(row -> row.group(4).equals("works"))
        .forEach(
            row -> {
              var own = told.get(Route.place(row.group(3).replace("/{version}", "/v3")));
              var status = statuses.getOrDefault(row.group(1), "");
              if (own == null || own.differs() || !own.answers().contains(status)) {
                wrong.add(row.group(1) + " answers " + status + " in the reference; here " + own);
              }
            });
    assertThat(wrong).as("calls that do not just work, by what their own rows say").isEmpty();
  }

  /** Brought up to date by the same property as the table of the calls. */
  @Test
  void theCallsOfTheReferenceAreCounted() throws IOException {
    if (Boolean.getBoolean("platter.write")) {
      var text = read("docs/api.md");
      Files.writeString(
          Path.of("docs/api.md"),
          COUNTS.matcher(text).replaceFirst(Matcher.quoteReplacement(counts(text))));
    }
    var found = COUNTS.matcher(read("docs/api.md"));
    assertThat(found.find()).isTrue();
    assertThat(found.group()).isEqualTo(counts(read("docs/api.md")));
  }

  /** The table of how many calls of each tier there are in each state. */
  private static String counts(String text) {
    var rows = CALL.matcher(text).results().toList();
    assertThat(rows).hasSizeGreaterThan(150);
    var table =
        new StringBuilder(
            "| tier | calls | "
                + String.join(" | ", STATES)
                + " |\n"
                + "| --- ".repeat(2 + STATES.size())
                + "|\n");
    for (var tier : List.of("A", "B", "C", "all")) {
      var states =
          rows.stream()
              .filter(row -> tier.equals("all") || row.group(2).equals(tier))
              .map(row -> row.group(4))
              .toList();
      table.append("| ").append(tier).append(" | ").append(states.size());
      STATES.forEach(
          state -> table.append(" | ").append(states.stream().filter(state::equals).count()));
      table.append(" |\n");
    }
    return table.toString();
  }

  private static void write(Set<String> answered) throws IOException {
    var text =
        CALL.matcher(read("docs/api.md"))
            .replaceAll(
                row -> {
                  boolean works =
                      row.group(4).matches("missing|refused")
                          && row.group(5).isBlank()
                          && answered.contains(Route.place(row.group(3)));
                  return Matcher.quoteReplacement(
                      works
                          ? row.group().replaceFirst("\\| (missing|refused) \\|", "| works |")
                          : row.group());
                });
    Files.writeString(Path.of("docs/api.md"), text);
  }

  @Test
  void everyErrorCodeIsDocumentedWithItsStatusAndText() throws IOException {
    var documented = new TreeSet<String>();
    CODE.matcher(read("docs/api.md"))
        .results()
        .forEach(row -> documented.add(row.group(1) + " " + row.group(2) + " " + row.group(3)));
    var used = new TreeSet<String>();
    Arrays.stream(ErrorCode.values())
        .forEach(code -> used.add(code.code() + " " + code.status() + " " + code.message()));
    assertThat(documented).isEqualTo(used);
  }

  @Test
  void everySettingIsDocumented() throws IOException {
    var documented = new TreeSet<String>();
    SETTING
        .matcher(read("docs/operating.md"))
        .results()
        .forEach(row -> documented.add(row.group(1)));
    assertThat(documented).containsAll(Config.DEFAULTS.keySet());
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }
}
