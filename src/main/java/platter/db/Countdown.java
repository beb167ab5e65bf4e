package platter.db;

/**
 * A number in the rows of a table that becomes less by one with each transaction that concerns its
 * row, see {@link Tx#countDown}.
 */
public final class Countdown {
  private final String takeOne;
  private final String look;
  private final Repeated write;

  /**
   * @param column the number
   * @param key of a row, a number too
   */
  public Countdown(String table, String column, String key) {
    takeOne =
        "update %s set %s = %s - 1 where %s = ? returning %s"
            .formatted(table, column, column, key, column);
    look = "select %s from %s where %s = ?".formatted(column, table, key);
    write =
        Repeated.update(
            table,
            column + " = :number_left",
            key + " = :of_key",
            "number_left bigint, of_key bigint");
  }

  String takeOne() {
    return takeOne;
  }

  String look() {
    return look;
  }

  Repeated write() {
    return write;
  }
}
