package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SheetTest {
  private static String printed(Sheet sheet) {
    var out = new StringWriter();
    sheet.print(new PrintWriter(out));
    return out.toString();
  }

  @Test
  void longTextGoesOnUnderItsBeginningAndEmptyRowsAreLeftOut() {
    var sheet = new Sheet("  ");
    sheet.row("a", "word ".repeat(20).strip());
    sheet.row("longer", "x");
    sheet.row("empty", "");
    assertThat(printed(sheet).lines())
        .containsExactly(
            "  a       " + "word ".repeat(14).strip(),
            "          " + "word ".repeat(6).strip(),
            "  longer  x");
  }

  @Test
  void aWordThatIsTooLongStaysWholeAndNothingSteersTheTerminal() {
    var sheet = new Sheet("");
    var path = "/very/long".repeat(12);
    sheet.row("l", "see " + path + " \u001b[2J");
    assertThat(printed(sheet).lines()).containsExactly("l  see", "   " + path, "   ?[2J");
  }
}
