package platter.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.error.DatabaseException;

/**
 * The changes of the tables, on both databases: from the tables of every released version, with
 * rows in them, they lead to those of a fresh start.
 */
class MigrationsTest {
  /** The last change of each version that was released; the newest needs no migration. */
  private static final List<String> RELEASED = List.of("1");

  private static final Path CHANGES = Path.of("src/main/resources/db");
  private static final int NODES = 6;

  /** Rows as the first version wrote them; later versions only add to what they mean. */
  private static final List<String> ROWS =
      List.of(
          "insert into node (name, epoch) values ('node-1', 7)",
          """
          insert into volume (id, project, name, size_gib, quota_gib, volume_type, zone, status,
              multiattach, metadata, tags, enterprise_project, user_id, job, created_at)
          values ('00000000-0000-4000-8000-000000000000', 'p', 'kept', 10, 10, 'SSD', 'az1',
              'creating', 0, '{}', '{}', '0', 'u', '00000000000000010000000000000000', 5)\
          """,
          """
          insert into job (number, id, project, type, entities, params, begin_time, state,
              open_children, owner, epoch)
          values (1, '00000000000000010000000000000000', 'p', 'createVolume', '{}', '{}', 5,
              'running 0', 0, 'node-1', 7)\
          """,
          "insert into quota_usage (project, resource, in_use) values ('p', 'volumes', 1)",
          """
          insert into idempotency (project, key, request_hash, job, body)
          values ('p', 'k', 'h', '00000000000000010000000000000000', '{}')\
          """);

  private static final List<String> SQLITE_CATALOGUE =
      List.of(
          """
          select m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
              || ' ' || coalesce(c.dflt_value, '-')
          from sqlite_schema m, pragma_table_info(m.name) c
          where m.type = 'table' and m.name not like 'flyway%'\
          """,
          """
          select name || ' ' || sql from sqlite_schema
          where type = 'index' and sql is not null and name not like 'flyway%'\
          """);

  private static final List<String> POSTGRES_CATALOGUE =
      List.of(
          """
          select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
              || coalesce(column_default, '-') || ' ' || coalesce(collation_name, '-')
          from information_schema.columns
          where table_schema = 'public' and table_name not like 'flyway%'\
          """,
          "select indexdef from pg_indexes where schemaname = 'public' and tablename not like 'fly%'");

  private static String urlOf(String kind, Path folder) {
    return switch (kind) {
      case "sqlite" -> "jdbc:sqlite:" + folder.resolve("platter.db");
      case "postgres" -> TestPostgres.newDatabase();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** As a server does it. */
  private static Database open(String kind, String url, Path folder) {
    return Databases.open(
        kind.equals("sqlite") ? new Place.Embedded() : Place.of(url, "", ""),
        folder.resolve("platter.db"),
        Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void everyReleasedVersionBecomesWhatAFreshStartMakes(
      String kind, @TempDir Path fresh, @TempDir Path old) throws SQLException {
    var freshUrl = urlOf(kind, fresh);
    open(kind, freshUrl, fresh).close();
    var wanted = catalogue(kind, freshUrl);
    assertThat(wanted).isNotEmpty();
    for (var version : RELEASED) {
      var folder = old.resolve(version);
      assertThat(folder.toFile().mkdirs()).isTrue();
      var url = urlOf(kind, folder);
      migrateTo(version, kind, url);
      try (var connection = DriverManager.getConnection(url)) {
        for (var row : ROWS) {
          execute(connection, row);
        }
      }
      try (var db = open(kind, url, folder)) {
        assertThat(
                db.<String>lookUp(
                    tx -> tx.find("select name from volume", r -> r.getString(1)).orElseThrow()))
            .isEqualTo("kept");
        assertThat(db.<Long>lookUp(tx -> tx.number("select epoch from node"))).isEqualTo(7);
        assertThat(
                db.<Long>lookUp(tx -> tx.number("select count(*) from job where end_time is null")))
            .isEqualTo(1);
      }
      assertThat(catalogue(kind, url)).as("from version %s", version).isEqualTo(wanted);
    }
  }

  /** It would not write what the newer one needs. */
  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void aDatabaseOfANewerVersionIsRefused(String kind, @TempDir Path folder) throws SQLException {
    var url = urlOf(kind, folder);
    open(kind, url, folder).close();
    try (var connection = DriverManager.getConnection(url)) {
      execute(
          connection,
          "insert into flyway_schema_history (installed_rank, version, description, type, script,"
              + " checksum, installed_by, installed_on, execution_time, success) select 999, '999',"
              + " 'of the future', type, 'V999__of_the_future.sql', 1, installed_by, installed_on,"
              + " 1, success from flyway_schema_history where version = '1'");
    }
    assertThatThrownBy(() -> open(kind, url, folder).close())
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void openingItAgainChangesNothing(String kind, @TempDir Path folder) throws SQLException {
    var url = urlOf(kind, folder);
    open(kind, url, folder).close();
    var tables = catalogue(kind, url);
    open(kind, url, folder).close();
    assertThat(catalogue(kind, url)).isEqualTo(tables);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1"})
  void severalNodesMayMigrateOnePostgresAtTheSameInstant(String from, @TempDir Path folder)
      throws Exception {
    var url = TestPostgres.newDatabase();
    if (!from.isEmpty()) {
      migrateTo(from, "postgres", url);
    }
    var together = new CyclicBarrier(NODES);
    try (var threads = Executors.newFixedThreadPool(NODES)) {
      var nodes = new ArrayList<Future<Long>>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(
            threads.submit(
                () -> {
                  together.await();
                  try (var db = open("postgres", url, folder)) {
                    return db.lookUp(tx -> tx.number("select count(*) from setting"));
                  }
                }));
      }
      for (var node : nodes) {
        assertThat(node.get()).isZero();
      }
    }
    var alone = TestPostgres.newDatabase();
    open("postgres", alone, folder).close();
    assertThat(catalogue("postgres", url)).isEqualTo(catalogue("postgres", alone));
    TestPostgres.drop(url);
    TestPostgres.drop(alone);
  }

  @Test
  void bothDatabasesHaveTheSameChanges() throws IOException {
    assertThat(files("sqlite")).isNotEmpty().isEqualTo(files("postgres"));
  }

  private static Set<String> files(String kind) throws IOException {
    try (Stream<Path> files = Files.list(CHANGES.resolve(kind))) {
      var names = new TreeSet<String>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    }
  }

  private static void migrateTo(String version, String kind, String url) {
    Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:db/" + kind)
        .target(version)
        .load()
        .migrate();
  }

  /** Everything that the tables are, as sorted lines. */
  private static List<String> catalogue(String kind, String url) throws SQLException {
    var lines = new TreeSet<String>();
    try (var connection = DriverManager.getConnection(url)) {
      for (var query : kind.equals("sqlite") ? SQLITE_CATALOGUE : POSTGRES_CATALOGUE) {
        try (var statement = connection.createStatement();
            var rows = statement.executeQuery(query)) {
          while (rows.next()) {
            lines.add(rows.getString(1));
          }
        }
      }
    }
    return List.copyOf(lines);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
