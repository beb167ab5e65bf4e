package platter.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import platter.error.DatabaseException;

/**
 * The real tables on an SQLite in memory, for a simulation: one connection, one transaction at a
 * time, and what follows a commit is left to the caller.
 */
public final class MemoryDatabase implements AutoCloseable {
  private static final Path CHANGES = Path.of("src/main/resources/db/sqlite");

  /** Made once; each database begins as a copy. */
  private static final byte[] EMPTY = empty();

  private final SQLiteConnection connection;
  private final Tx tx;

  public MemoryDatabase() {
    this(UnaryOperator.identity());
  }

  /**
   * @param sql what becomes of each statement
   */
  public MemoryDatabase(UnaryOperator<String> sql) {
    try {
      connection = open();
      connection.deserialize("main", EMPTY);
      tx = new Tx(changing(connection, sql), Dialect.SQLITE);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection changing(Connection real, UnaryOperator<String> sql) {
    return (Connection)
        Proxy.newProxyInstance(
            MemoryDatabase.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, args) -> {
              if (method.getName().equals("prepareStatement") && args.length == 1) {
                return real.prepareStatement(sql.apply((String) args[0]));
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private static SQLiteConnection open() throws SQLException {
    var config = new SQLiteConfig();
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setPragma(SQLiteConfig.Pragma.JDBC_GET_GENERATED_KEYS, "false");
    return (SQLiteConnection) config.createConnection("jdbc:sqlite::memory:");
  }

  private static byte[] empty() {
    try (var connection = open();
        var statement = connection.createStatement();
        var files = Files.list(CHANGES)) {
      for (var file : files.sorted(Comparator.comparingInt(MemoryDatabase::version)).toList()) {
        statement.executeUpdate(Files.readString(file));
      }
      return connection.serialize("main");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a file such as {@code V2__attempts.sql}. */
  private static int version(Path file) {
    var name = file.getFileName().toString();
    return Integer.parseInt(name.substring(1, name.indexOf("__")));
  }

  /**
   * What was committed.
   *
   * @param then what follows the commit
   */
  public record Committed<T>(T value, List<Runnable> then) {}

  /** Runs the work and commits it; what it throws is thrown on and nothing remains. */
  public <T> Committed<T> commit(Guard guard, Database.Work<T> work) {
    try {
      var done = begin(guard, work);
      tx.update("commit");
      return done;
    } catch (RuntimeException | Error e) {
      tx.update("rollback");
      throw e;
    }
  }

  /** Runs the work as {@link #commit} would, and nothing remains. */
  public <T> void rehearse(Guard guard, Database.Work<T> work) {
    try {
      var _ = begin(guard, work);
    } finally {
      tx.update("rollback");
    }
  }

  private <T> Committed<T> begin(Guard guard, Database.Work<T> work) {
    var _ = tx.takeAfterCommit();
    var _ = tx.takeFailure();
    tx.update("begin");
    guard.check(tx);
    var value = work.in(tx);
    tx.takeFailure().ifPresent(MemoryDatabase::rethrow);
    return new Committed<>(value, tx.takeAfterCommit());
  }

  private static void rethrow(DatabaseException e) {
    throw e;
  }

  public <T> T read(Database.Work<T> work) {
    return work.in(tx);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
