package platter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Compares who imports whom with the table in ARCHITECTURE.md, so that the document cannot be wrong
 * for long. Every name that a class uses stands in the UTF-8 entries of its class file.
 */
class ArchitectureTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Pattern ROW = Pattern.compile("\\| `?([a-z.]+)`? \\|[^|]*\\|([a-z ]*)\\|");
  private static final Pattern USE = Pattern.compile("platter/([a-z]+)/");

  @Test
  void packagesImportOnlyWhatTheTableAllows() throws IOException {
    var allowed = table();
    var used = used();
    used.remove(""); // the wiring imports all
    assertThat(allowed.keySet()).isEqualTo(used.keySet());
    used.forEach(
        (name, imports) ->
            assertThat(allowed.get(name)).as("imports of %s", name).containsAll(imports));
  }

  @Test
  void theTableNamesNoImportThatNobodyNeeds() throws IOException {
    var used = used();
    table()
        .forEach(
            (name, imports) ->
                assertThat(used.get(name)).as("imports of %s", name).containsAll(imports));
  }

  @Test
  void nobodyImportsTheWiring() throws IOException {
    try (var files = Files.walk(CLASSES.resolve("platter"))) {
      for (var file : files.filter(ArchitectureTest::isClass).toList()) {
        if (CLASSES.resolve("platter").relativize(file).getNameCount() > 1) {
          for (var name : new String[] {"platter/Platter", "platter/Config", "platter/Main"}) {
            assertThat(names(file)).as(file.toString()).doesNotContain(name);
          }
        }
      }
    }
  }

  @Test
  void noTimeOrChanceIsTakenFromTheAirBelowTheWiring() throws IOException {
    try (var files = Files.walk(CLASSES.resolve("platter/job"))) {
      for (var file : files.filter(ArchitectureTest::isClass).toList()) {
        assertThat(names(file))
            .as(file.toString())
            .doesNotContain("currentTimeMillis", "java/util/Random", "java/security/SecureRandom");
      }
    }
  }

  private static Map<String, Set<String>> table() throws IOException {
    var table = new TreeMap<String, Set<String>>();
    var text = Files.readString(Path.of("ARCHITECTURE.md"));
    int from = text.indexOf("| package |");
    var rows = text.substring(from, text.indexOf("\n\n", from));
    for (var line : rows.lines().skip(2).toList()) {
      var row = ROW.matcher(line);
      assertThat(row.matches()).as("a row of the table: %s", line).isTrue();
      var imports = new TreeSet<>(Set.of(row.group(2).strip().split(" +")));
      imports.remove("");
      table.put(row.group(1), imports);
    }
    return table;
  }

  private static Map<String, Set<String>> used() throws IOException {
    var used = new TreeMap<String, Set<String>>();
    try (var files = Files.walk(CLASSES.resolve("platter"))) {
      for (var file : files.filter(ArchitectureTest::isClass).toList()) {
        var inside = CLASSES.resolve("platter").relativize(file);
        var own = inside.getNameCount() == 1 ? "" : inside.getName(0).toString();
        var imports = used.computeIfAbsent(own, _ -> new TreeSet<>());
        for (var name : names(file)) {
          var uses = USE.matcher(name);
          while (uses.find()) {
            if (!uses.group(1).equals(own)) {
              imports.add(uses.group(1));
            }
          }
        }
      }
    }
    return used;
  }

  private static boolean isClass(Path file) {
    return file.toString().endsWith(".class");
  }

  private static Set<String> names(Path file) throws IOException {
    var names = new TreeSet<String>();
    for (var entry : ClassFile.of().parse(file).constantPool()) {
      if (entry instanceof Utf8Entry text) {
        names.add(text.stringValue());
      }
    }
    return names;
  }
}
