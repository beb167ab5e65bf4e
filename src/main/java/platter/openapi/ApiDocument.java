package platter.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import platter.http.Route;

/**
 * What docs/api.md says of the calls: its tables, read.
 *
 * @param rows by method and pattern, such as {@code GET /v1}
 * @param ids the reference's names of a call, by {@link Route#place}; on one path there may be many
 */
record ApiDocument(Map<String, Row> rows, Map<String, List<String>> ids) {
  private static final Pattern SECTION = Pattern.compile("## (.*)");
  private static final Pattern CALL = Pattern.compile("\\| `([A-Z]+ /[^`]*)` \\| (.*?) \\|(.*)\\|");
  private static final Pattern REFERENCE =
      Pattern.compile("\\| (\\w+) \\| [ABC] \\| `([A-Z]+ /[^`]*)` \\| (?:works|differs) \\|.*\\|");
  private static final Pattern STATUS = Pattern.compile("\\b[1-5]\\d\\d\\b");
  private static final Pattern MEMBERS = Pattern.compile("`\\{([\\w-]+(?:, [\\w-]+)*)}`");

  /**
   * A row of a table of calls.
   *
   * @param section the heading above it
   * @param answers such as <code>202 `{job_id}`</code>
   * @param notes for people, in Markdown; may be empty
   */
  record Row(String section, String answers, String notes) {
    /** The statuses of what is no refusal, the usual one first. */
    List<String> statuses() {
      return STATUS.matcher(answers).results().map(found -> found.group()).distinct().toList();
    }

    /** Whether there is a list around the answer that the reference shows. */
    boolean isList() {
      return answers.contains("`[{");
    }

    /** The members that the answer has, when the row names them. */
    List<String> members() {
      var found = MEMBERS.matcher(answers);
      return found.find() ? List.of(found.group(1).split(", ")) : List.of();
    }
  }

  /** The one that came with this program. */
  static ApiDocument read() {
    return read(text("api.md").orElseThrow(() -> new IllegalStateException("no api.md")));
  }

  static ApiDocument read(String markdown) {
    var rows = new HashMap<String, Row>();
    var references = new ArrayList<Reference>();
    var section = "";
    for (var line : markdown.lines().toList()) {
      var heading = SECTION.matcher(line);
      var call = CALL.matcher(line);
      var reference = REFERENCE.matcher(line);
      if (heading.matches()) {
        section = heading.group(1);
      } else if (call.matches()) {
        rows.put(call.group(1), new Row(section, call.group(2), call.group(3).strip()));
      } else if (reference.matches()) {
        references.add(new Reference(reference.group(1), Route.place(reference.group(2))));
      }
    }
    var places = rows.keySet().stream().map(Route::place).toList();
    var ids = new HashMap<String, List<String>>();
    for (var reference : references) {
      for (var place : reference.meant(places)) {
        ids.computeIfAbsent(place, _ -> new ArrayList<>()).add(reference.id());
      }
    }
    return new ApiDocument(rows, ids);
  }

  /** A call of the reference that is offered. */
  private record Reference(String id, String place) {
    /** Its place; when nothing is just there, those that it describes: {@code GET /{version}}. */
    List<String> meant(List<String> places) {
      if (places.contains(place)) {
        return List.of(place);
      }
      var any = Pattern.compile(Pattern.quote(place).replace("{}", "\\E[^/ ]+\\Q"));
      return places.stream().filter(one -> any.matcher(one).matches()).toList();
    }
  }

  /** A file that travels beside this package's classes. */
  static Optional<String> text(String file) {
    try (var in = ApiDocument.class.getResourceAsStream("/openapi/" + file)) {
      return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Row row(String call) {
    var row = rows.get(call);
    if (row == null) {
      throw new IllegalStateException("docs/api.md has no row of " + call);
    }
    return row;
  }

  /** The reference's names of a call; none of our own. */
  List<String> ids(Route route) {
    return ids.getOrDefault(route.place(), List.of());
  }
}
