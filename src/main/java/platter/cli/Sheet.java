package platter.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Labels and what stands beside them, for people: long text goes on under its beginning. */
final class Sheet {
  /** So that the lines fit into the smallest usual terminal. */
  static final int WIDTH = 79;

  /** Narrower than that no text is readable. */
  private static final int LEAST = 30;

  private static final String GAP = "  ";

  private record Row(String label, String text) {}

  private final String margin;
  private final List<Row> rows = new ArrayList<>();

  Sheet(String margin) {
    this.margin = margin;
  }

  /** Where there is nothing to say, nothing is said. */
  void row(String label, String text) {
    if (!text.isEmpty()) {
      rows.add(new Row(Table.printable(label), Table.printable(text)));
    }
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  void print(PrintWriter out) {
    int widest = rows.stream().mapToInt(row -> Table.width(row.label)).max().orElse(0);
    int left = Math.max(LEAST, WIDTH - margin.length() - widest - GAP.length());
    for (var row : rows) {
      var label = row.label;
      for (var line : wrapped(row.text, left)) {
        var fill = " ".repeat(widest - Table.width(label));
        out.println((margin + label + fill + GAP + line).stripTrailing());
        label = "";
      }
    }
    out.flush();
  }

  /** At spaces; a word that is longer stays whole, so that it can be copied. */
  static List<String> wrapped(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var word : text.split(" ", -1)) {
      if (!line.isEmpty() && Table.width(line + " " + word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
