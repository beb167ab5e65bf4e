package platter.cli;

import picocli.CommandLine.Option;

/** As {@link OutputOptions}, where a table can also say more. */
final class WideOutputOptions {
  /** For people or for programs. */
  enum Format {
    /** Aligned columns. */
    table,
    /** More of them. */
    wide,
    /** What the server answered. */
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json",
      order = 90,
      description =
          "Default: table. wide also tells what each takes on the storage. json prints the"
              + " server's JSON and nothing else.")
  private Format format = Format.table;

  boolean wide() {
    return format == Format.wide;
  }

  boolean json() {
    return format == Format.json;
  }
}
