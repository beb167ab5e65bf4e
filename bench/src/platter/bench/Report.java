package platter.bench;

import java.util.ArrayList;
import java.util.List;

/** The table that is printed. */
final class Report {
  private static final String HEAD =
      """
      | what | value | beside it | ratio | target | met | spread |
      | --- | --- | --- | --- | --- | --- | --- |
      """;
  private final List<String> rows = new ArrayList<>();

  /**
   * One line.
   *
   * @param beside what it is compared with, or empty
   * @param ratio to that, or empty
   */
  void add(
      String what,
      String value,
      String beside,
      String ratio,
      String target,
      boolean met,
      String spread) {
    row(what, value, beside, ratio, target, met ? "yes" : "**no**", spread);
  }

  /** One line without a target. */
  void tell(String what, String value, String spread) {
    row(what, value, "", "", "", "", spread);
  }

  private void row(String... cells) {
    var row = "| " + String.join(" | ", cells) + " |";
    System.err.println("  " + row); // as it goes, for who waits
    rows.add(row);
  }

  String markdown() {
    return HEAD + String.join("\n", rows);
  }
}
