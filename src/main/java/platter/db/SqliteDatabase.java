package platter.db;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteOpenMode;
import platter.error.DatabaseException;

/**
 * SQLite in write-ahead mode with {@code synchronous=FULL}: what was committed survives a loss of
 * power.
 *
 * <p>One writer commits in groups, see {@link GroupWriter}. Readers have connections of their own
 * and see the last commit.
 */
public final class SqliteDatabase implements Database {
  private static final System.Logger LOG = System.getLogger(SqliteDatabase.class.getName());

  /** Readers at once: reads are microseconds, so a few connections serve many callers. */
  private static final int READERS = 4;

  private static final int BUSY_TIMEOUT_MILLIS = 10_000;

  private final BlockingQueue<Tx> readers = new ArrayBlockingQueue<>(READERS);
  private final List<Connection> readerConnections = new ArrayList<>();
  private final GroupWriter writer;

  private SqliteDatabase(Path file) throws SQLException {
    var url = "jdbc:sqlite:" + file.toAbsolutePath();
    var session = new Session(withoutHelp(writing().createConnection(url)));
    for (int i = 0; i < READERS; i++) {
      var connection = reading().createConnection(url);
      readerConnections.add(connection);
      readers.add(new Tx(connection, Dialect.SQLITE));
    }
    writer = GroupWriter.start("database-writer", session, new CommitOrder());
  }

  /**
   * Transactions are begun and ended here. A driver that believes in its own looks after each
   * statement whether one should be, which takes a tenth of the time of a write.
   */
  private static Connection withoutHelp(Connection connection) throws SQLException {
    connection.setAutoCommit(false); // which begins one
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("rollback");
    }
    return connection;
  }

  /**
   * Opens the database in this file, makes it when there is none, and brings its tables up to date.
   *
   * @throws DatabaseException when it cannot be opened
   */
  public static SqliteDatabase open(Path file) {
    makePrivate(file);
    var source = new org.sqlite.SQLiteDataSource(writing());
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    Tables.migrate(source, "db/sqlite", file.toString());
    try {
      return new SqliteDatabase(file);
    } catch (SQLException e) {
      throw new DatabaseException("cannot open " + file, e);
    }
  }

  /** SQLite gives its other files the rights of the first one. */
  private static void makePrivate(Path file) {
    try {
      if (!Files.exists(file)
          && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (IOException e) {
      throw new DatabaseException("cannot make " + file + ": " + e.getMessage());
    }
  }

  private static SQLiteConfig writing() {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setOpenMode(SQLiteOpenMode.NOMUTEX); // one thread at a time has a connection
    config.enforceForeignKeys(false);
    config.setGetGeneratedKeys(
        false); // nobody asks for them, and each insert would be followed by a query
    config.setCacheSize(-16_384); // KiB
    config.setPragma(SQLiteConfig.Pragma.JOURNAL_SIZE_LIMIT, "67108864");
    return config;
  }

  private static SQLiteConfig reading() {
    var config = writing();
    config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "268435456");
    config.setCacheSize(-4096); // KiB
    return config;
  }

  @Override
  public <T> T inTx(Work<T> work) {
    return writer.run(work, true);
  }

  @Override
  public <T> void inTxLater(Work<T> work, Outcome<T> then) {
    writer.run(work, true, then);
  }

  /** There is one writer, so it waits its turn. */
  @Override
  public <T> T inTxUnguarded(Work<T> work) {
    return writer.run(work, false);
  }

  @Override
  public void guardedBy(Guard guard) {
    writer.guardedBy(guard);
  }

  @Override
  public void observedBy(Commits commits) {
    writer.observedBy(commits);
  }

  @Override
  public <T> T read(Work<T> work) {
    return lookUp(
        tx -> {
          tx.update("begin");
          try {
            return work.in(tx);
          } finally {
            tx.update("commit");
          }
        });
  }

  @Override
  public <T> T lookUp(Work<T> work) {
    Tx tx;
    try {
      tx = readers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("interrupted before the read");
    }
    try {
      return work.in(tx);
    } finally {
      readers.add(tx);
    }
  }

  @Override
  public void close() {
    writer.close();
    try {
      for (var connection : readerConnections) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.log(WARNING, "while closing the database", e);
    }
  }

  /** The one connection that writes. */
  private static final class Session implements GroupWriter.Session {
    private final Connection connection;
    private final Tx tx;

    Session(Connection connection) {
      this.connection = connection;
      tx = new Tx(connection, Dialect.SQLITE);
    }

    @Override
    public Tx begin(boolean patient) {
      tx.update("begin immediate");
      return tx;
    }

    @Override
    public void commit(List<Tx.Call> last) { // none: nothing is gained by waiting
      tx.update("commit");
    }

    @Override
    public void rollback() {
      try {
        tx.update("rollback");
      } catch (DatabaseException e) {
        // SQLite has rolled back by itself, as it does on a full disk
        LOG.log(WARNING, "after a failed commit: " + e.getMessage());
      }
    }

    @Override
    public void abort() {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.log(WARNING, "while closing the database", e);
      }
    }
  }
}
