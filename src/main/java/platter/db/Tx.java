package platter.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import platter.error.DatabaseException;

/**
 * One transaction. SQL texts that are constants are prepared once for each connection; arguments
 * are String, Integer, Long, Boolean, or null.
 */
public final class Tx {
  /** Lists are built from filters, so their texts differ: those beyond are not kept. */
  private static final int MAX_PREPARED = 300;

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
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
      throw failed("cannot write", e);
    }
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
