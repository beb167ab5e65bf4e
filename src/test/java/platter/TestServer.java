package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import platter.api.Client;
import platter.db.Database;
import platter.db.TestPostgres;
import platter.driver.StorageDriver;
import platter.nbd.Export;

/**
 * A real server for tests: real HTTP on a free port, real database, real files in a temporary
 * folder that is removed at the end. Two domains: alice's project, and bob's.
 */
public final class TestServer implements AutoCloseable {
  public static final String ALICE_PROJECT = "a11ce000000000000000000000000001";
  public static final String BOB_PROJECT = "b0b00000000000000000000000000001";

  private static final String ACCOUNTS =
      """
      accounts:
        - domain: wonderland
          projects: [{name: region-1, id: %s}]
          users:
            - {name: alice, password: alice-password, keys: [{access: ALICEKEY, secret: alice-secret}]}
            - {name: rose, password: rose-password, role: reader, keys: [{access: ROSEKEY, secret: rose-secret}]}
        - domain: builders
          projects: [{name: region-1, id: %s}]
          users:
            - {name: bob, password: bob-password, keys: [{access: BOBKEY, secret: bob-secret}]}
      """
          .formatted(ALICE_PROJECT, BOB_PROJECT);

  private final Path folder;
  private final Map<String, String> flags;
  private Map<String, String> environment = Map.of();
  private InstantSource clock = InstantSource.system();
  private UnaryOperator<Database> aroundDatabase = UnaryOperator.identity();
  private UnaryOperator<StorageDriver> aroundDriver = UnaryOperator.identity();
  private Optional<String> ownDatabase = Optional.empty();
  private Optional<Platter> running = Optional.empty();

  private TestServer(Path folder, Map<String, String> flags) {
    this.folder = folder;
    try {
      Files.write(folder.resolve("platter.yaml"), ACCOUNTS.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.flags = new HashMap<>(flags);
    this.flags.putIfAbsent("listen", "127.0.0.1:0");
    this.flags.putIfAbsent("data", folder.resolve("data").toString());
    if (OnPostgres.Switch.isOn()) {
      onPostgres();
    }
  }

  /** It will run on a PostgreSQL database of its own, which is dropped at the end. */
  public TestServer onPostgres() {
    var url = TestPostgres.newDatabaseWithTables();
    ownDatabase = Optional.of(url);
    return onPostgres(url);
  }

  /** A connection of JDBC to the database that it runs on, beside it. */
  public Connection database() throws SQLException {
    return DriverManager.getConnection(
        ownDatabase.orElse("jdbc:sqlite:" + data().resolve("platter.db")));
  }

  /** It will run on this database: with others, or with one that the test stops. */
  public TestServer onPostgres(String url) {
    flags.put("database", url);
    return this;
  }

  /** One that runs, with the defaults. */
  public static TestServer start() {
    return with(Map.of()).run();
  }

  /** One that will run with these settings, see {@code Config}; call {@link #run}. */
  public static TestServer with(Map<String, String> flags) {
    return new TestServer(TestFolder.inMemory("platter-test"), flags);
  }

  /** One whose files are on a disk, for what a file system may do in its own way. */
  public static TestServer onDisk(Map<String, String> flags) {
    return new TestServer(TestFolder.onDisk("platter-test"), flags);
  }

  public TestServer clock(InstantSource instead) {
    clock = instead;
    return this;
  }

  public TestServer aroundDatabase(UnaryOperator<Database> wrap) {
    aroundDatabase = wrap;
    return this;
  }

  public TestServer aroundDriver(UnaryOperator<StorageDriver> wrap) {
    aroundDriver = wrap;
    return this;
  }

  public TestServer environment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  /** Starts it, or starts it again on the same data. */
  public TestServer run() {
    try {
      var config = Config.read(flags, environment, Optional.of(folder.resolve("platter.yaml")));
      running =
          Optional.of(
              Platter.start(config, new Platter.Parts(clock, aroundDatabase, aroundDriver)));
      return this;
    } catch (Config.BadConfig | Platter.CannotStart e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops it and keeps the data. */
  public void stop() {
    running.ifPresent(Platter::close);
    running = Optional.empty();
  }

  public URI endpoint() {
    return URI.create(running.orElseThrow().endpoint());
  }

  Platter platter() {
    return running.orElseThrow();
  }

  /** Whether it tells its numbers. */
  public boolean tellsMetrics() {
    return running.orElseThrow().metrics().isPresent();
  }

  /** Where it does. */
  public URI metricsAddress() {
    return URI.create(running.orElseThrow().metrics().orElseThrow());
  }

  /** Its numbers, now. */
  public String metrics() {
    return Client.send("GET", metricsAddress(), new byte[0], Map.of()).body();
  }

  /** Opens a volume by its ticket, as the NBD server does for each connection of a client. */
  public Optional<Export> open(String ticket) throws IOException {
    return running.orElseThrow().serving().find(ticket);
  }

  /** The first bytes of a volume on the storage. */
  public byte[] bytes(String volume, int count) throws IOException {
    var file = data().resolve("storage/volumes/" + volume.substring(34));
    try (var in = Files.newInputStream(file.resolve(volume + ".raw"))) {
      return in.readNBytes(count);
    }
  }

  /** A setting that it was given. */
  public String setting(String name) {
    return Objects.requireNonNull(flags.get(name), name);
  }

  /** The data folder. */
  public Path data() {
    return Path.of(flags.get("data"));
  }

  public Client alice() {
    return new Client(endpoint(), ALICE_PROJECT, "ALICEKEY", "alice-secret", clock);
  }

  public Client bob() {
    return new Client(endpoint(), BOB_PROJECT, "BOBKEY", "bob-secret", clock);
  }

  /** She may look at what alice has. */
  public Client rose() {
    return new Client(endpoint(), ALICE_PROJECT, "ROSEKEY", "rose-secret", clock);
  }

  /** A member of the first account, such as {@code access_key}. */
  public String account(String member) {
    return running.orElseThrow().account().get(member);
  }

  /** The operator of the first account. */
  public Client operator() {
    return new Client(
        endpoint(), account("project_id"), account("access_key"), account("secret_key"), clock);
  }

  @Override
  public void close() {
    stop();
    ownDatabase.ifPresent(TestPostgres::drop);
    try (var all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(TestServer::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
