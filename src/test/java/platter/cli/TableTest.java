package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAlignedByWhatATerminalShows() {
    var table = new Table("NAME", "SIZE");
    table.row("数据", "10");
    table.row("e\u0301t\u00e9", "");
    table.row("plain", "2000");
    var out = new StringWriter();
    table.print(new PrintWriter(out));
    assertThat(out.toString().lines())
        .containsExactly("NAME   SIZE", "数据   10", "e\u0301t\u00e9    -", "plain  2000");
  }

  @Test
  void aNameCannotSteerTheTerminal() {
    assertThat(Table.printable("a\u001b[31mb\u202Ec\nd")).isEqualTo("a?[31mb?c?d");
  }
}
