package platter.db;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement that many transactions of a group run, each with arguments of its own: it is written
 * once, and runs for one row, or for many in one go where the database can ({@code unnest}).
 */
public final class Repeated {
  private static final Pattern PARAMETER = Pattern.compile(":([a-z_]+)");

  private final String one;
  private final String many;
  private final Optional<String> copy;
  private final List<String> types;

  private Repeated(String one, String many, Optional<String> copy, List<String> types) {
    this.one = one;
    this.many = many;
    this.copy = copy;
    this.types = types;
  }

  /**
   * An insert of one row.
   *
   * @param columns with their types, such as {@code number bigint, id text}; the arguments follow
   *     their order
   */
  public static Repeated insert(String table, String columns) {
    var names = new ArrayList<String>();
    var types = new ArrayList<String>();
    for (var column : columns.split(",", -1)) {
      var parts = column.strip().split(" ", 2);
      names.add(parts[0]);
      types.add(parts[1]);
    }
    var place = table + " (" + String.join(", ", names) + ") ";
    var into = "insert into " + place;
    return new Repeated(
        into + "values (" + "?, ".repeat(names.size() - 1) + "?)",
        into + "select * from " + unnest(types),
        Optional.of("copy " + place + "from stdin binary"),
        types);
  }

  /**
   * An update of one row.
   *
   * @param set what follows {@code set}, with parameters such as {@code :end_time}; no name stands
   *     twice in both texts, and the arguments follow their order
   * @param where what follows {@code where}
   * @param types of all parameters, such as {@code end_time bigint, id text}
   */
  public static Repeated update(String table, String set, String where, String types) {
    var typeOf = new HashMap<String, String>();
    for (var parameter : types.split(",", -1)) {
      var parts = parameter.strip().split(" ", 2);
      typeOf.put(parts[0], parts[1]);
    }
    var inOrder =
        PARAMETER.matcher(set + " " + where).results().map(found -> found.group(1)).toList();
    var columns = inOrder.stream().map(name -> "p_" + name).toList();
    var typesInOrder = inOrder.stream().map(typeOf::get).toList();
    return new Repeated(
        "update " + table + " set " + replaced(set, "?") + " where " + replaced(where, "?"),
        "update "
            + table
            + " set "
            + replaced(set, "u.p_$1")
            + " from "
            + unnest(typesInOrder)
            + " as u("
            + String.join(", ", columns)
            + ") where "
            + replaced(where, "u.p_$1"),
        Optional.empty(),
        typesInOrder);
  }

  private static String replaced(String text, String by) {
    return PARAMETER.matcher(text).replaceAll(by);
  }

  private static String unnest(List<String> types) {
    return "unnest("
        + String.join(", ", types.stream().map(type -> "?::" + type + "[]").toList())
        + ")";
  }

  String one() {
    return one;
  }

  /** With one array for each parameter. */
  String many() {
    return many;
  }

  /** What reads a great many rows, see {@link BinaryCopy}; empty: it is no insert. */
  Optional<String> copy() {
    return copy;
  }

  List<String> types() {
    return types;
  }

  /** An empty array for values of a type: {@code bigint} or {@code text}. */
  static @Nullable Object[] arrayOf(String type, int length) {
    return switch (type) {
      case "bigint" -> new Long[length];
      case "text" -> new String[length];
      default -> throw new IllegalArgumentException("no array of " + type);
    };
  }

  @Override
  public String toString() {
    return one;
  }
}
