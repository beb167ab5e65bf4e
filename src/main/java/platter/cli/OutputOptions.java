package platter.cli;

import picocli.CommandLine.Option;

/** How the answer is printed. */
public final class OutputOptions {
  /** For people or for programs. */
  enum Format {
    /** Aligned columns. */
    table,
    /** What the server answered. */
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      order = 90,
      description = "Default: table. json prints the server's JSON and nothing else.")
  private Format format = Format.table;

  public boolean json() {
    return format == Format.json;
  }
}
