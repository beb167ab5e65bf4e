package platter.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import platter.error.DatabaseException;

/**
 * One transaction. SQL texts that are constants are prepared once for each connection; arguments
 * are String, Integer, Long, Boolean, or null.
 */
public final class Tx {
  /** Lists are built from filters, so their texts differ: those beyond are not kept. */
  private static final int MAX_PREPARED = 300;

  /** Fewer rows are sooner inserted: a copy is read and planned anew each time. */
  private static final int COPY_FROM_ROWS = 32;

  private static final Repeated ADD =
      Repeated.update(
          "quota_usage",
          "in_use = in_use + :more",
          "project = :project and resource = :resource",
          "more bigint, project text, resource text");

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final Map<Repeated, List<Row>> gathered = new LinkedHashMap<>();
  private final Map<Counter, Sum> sums = new LinkedHashMap<>();
  private final Map<Countdown, Map<Long, Long>> countdowns = new LinkedHashMap<>();
  private boolean deferring;
  private boolean gathering;
  private boolean settled = true;
  private List<Runnable> afterCommit = new ArrayList<>();
  private Optional<DatabaseException> failure = Optional.empty();

  Tx(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** For a text that cannot be the same on every database. */
  public Dialect dialect() {
    return dialect;
  }

  /** Makes one value of one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Runs an insert, update or delete. Returns how many rows it changed. */
  public int update(String sql, @Nullable Object... args) {
    try (var use = use(sql)) {
      bind(use.statement, args);
      return use.statement.executeUpdate();
    } catch (SQLException e) {
      forget(sql);
      throw failed("cannot write", e);
    }
  }

  /**
   * Runs an insert or update that must change one row, when it suits: together with others of this
   * transaction, and in a group with those of other ones. What it wrote is seen after {@link
   * #settle}, and by later transactions.
   *
   * @param otherwise thrown when it changes no row; perhaps in a second run of the transaction
   */
  public void later(
      Supplier<RuntimeException> otherwise, Repeated statement, @Nullable Object... args) {
    if (deferring && dialect.gathersRows()) {
      gathered.computeIfAbsent(statement, _ -> new ArrayList<>()).add(new Row(args));
    } else if (update(statement.one(), args) != 1) {
      throw otherwise.get();
    }
  }

  /**
   * A number that many transactions change: a row of quota_usage.
   *
   * @param project whose it is
   */
  public record Counter(String project, String resource) {}

  /**
   * Adds to numbers that many transactions change. In a group they are read and written once.
   *
   * @param more in the order in which they shall be locked, those of a project together
   * @return the sums, which nobody else changes before the commit
   */
  public Map<Counter, Counted> add(Map<Counter, Long> more) {
    var result = new HashMap<Counter, Counted>();
    if (gathering) {
      lock(more.keySet());
      more.forEach(
          (counter, number) -> {
            var sum = Objects.requireNonNull(sums.get(counter));
            sum.more += number;
            result.put(counter, new Counted(sum.before.inUse + sum.more, sum.before.max));
          });
      return result;
    }
    var args = new ArrayList<Object>();
    more.forEach(
        (counter, number) -> args.addAll(List.of(counter.project, counter.resource, number)));
    list(
            "insert into quota_usage (project, resource, in_use) values "
                + "(?, ?, ?), ".repeat(more.size() - 1)
                + "(?, ?, ?) on conflict (project, resource)"
                + " do update set in_use = quota_usage.in_use + excluded.in_use"
                + " returning project, resource, in_use, max_use",
            row -> Map.entry(new Counter(row.getString(1), row.getString(2)), Counted.read(row, 3)),
            args.toArray())
        .forEach(sum -> result.put(sum.getKey(), sum.getValue()));
    return result;
  }

  /**
   * A number that many transactions change, and what it may become.
   *
   * @param max empty: what is usual
   */
  public record Counted(long inUse, OptionalInt max) {
    /** Of two columns: {@code in_use, max_use}. */
    public static Counted read(ResultSet row, int first) throws SQLException {
      var max = row.getObject(first + 1);
      return new Counted(
          row.getLong(first),
          max instanceof Number some ? OptionalInt.of(some.intValue()) : OptionalInt.empty());
    }
  }

  /**
   * Takes one from a number that many transactions change. In a group it is read and written once.
   *
   * @param key of its row, which is there
   * @return what is left
   */
  public long countDown(Countdown what, long key) {
    if (!gathering) {
      return find(what.takeOne(), row -> row.getLong(1), key).orElseThrow();
    }
    var left = countdowns.computeIfAbsent(what, _ -> new LinkedHashMap<>());
    long now =
        left.containsKey(key)
            ? left.get(key) - 1
            : find(what.look() + dialect.forUpdate(), row -> row.getLong(1), key).orElseThrow() - 1;
    left.put(key, now);
    return now;
  }

  /** The arguments of a statement that was gathered. */
  private static final class Row {
    final @Nullable Object[] args;

    Row(@Nullable Object... args) {
      this.args = args;
    }

    @Nullable Object[] elements() {
      @Nullable Object[] all = new Object[args.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = element(args[i]);
      }
      return all;
    }
  }

  /** What a group adds to a number. */
  private static final class Sum {
    final Counted before;
    long more;

    Sum(Counted before) {
      this.before = before;
    }

    Row row(Counter counter) {
      return new Row(more, counter.project, counter.resource);
    }
  }

  private void lock(Collection<Counter> counters) {
    var wanted = new LinkedHashMap<String, List<String>>();
    for (var counter : counters) {
      if (!sums.containsKey(counter)) {
        wanted.computeIfAbsent(counter.project, _ -> new ArrayList<>()).add(counter.resource);
      }
    }
    wanted.forEach(this::lock);
  }

  private void lock(String project, List<String> wanted) {
    int found = tryLock(project, wanted);
    if (found < wanted.size()) {
      for (var resource : wanted) {
        update(
            "insert into quota_usage (project, resource, in_use) values (?, ?, 0)"
                + " on conflict do nothing",
            project,
            resource);
      }
      tryLock(project, wanted);
    }
  }

  private int tryLock(String project, List<String> resources) {
    var args = new ArrayList<Object>(List.of(project));
    args.addAll(resources);
    var rows =
        list(
            "select resource, in_use, max_use from quota_usage where project = ? and resource in ("
                + "?, ".repeat(resources.size() - 1)
                + "?) order by resource"
                + dialect.forUpdate(),
            row -> Map.entry(row.getString(1), Counted.read(row, 2)),
            args.toArray());
    rows.forEach(row -> sums.put(new Counter(project, row.getKey()), new Sum(row.getValue())));
    return rows.size();
  }

  /**
   * From now on what may be written together is gathered.
   *
   * @param group whether of several transactions, which also change numbers together
   */
  void gather(boolean group) {
    endGathering();
    deferring = true;
    gathering = group;
    settled = true;
  }

  /** What was not written by now never is. */
  void endGathering() {
    deferring = false;
    gathering = false;
    gathered.clear();
    sums.clear();
    countdowns.clear();
  }

  /** Whether all that was gathered is written, and has changed its rows. */
  boolean isSettled() {
    return settled && gathered.isEmpty();
  }

  /** Some statement did not change its row: which transaction's is found when they run alone. */
  static final class NotSettled extends RuntimeException {
    NotSettled() {
      super(null, null, false, false);
    }
  }

  /** Writes what was gathered. To be called by a transaction that reads what it wrote. */
  public void settle() {
    if (deferring && !writeGathered()) {
      settled = false;
      throw new NotSettled();
    }
  }

  /** A statement with its arguments, which surely changes a row. */
  record Call(String sql, List<@Nullable Object> args) {}

  /**
   * Writes what was gathered, or leaves it to be sent with the commit: single inserts, of which
   * nothing has to be known before.
   */
  List<Call> settleLast() {
    boolean inserts =
        !gathering
            && gathered.entrySet().stream()
                .allMatch(one -> one.getKey().copy().isPresent() && one.getValue().size() == 1);
    if (!inserts) {
      settle();
      return List.of();
    }
    var calls =
        gathered.entrySet().stream()
            .map(one -> new Call(one.getKey().one(), Arrays.asList(one.getValue().getFirst().args)))
            .toList();
    gathered.clear();
    return calls;
  }

  private boolean writeGathered() {
    try {
      boolean all = writeRows();
      var changed = new ArrayList<Row>();
      sums.forEach(
          (counter, sum) -> {
            if (sum.more != 0) {
              changed.add(sum.row(counter));
            }
          });
      if (!changed.isEmpty()) {
        all &= writeTogether(ADD, changed);
      }
      sums.clear();
      for (var countdown : countdowns.entrySet()) {
        var rows = new ArrayList<Row>();
        countdown.getValue().forEach((key, left) -> rows.add(new Row(left, key)));
        all &= writeTogether(countdown.getKey().write(), rows);
      }
      countdowns.clear();
      return all;
    } catch (SQLException e) {
      throw failed("cannot write", e);
    }
  }

  private boolean writeRows() throws SQLException {
    boolean all = true;
    if (gathered.size() > 1 && gathered.values().stream().allMatch(rows -> rows.size() == 1)) {
      all = writeInTurn();
    } else {
      for (var entry : gathered.entrySet()) {
        all &= writeTogether(entry.getKey(), entry.getValue());
      }
    }
    gathered.clear();
    return all;
  }

  /** Different statements with a row each, in one round trip. */
  private boolean writeInTurn() throws SQLException {
    var texts = gathered.keySet().stream().map(Repeated::one).toList();
    var args = gathered.values().stream().flatMap(rows -> Arrays.stream(rows.getFirst().args));
    try (var use = use(String.join(";\n", texts))) {
      bind(use.statement, args.toArray());
      var _ = use.statement.execute();
      boolean all = true;
      for (var _ : texts) {
        all &= use.statement.getUpdateCount() == 1;
        var _ = use.statement.getMoreResults();
      }
      return all;
    }
  }

  private boolean writeTogether(Repeated statement, List<Row> rows) throws SQLException {
    if (rows.size() > 1 && dialect.gathersRows()) {
      return writeInOne(statement, rows);
    }
    boolean all = true;
    for (var row : rows) {
      all &= update(statement.one(), row.args) == 1;
    }
    return all;
  }

  private boolean writeInOne(Repeated statement, List<Row> rows) throws SQLException {
    if (statement.copy().isPresent() && rows.size() >= COPY_FROM_ROWS) {
      var values = rows.stream().map(Row::elements).toList();
      return BinaryCopy.write(connection, statement.copy().get(), values) == rows.size();
    }
    try (var use = use(statement.many())) {
      var types = statement.types();
      for (int column = 0; column < types.size(); column++) {
        @Nullable Object[] values = Repeated.arrayOf(types.get(column), rows.size());
        for (int i = 0; i < values.length; i++) {
          values[i] = element(rows.get(i).args[column]);
        }
        use.statement.setArray(column + 1, connection.createArrayOf(types.get(column), values));
      }
      return use.statement.executeUpdate() == rows.size();
    }
  }

  private static @Nullable Object element(@Nullable Object arg) {
    return switch (arg) {
      case null -> null;
      case String text -> text;
      case Number number -> number.longValue();
      case Boolean yes -> yes ? 1L : 0L;
      case Object other -> throw new IllegalArgumentException("cannot bind " + other.getClass());
    };
  }

  /** All rows of a query. */
  public <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... args) {
    try (var use = use(sql)) {
      bind(use.statement, args);
      var found = new ArrayList<T>();
      try (var rows = use.statement.executeQuery()) {
        while (rows.next()) {
          found.add(reader.read(rows));
        }
      }
      return found;
    } catch (SQLException e) {
      forget(sql);
      throw failed("cannot read", e);
    }
  }

  /** The first row of a query, if it has one. */
  public <T> Optional<T> find(String sql, RowReader<T> reader, @Nullable Object... args) {
    try (var use = use(sql)) {
      bind(use.statement, args);
      try (var rows = use.statement.executeQuery()) {
        return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
      }
    } catch (SQLException e) {
      forget(sql);
      throw failed("cannot read", e);
    }
  }

  /** A query with one number for an answer. */
  public long number(String sql, @Nullable Object... args) {
    return find(sql, row -> row.getLong(1), args).orElse(0L);
  }

  /**
   * Runs after the commit and before anybody is told of it; not at all when the transaction fails.
   * Must be quick and must not throw.
   */
  public void afterCommit(Runnable then) {
    afterCommit.add(then);
  }

  /** Hands over what shall run after the commit, and forgets it. */
  List<Runnable> takeAfterCommit() {
    var taken = afterCommit;
    afterCommit = new ArrayList<>();
    return taken;
  }

  private DatabaseException failed(String what, SQLException e) {
    var exception = new DatabaseException(what, e);
    failure = Optional.of(exception);
    return exception;
  }

  /**
   * Hands over what went wrong since the last time. A transaction with a statement that failed is
   * over, even when the work caught the exception: so PostgreSQL has it, and so all have it.
   */
  Optional<DatabaseException> takeFailure() {
    var taken = failure;
    failure = Optional.empty();
    return taken;
  }

  private static void bind(PreparedStatement statement, @Nullable Object... args)
      throws SQLException {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case null -> statement.setNull(i + 1, java.sql.Types.NULL);
        case String text -> statement.setString(i + 1, text);
        case Integer number -> statement.setInt(i + 1, number);
        case Long number -> statement.setLong(i + 1, number);
        case Boolean yes -> statement.setInt(i + 1, yes ? 1 : 0);
        case Object other -> throw new IllegalArgumentException("cannot bind " + other.getClass());
      }
    }
  }

  private Use use(String sql) throws SQLException {
    var kept = prepared.get(sql);
    if (kept != null) {
      return new Use(kept, false);
    }
    var statement = connection.prepareStatement(sql);
    boolean once = prepared.size() >= MAX_PREPARED;
    if (!once) {
      prepared.put(sql, statement);
    }
    return new Use(statement, once);
  }

  /**
   * The SQLite driver has ended a statement that failed for more than a constraint, such as a
   * commit on a full disk: used again, it would fail for ever.
   */
  private void forget(String sql) {
    var failed = prepared.remove(sql);
    if (failed == null) {
      return;
    }
    try {
      failed.close();
    } catch (SQLException _) {
      // it was over already
    }
  }

  /** A statement in use; closed afterwards when it is not kept. */
  private record Use(PreparedStatement statement, boolean once) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      if (once) {
        statement.close();
      }
    }
  }
}
