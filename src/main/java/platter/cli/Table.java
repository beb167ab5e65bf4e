package platter.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/** Columns for people: aligned by what a terminal shows, never wrapped. */
final class Table {
  private static final String GAP = "  ";
  private static final String EMPTY = "-";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  Table(String... header) {
    columns = header.length;
    rows.add(List.of(header));
  }

  void row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    var row = new ArrayList<String>(columns);
    for (var cell : cells) {
      row.add(cell.isEmpty() ? EMPTY : printable(cell));
    }
    rows.add(row);
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  void print(PrintWriter out) {
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i + 1 < columns) {
          line.append(" ".repeat(widths[i] - width(row.get(i)))).append(GAP);
        }
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }

  /** Cells of a terminal that the text takes: two for a Chinese character, none for an accent. */
  static int width(String text) {
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** Names come from others: nothing in them may steer the terminal or turn the line around. */
  static String printable(String text) {
    var out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
              boolean breaks = c == 0x2028 || c == 0x2029;
              out.appendCodePoint(Character.isISOControl(c) || turns || breaks ? '?' : c);
            });
    return out.toString();
  }
}
