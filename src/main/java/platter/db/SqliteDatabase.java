package platter.db;

import static java.lang.System.Logger.Level.ERROR;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import platter.error.DatabaseException;

/**
 * SQLite in write-ahead mode with {@code synchronous=FULL}: what was committed survives a loss of
 * power.
 *
 * <p>One writer thread takes the transactions that are waiting, runs each in a savepoint, and
 * commits them together with one sync. While a group is being synced the next one gathers, so the
 * size of the groups follows the load by itself and an idle server waits for nobody. Readers have
 * connections of their own and see the last commit.
 */
public final class SqliteDatabase implements Database {
  private static final System.Logger LOG = System.getLogger(SqliteDatabase.class.getName());

  /** So many transactions share a sync at most: bounds how long the first of them waits. */
  private static final int MAX_GROUP = 256;

  /** So many transactions may wait; then callers wait for a place. */
  private static final int MAX_WAITING = 4096;

  /** Readers at once: reads are microseconds, so a few connections serve many callers. */
  private static final int READERS = 4;

  private static final int BUSY_TIMEOUT_MILLIS = 10_000;

  private final Connection writerConnection;
  private final BlockingQueue<Tx> readers = new ArrayBlockingQueue<>(READERS);
  private final List<Connection> readerConnections = new ArrayList<>();
  private final BlockingQueue<Pending<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread writer;
  private volatile boolean closed;

  private SqliteDatabase(Path file) throws SQLException {
    var url = "jdbc:sqlite:" + file.toAbsolutePath();
    writerConnection = writing().createConnection(url);
    for (int i = 0; i < READERS; i++) {
      var connection = reading().createConnection(url);
      readerConnections.add(connection);
      readers.add(new Tx(connection));
    }
    writer = Thread.ofPlatform().name("database-writer").daemon().start(this::write);
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
    Flyway.configure().dataSource(source).locations("classpath:db/change").load().migrate();
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
    config.enforceForeignKeys(false);
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
    var pending = new Pending<>(work);
    try {
      waiting.put(pending);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("interrupted before the transaction");
    }
    if (closed) {
      failWaiting();
    }
    try {
      return pending.done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
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

  private void write() {
    var tx = new Tx(writerConnection);
    var group = new ArrayList<Pending<?>>(MAX_GROUP);
    while (true) {
      group.clear();
      try {
        group.add(waiting.take());
      } catch (InterruptedException e) {
        failWaiting();
        return;
      }
      waiting.drainTo(group, MAX_GROUP - 1);
      try {
        commit(tx, group);
      } catch (RuntimeException | Error e) {
        LOG.log(ERROR, "a group of transactions failed", e);
        rollback(tx);
        group.forEach(pending -> pending.fail(new DatabaseException("the writer failed: " + e)));
      }
    }
  }

  private void commit(Tx tx, List<Pending<?>> group) {
    tx.takeAfterCommit(); // of a group that failed
    try {
      tx.update("begin immediate");
      for (var pending : group) {
        tx.update("savepoint one");
        if (pending.run(tx)) {
          tx.update("release one");
        } else {
          tx.update("rollback to one");
          tx.update("release one");
        }
      }
      tx.update("commit");
    } catch (DatabaseException e) {
      rollback(tx);
      for (var pending : group) {
        pending.fail(e);
      }
      return;
    }
    for (var pending : group) {
      pending.finish();
    }
  }

  private static void rollback(Tx tx) {
    try {
      tx.update("rollback");
    } catch (DatabaseException e) {
      // SQLite has rolled back by itself, as it does on a full disk
      LOG.log(WARNING, "after a failed commit: " + e.getMessage());
    }
  }

  private void failWaiting() {
    for (var pending = waiting.poll(); pending != null; pending = waiting.poll()) {
      pending.fail(new DatabaseException("the database is closed"));
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    try {
      writer.join();
      writerConnection.close();
      for (var connection : readerConnections) {
        connection.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.log(WARNING, "while closing the database", e);
    }
  }

  /** A transaction that waits for its group, and its outcome. */
  private static final class Pending<T> {
    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private List<Runnable> afterCommit = List.of();
    private Runnable tell = () -> {};

    Pending(Work<T> work) {
      this.work = work;
    }

    /** Whether the work went through; if not, what it wrote must be undone. */
    boolean run(Tx tx) {
      try {
        var result = work.in(tx);
        afterCommit = tx.takeAfterCommit();
        tell = () -> done.complete(result);
        return true;
      } catch (RuntimeException e) {
        tx.takeAfterCommit();
        tell = () -> done.completeExceptionally(e);
        return false;
      }
    }

    void finish() {
      afterCommit.forEach(Runnable::run);
      tell.run();
    }

    void fail(DatabaseException why) {
      done.completeExceptionally(why);
    }
  }
}
