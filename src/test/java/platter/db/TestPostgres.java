package platter.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import platter.TestFolder;

/**
 * A real PostgreSQL for tests: the one that {@code PLATTER_TEST_POSTGRES} names (a JDBC URL of an
 * account that may make databases), else one of its own on a free port, in a temporary folder. It
 * ends with this process, however that ends.
 */
public final class TestPostgres implements AutoCloseable {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final int START_SECONDS = 60;

  /** Ends the server when the pipe from this process is closed; ends when the server ends. */
  private static final String UNTIL_THE_PIPE_ENDS =
      """
      exec 3<&0
      "$@" </dev/null 3<&- & server=$!
      { read -r _ <&3; kill -QUIT $server; } & watcher=$!
      exec 3<&-
      wait $server
      kill $watcher 2>/dev/null
      """;

  private static Optional<TestPostgres> shared = Optional.empty();
  private static Optional<String> withTables = Optional.empty();

  private final Path folder;
  private final PostgresBinaries binaries;
  private final boolean fsync;
  private final int port;
  private Optional<Process> running = Optional.empty();

  private TestPostgres(boolean fsync) {
    this.fsync = fsync;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
      var name = "platter-postgres";
      folder = fsync ? TestFolder.onDisk(name) : TestFolder.inMemory(name);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      binaries = PostgresBinaries.unpacked();
      binaries.own(Files.createDirectory(folder.resolve("data")));
      init();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of a new, empty database of the one that all tests of this process share. */
  public static String newDatabase() {
    return newDatabase(admin());
  }

  /** As {@link #newDatabase}, with all tables: a copy, which is quicker than to make them. */
  public static synchronized String newDatabaseWithTables() {
    if (withTables.isEmpty()) {
      var url = newDatabase();
      Databases.open(Place.of(url, "", ""), Path.of("unused"), Duration.ofSeconds(10)).close();
      withTables = Optional.of(url);
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(TestPostgres::dropTables));
    }
    return newDatabase(admin(), nameOf(withTables.get()));
  }

  private static void dropTables() {
    if (!System.getenv().getOrDefault("PLATTER_TEST_POSTGRES", "").isEmpty()) {
      withTables.ifPresent(TestPostgres::drop); // else all of the server goes
    }
  }

  private static String nameOf(String url) {
    return url.replaceFirst("jdbc:postgresql://[^/?]*/([^?]*).*", "$1");
  }

  private static synchronized String admin() {
    var given = System.getenv("PLATTER_TEST_POSTGRES");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    if (shared.isEmpty()) {
      shared = Optional.of(start(false));
    }
    return shared.get().url();
  }

  /**
   * Starts one for a test alone, which may stop and kill it.
   *
   * @param fsync whether what it commits survives a loss of power; off is quicker
   */
  public static TestPostgres start(boolean fsync) {
    var postgres = new TestPostgres(fsync);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(postgres::close));
    postgres.run();
    return postgres;
  }

  /** Of its superuser. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=platter&password=secret";
  }

  /** The URL of a new, empty database. */
  public String database() {
    return newDatabase(url());
  }

  private static String newDatabase(String url) {
    return newDatabase(url, "template0");
  }

  private static String newDatabase(String url, String template) {
    var name = "platter_test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("create database " + name + " template " + template);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return url.replaceFirst("(jdbc:postgresql://[^/?]*/)[^?]*", "$1" + name);
  }

  /** Removes a database that {@link #newDatabase} made: hundreds of them fill a disk. */
  public static void drop(String url) {
    var name = nameOf(url);
    try (var connection = DriverManager.getConnection(admin());
        var statement = connection.createStatement()) {
      statement.execute("drop database if exists " + name + " with (force)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void init() throws IOException {
    var password = Files.writeString(folder.resolve("password"), "secret");
    var command =
        binaries.command(
            "initdb",
            "--pgdata=" + folder.resolve("data"),
            "--username=platter",
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--set=scram_iterations=1", // thousands of connections are made, of a known password
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions");
    var process = process(command).start();
    try {
      process.getOutputStream().close();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("initdb failed: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder process(List<String> command) {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"), UTF_8);
  }

  /** Starts it, or starts it again on the same data and port. */
  public synchronized void run() {
    var command = new ArrayList<>(List.of("/bin/sh", "-c", UNTIL_THE_PIPE_ENDS, "postgres"));
    command.addAll(
        binaries.command(
            "postgres",
            "-D",
            folder.resolve("data").toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=32MB",
            "-c",
            "fsync=" + (fsync ? "on" : "off")));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (!started(process(command).start(), until)) {
        // after a kill, what is left of the one before is in the way for a moment
        if (System.nanoTime() > until) {
          throw new IllegalStateException("PostgreSQL does not start: " + log());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it answers, or has ended by itself. */
  private boolean started(Process process, long until) {
    running = Optional.of(process);
    while (process.isAlive() && System.nanoTime() < until) {
      try (var _ = DriverManager.getConnection(url())) {
        return true;
      } catch (SQLException e) {
        pause();
      }
    }
    return false;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it with SIGKILL: what it had not synced is lost to it as in a crash. */
  public synchronized void kill() {
    try {
      var pid = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst().strip();
      var server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      var workers = server.descendants().toList(); // while one of them lives, none can start
      server.destroyForcibly();
      workers.forEach(worker -> worker.onExit().orTimeout(START_SECONDS, TimeUnit.SECONDS).join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stop();
  }

  /** Stops it at once; its data stay. */
  public synchronized void stop() {
    running.ifPresent(
        process -> {
          try {
            process.getOutputStream().close();
            process.waitFor(START_SECONDS, TimeUnit.SECONDS);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    running = Optional.empty();
  }

  @Override
  public void close() {
    stop();
    remove(folder);
  }

  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
