package platter.db;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a list looks for: conditions that must all hold, each with its values. */
public final class Filter {
  private final Dialect dialect;
  private final StringBuilder where;
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * @param first a condition, such as {@code project = ?}
   */
  public Filter(Dialect dialect, String first, Object... values) {
    this.dialect = dialect;
    where = new StringBuilder(" where ").append(first);
    this.values.addAll(Arrays.asList(values));
  }

  public Dialect dialect() {
    return dialect;
  }

  public void and(String condition, Object... more) {
    where.append(" and ").append(condition);
    values.addAll(Arrays.asList(more));
  }

  /** Nothing matches when it does not hold. */
  public void andOnlyIf(boolean holds) {
    where.append(holds ? "" : " and 1 = 0");
  }

  public void andIn(String column, Collection<String> allowed) {
    if (allowed.isEmpty()) {
      andOnlyIf(false); // in () is not everywhere SQL
      return;
    }
    where.append(" and ").append(in(column, allowed));
    values.addAll(allowed);
  }

  private static String in(String column, Collection<String> allowed) {
    return column + " in (?" + ", ?".repeat(allowed.size() - 1) + ")";
  }

  /** The text has this part, upper and lower case apart. */
  public void andContains(String column, String part) {
    and(dialect.contains(column), part);
  }

  /** The JSON object of strings has the member. */
  public void andMember(String column, String name, String value) {
    and(dialect.jsonMember(column), name, value);
  }

  /**
   * The JSON object of strings has a member of that name.
   *
   * @param allowed its value is one of these; empty: any
   */
  public void andMember(String column, String name, Collection<String> allowed) {
    var members = "exists (select 1 from " + dialect.jsonMembers(column) + " m where m.key = ?";
    and(members + (allowed.isEmpty() ? "" : " and " + in("m.value", allowed)) + ")", name);
    values.addAll(allowed);
  }

  /**
   * What follows a row in {@link #order}.
   *
   * @param value what the row has in the column
   * @param id of the row
   */
  public void andBehind(String column, boolean descending, Object value, String id) {
    and("(" + column + ", id) " + (descending ? "<" : ">") + " (?, ?)", value, id);
  }

  /** By a column, and by the id where that is the same. */
  public static String order(String column, boolean descending) {
    var direction = descending ? " desc" : " asc";
    return " order by " + column + direction + ", id" + direction;
  }

  /**
   * How many match.
   *
   * @param tables one, or several that are joined
   */
  public long count(Tx tx, String tables) {
    return tx.number("select count(*) from " + tables + where, values.toArray());
  }

  /**
   * One page of those that match.
   *
   * @param count as {@link #count} told it, before a marker was a condition
   * @param select the query up to where
   */
  public <T> Page<T> page(
      Tx tx,
      long count,
      String select,
      String order,
      int limit,
      int offset,
      Tx.RowReader<T> reader) {
    var all = new ArrayList<>(values);
    all.add(limit + 1); // one more tells whether others follow
    all.add(offset);
    var found = tx.list(select + where + order + " limit ? offset ?", reader, all.toArray());
    boolean more = found.size() > limit;
    return new Page<>(count, more ? found.subList(0, limit) : found, limit, more);
  }
}
